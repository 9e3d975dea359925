/** Letters of intent as their pages show them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { conflict } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type ChoiceView,
  type FactView,
  type PageHead,
  table,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { listHref, pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { LetterOfIntentChange, LetterOfIntentInput, type LetterOfIntentListQuery } from './letter-of-intent.input.js';
import { letterOfIntentLifecycle } from './letter-of-intent.lifecycle.js';
import { LetterOfIntentViews } from './letter-of-intent.view.js';
import { type LetterRow, LettersOfIntent } from './letters-of-intent.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/letters-of-intent';

@Injectable()
export class LetterOfIntentPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly letters: LettersOfIntent,
    private readonly views: LetterOfIntentViews,
  ) {}

  async list(actor: Actor, query: LetterOfIntentListQuery): Promise<View> {
    const { t } = this;
    const found = await this.letters.list(actor, query);
    const isSearch = [query.q, query.state, query.round].some((each) => each !== undefined);
    const sorted = (key: string): object => sortedColumn(PATH, query, found.sort, key);
    const calendar = this.db.currentCalendar;
    const letters = table({
      id: 'letters',
      caption: t('letter_of_intent.list.caption'),
      columns: [
        { key: 'title', label: t('letter_of_intent.field.title'), ...sorted('title') },
        { key: 'organization', label: t('letter_of_intent.field.organization'), ...sorted('organization') },
        { key: 'round', label: t('letter_of_intent.field.round') },
        { key: 'sent', label: t('letter_of_intent.field.sent_at'), ...sorted('sent') },
        { key: 'state', label: t('letter_of_intent.field.state') },
        { key: 'expected', label: t('letter_of_intent.field.expected'), kind: 'money' },
      ],
      rows: found.items.map((row) => ({
        title: { text: row.title, href: `${PATH}/${row.id}` },
        organization: row.organizationName,
        round: row.roundName,
        sent: calendar.formatDate(calendar.today(row.sentAt), 'short'),
        state: {
          tag: this.letters.machine.state(row.state),
          note:
            row.applicationNumber === null
              ? undefined
              : t('letter_of_intent.applied', { number: row.applicationNumber }),
        },
        expected: row.expectedCents === null ? null : Money.ofCents(row.expectedCents),
      })),
      search: {
        action: PATH,
        text: { name: 'q', label: t('letter_of_intent.search'), value: query.q },
        filters: [
          {
            ...{ kind: 'select', name: 'state', label: t('letter_of_intent.field.state'), value: query.state },
            prompt: t('list.any'),
            options: letterOfIntentLifecycle.states.map((state) => ({
              value: state,
              label: this.letters.machine.state(state).label,
            })),
          },
        ],
        hidden: query.round === undefined ? [] : [{ name: 'round', value: query.round }],
        clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
      },
      pager: pagerView(this.texts, PATH, query, found),
      export: {
        label: t('list_export.link'),
        href: listHref('/exports/new', {
          list: 'letters-of-intent',
          q: query.q,
          state: query.state,
          round: query.round,
        }),
      },
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('letter_of_intent.none'), text: t('letter_of_intent.none.text') },
      stack: true,
    });
    const head: PageHead = {
      title: t('letter_of_intent.list.title'),
      lead: t('letter_of_intent.list.lead'),
      actions: this.policy.mightDo(actor, 'letter_of_intent.send')
        ? [{ label: t('letter_of_intent.new'), href: `${PATH}/new`, primary: true }]
        : [],
    };
    return { title: head.title, head, table: letters };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const row = await this.letters.get(visit.actor, visit.id());
    const path = `${PATH}/${row.id}`;
    const actions = actionButtons(this.texts, path, row.version, await this.views.actions(visit.actor, row));
    const edit: ActionView[] = (await this.isWritable(visit.actor, row))
      ? [{ label: t('letter_of_intent.edit'), href: `${path}/edit` }]
      : [];
    const head: PageHead = {
      crumbs: [{ label: t('letter_of_intent.list.title'), href: PATH }],
      tag: this.letters.machine.state(row.state),
      title: row.title,
      lead: t('letter_of_intent.lead', { organization: row.organizationName, round: row.roundName }),
      actions: [...actions, ...edit],
    };
    return {
      title: row.title,
      head,
      summary: row.summary,
      partners: row.partners ?? undefined,
      facts: { items: this.facts(row) },
      story: { items: await story(this.db, this.texts, this.db.currentCalendar, 'letter_of_intent', row.id) },
    };
  }

  async newForm(visit: Visit): Promise<View> {
    const { t } = this;
    const [rounds, organizations] = await Promise.all([this.letters.openRounds(this.db), this.ownOrganizations(visit)]);
    const title = t('letter_of_intent.new');
    const crumbs = [{ label: t('letter_of_intent.list.title'), href: PATH }];
    if (rounds.length === 0 && visit.refused === undefined) {
      const note = {
        ...{ tone: 'gold', title: t('letter_of_intent.no_rounds'), text: t('letter_of_intent.no_rounds.text') },
        link: { label: t('letter_of_intent.see_rounds'), href: '/funding' },
      };
      return { title, head: { crumbs, title }, note };
    }
    const asked = visit.query['round'];
    return {
      title,
      head: { crumbs, title, lead: t('letter_of_intent.new.lead') },
      form: {
        action: PATH,
        fields: fieldViews(LetterOfIntentInput, this.texts, {
          refused: visit.refused,
          values: {
            roundId: typeof asked === 'string' ? asked : rounds.length === 1 ? rounds[0]?.value : undefined,
            organizationId: organizations.length === 1 ? organizations[0]?.value : undefined,
          },
          choices: { roundId: rounds, organizationId: organizations },
          overrides: { summary: { rows: 8 }, partners: { rows: 3 } },
        }),
        submit: t('letter_of_intent.send'),
        cancel: { label: t('form.cancel'), href: PATH },
        errors: errorItems(this.texts, visit.refused),
      },
    };
  }

  async editForm(visit: Visit): Promise<View> {
    const { t } = this;
    const row = await this.letters.get(visit.actor, visit.id());
    if (!(await this.isWritable(visit.actor, row)) && visit.refused === undefined)
      throw conflict('letter_of_intent.over');
    const path = `${PATH}/${row.id}`;
    const title = t('letter_of_intent.edit');
    return {
      title,
      head: {
        crumbs: [
          { label: t('letter_of_intent.list.title'), href: PATH },
          { label: row.title, href: path },
        ],
        title,
      },
      form: {
        action: `${path}/edit`,
        fields: fieldViews(LetterOfIntentChange, this.texts, {
          refused: visit.refused,
          only: ['title', 'summary', 'partners', 'expected'],
          values: { ...row, expected: row.expectedCents === null ? undefined : Money.ofCents(row.expectedCents) },
          overrides: { summary: { rows: 8 }, partners: { rows: 3 } },
        }),
        submit: t('form.save'),
        cancel: { label: t('form.cancel'), href: path },
        errors: errorItems(this.texts, visit.refused),
        hidden: [{ name: 'version', value: String(row.version) }],
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async isWritable(actor: Actor, { organizationId, state, roundId }: LetterRow): Promise<boolean> {
    const subject = { scopes: { organization: organizationId }, state };
    return this.policy.can(actor, 'letter_of_intent.update', subject) && this.letters.isOpen(this.db, roundId);
  }

  private facts(row: LetterRow): FactView[] {
    const { t } = this;
    const sent = this.db.currentCalendar.formatInstant(row.sentAt);
    return [
      { label: t('letter_of_intent.field.organization'), value: row.organizationName },
      { label: t('letter_of_intent.field.round'), link: { label: row.roundName, href: `/funding/${row.roundId}` } },
      ...(row.expectedCents === null
        ? []
        : [{ label: t('letter_of_intent.field.expected'), value: Money.ofCents(row.expectedCents).format() }]),
      { label: t('letter_of_intent.field.sent_at'), value: sent },
      ...(row.sentByName === null ? [] : [{ label: t('letter_of_intent.field.sent_by'), value: row.sentByName }]),
      ...(row.applicationId === null
        ? []
        : [
            {
              label: t('letter_of_intent.field.application'),
              link: { label: row.applicationNumber ?? '', href: `/applications/${row.applicationId}` },
            },
          ]),
    ];
  }

  private async ownOrganizations({ actor }: Visit): Promise<ChoiceView[]> {
    const personId = actor.kind === 'person' ? actor.personId : null;
    return this.db.query<ChoiceView & { value: string }>(sql`
      select o.id as value, o.name as label from organizations o
      where o.merged_into_id is null and exists (select from organization_members m where m.organization_id = o.id
        and m.person_id = ${personId} and m.ended_at is null and m.role in ('owner', 'editor'))
      order by o.name`);
  }
}
