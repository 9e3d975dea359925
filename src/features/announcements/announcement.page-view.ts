/** Announcements as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { type PageHead, table } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { Announcement } from './announcement.entity.js';
import { AnnouncementInput, type AnnouncementListQuery } from './announcement.input.js';
import { announcementLifecycle } from './announcement.lifecycle.js';
import { type AnnouncementRow, Announcements } from './announcements.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/announcements';

@Injectable()
export class AnnouncementPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly announcements: Announcements,
  ) {}

  /** Those who write them see all of them in a table; everybody else reads what is for them. */
  async list(actor: Actor, query: AnnouncementListQuery): Promise<View> {
    const { t } = this;
    const manages = this.policy.can(actor, 'announcement.manage', {});
    const head: PageHead = {
      title: t('announcement.list.title'),
      lead: t(manages ? 'announcement.list.lead' : 'announcement.list.lead.own'),
      actions: this.policy.mightDo(actor, 'announcement.create')
        ? [{ label: t('announcement.new'), href: `${PATH}/new`, primary: true }]
        : [],
    };
    if (!manages) return { title: head.title, head, ...(await this.reading(actor, query)) };
    const found = await this.announcements.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined;
    const announcements = table({
      id: 'announcements',
      caption: t('announcement.list.title'),
      columns: [
        { key: 'title', label: t('announcement.field.title') },
        { key: 'audiences', label: t('announcement.field.audiences'), minor: true },
        { key: 'shown', label: t('announcement.shown') },
        { key: 'state', label: t('announcement.field.state') },
      ],
      rows: found.items.map((row) => ({
        title: { text: row.title, href: `${PATH}/${row.id}` },
        audiences: this.audiences(row),
        shown: this.period(row),
        state: { tag: this.announcements.machine.state(row.state) },
      })),
      search: {
        action: PATH,
        text: { name: 'q', label: t('announcement.search'), value: query.q },
        filters: [
          {
            ...{ kind: 'select', name: 'state', label: t('announcement.field.state'), value: query.state },
            prompt: t('list.any'),
            options: announcementLifecycle.states.map((state) => ({
              value: state,
              label: this.announcements.machine.state(state).label,
            })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
      },
      pager: pagerView(this.texts, PATH, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('announcement.none'), text: t('announcement.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: announcements };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const row = await this.announcements.get(visit.actor, visit.id());
    const path = `${PATH}/${row.id}`;
    const thing = Object.assign(new Announcement(), row);
    const actions = await this.announcements.machine.actions(this.policy, this.db, visit.actor, thing);
    const mayEdit = row.state === 'draft' && this.policy.can(visit.actor, 'announcement.update', {});
    const head: PageHead = {
      crumbs: [{ label: t('announcement.list.title'), href: PATH }],
      tag: this.announcements.machine.state(row.state),
      title: row.title,
      lead: this.period(row),
      actions: [
        ...(mayEdit ? [{ label: t('form.edit'), href: `${path}/edit` }] : []),
        ...actionButtons(this.texts, path, row.version, actions),
      ],
    };
    return {
      title: row.title,
      head,
      body: row.body,
      facts: { items: [{ label: t('announcement.field.audiences'), value: this.audiences(row) }] },
      story: {
        items: await story(this.db, this.texts, this.db.currentCalendar, 'announcement', row.id),
        layout: 'narrow',
      },
    };
  }

  newForm(visit: Visit): View {
    const values = { startsOn: this.db.today, audiences: ['everybody'] };
    return this.form(visit, { title: this.t('announcement.new'), action: PATH, back: PATH, values });
  }

  async editForm(visit: Visit): Promise<View> {
    const row = await this.announcements.get(visit.actor, visit.id());
    const path = `${PATH}/${row.id}`;
    return this.form(visit, {
      ...{ title: this.t('announcement.edit', { title: row.title }), action: `${path}/edit`, back: path },
      values: { ...row },
      hidden: [{ name: 'version', value: String(row.version) }],
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private form(
    visit: Visit,
    given: {
      title: string;
      action: string;
      back: string;
      values: Record<string, unknown>;
      hidden?: { name: string; value: string }[];
    },
  ): View {
    const { title, action, back, values, hidden } = given;
    const fields = fieldViews(AnnouncementInput, this.texts, {
      ...{ values, refused: visit.refused, overrides: { body: { rows: 8 } } },
      only: ['title', 'body', 'audiences', 'startsOn', 'endsOn'],
    });
    return {
      title,
      head: { crumbs: [{ label: this.t('announcement.list.title'), href: PATH }], title },
      form: {
        ...{ action, fields, hidden },
        submit: this.t('form.save'),
        cancel: { label: this.t('form.cancel'), href: back },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  private async reading(actor: Actor, query: AnnouncementListQuery): Promise<Record<string, unknown>> {
    const found = await this.announcements.list(actor, query);
    return {
      announcements: found.items.map(({ title, body, startsOn }) => ({ title, body, when: this.date(startsOn) })),
      more: pagerView(this.texts, PATH, query, found).next,
      empty:
        found.items.length > 0
          ? undefined
          : { title: this.t('announcement.none'), text: this.t('announcement.none.own') },
    };
  }

  private audiences({ audiences }: AnnouncementRow): string {
    return audiences.map((each) => this.t(`announcement.field.audiences.${each}`)).join(', ');
  }

  private period({ startsOn, endsOn }: AnnouncementRow): string {
    const from = this.date(startsOn);
    return endsOn === null
      ? this.t('announcement.from', { from })
      : this.t('announcement.from_to', { from, to: this.date(endsOn) });
  }

  private date(day: string): string {
    return this.db.currentCalendar.formatDate(day, 'long');
  }
}
