/** Meetings as their pages show them: the list, one meeting with its agenda, attendance, motions and minutes. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type LinkView,
  type PageHead,
  percent,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import type { MeetingListQuery } from './decisions.input.js';
import type { DocketRow } from './docket.reads.js';
import { meetingLifecycle } from './meeting.lifecycle.js';
import { type MeetingParts, MeetingViews } from './meeting.view.js';
import { Meetings, meetingSubject } from './meetings.service.js';
import { MinutesDocuments } from './minutes-documents.js';
import { MinutesViews } from './minutes.view.js';
import type { MotionListItem } from './motion.view.js';

type View = { title: string } & Record<string, unknown>;
type Shown = MeetingParts;

const BEFORE_END = ['planned', 'noticed', 'in_session'];

@Injectable()
export class MeetingPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly meetings: Meetings,
    private readonly views: MeetingViews,
    private readonly minutes: MinutesViews,
    private readonly documents: MinutesDocuments,
  ) {}

  async list(actor: Actor, query: MeetingListQuery): Promise<View> {
    const { t } = this;
    const path = '/meetings';
    const found = await this.meetings.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined;
    const head: PageHead = {
      title: t('meeting.list.title'),
      lead: t('meeting.list.lead'),
      actions: this.policy.mightDo(actor, 'meeting.create')
        ? [{ label: t('meeting.new'), href: `${path}/new`, primary: true }]
        : [],
    };
    const rows = found.items.map((row) => ({
      name: { text: row.name, href: `${path}/${row.id}`, note: row.fundName ?? t('meeting.whole_agency') },
      when: this.when(row.heldAt),
      state: { tag: this.views.row(row).state },
      items: row.items,
    }));
    const meetings = table({
      id: 'meetings',
      caption: t('meeting.list.caption'),
      columns: [
        { key: 'name', label: t('meeting.field.name'), ...sortedColumn(path, query, found.sort, 'name') },
        { key: 'when', label: t('meeting.field.held_on'), ...sortedColumn(path, query, found.sort, 'heldAt') },
        { key: 'state', label: t('meeting.field.state') },
        { key: 'items', label: t('meeting.items'), kind: 'number' },
      ],
      rows,
      search: {
        action: path,
        text: { name: 'q', label: t('meeting.search'), value: query.q },
        filters: [
          {
            kind: 'select',
            name: 'state',
            label: t('meeting.field.state'),
            value: query.state,
            prompt: t('list.any'),
            options: meetingLifecycle.states.map((value) => ({
              value,
              label: this.meetings.machine.state(value).label,
            })),
          },
        ],
        clear: isSearch ? { label: t('list.clear'), href: path } : undefined,
      },
      pager: pagerView(this.texts, path, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: path } }
        : { title: t('meeting.none'), text: t('meeting.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: meetings };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const { meeting, view, actions } = await this.views.parts(visit.actor, visit.id());
    const path = `/meetings/${view.id}`;
    const can = (permission: string): boolean => this.policy.can(visit.actor, permission, meetingSubject(meeting));
    const buttons = actionButtons(this.texts, path, view.version, actions);
    const links: ActionView[] =
      ['planned', 'noticed'].includes(meeting.state) && can('meeting.update')
        ? [{ label: t('form.edit'), href: `${path}/edit` }]
        : [];
    const head: PageHead = {
      crumbs: [{ label: t('meeting.list.title'), href: '/meetings' }],
      tag: view.state,
      number: this.when(view.heldAt),
      title: view.name,
      lead: this.lead(view),
      actions: [...links, ...buttons],
    };
    const isOver = ['adjourned', 'minuted'].includes(meeting.state);
    return {
      title: view.name,
      head,
      docket: this.docket(view, can),
      docketLink: this.docketLink(view, can('docket.add')),
      motions: this.motionTable(view),
      motionLink: this.motionLink(view, can('motion.create')),
      attendance: this.attendance(view, can('meeting.record_attendance')),
      minutes: isOver ? await this.minutes.ofMeeting(visit.actor, view) : undefined,
      documents: meeting.state === 'minuted' ? await this.listed(visit.actor, view) : undefined,
      facts: { items: this.facts(view) },
      story: {
        items: await story(this.db, this.texts, this.db.currentCalendar, 'meeting', view.id),
        layout: 'narrow',
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private when(instant: Date): string {
    return this.db.currentCalendar.formatInstant(instant, 'long');
  }

  /** The approved minutes to open; while they are being made, how far they are. */
  private async listed(
    actor: Actor,
    view: Shown,
  ): Promise<{ items: { title: string; href?: string; note: string }[] }> {
    const title = this.t('meeting.section.minutes');
    const stand = await this.documents.of(actor, view.id);
    if (stand === undefined) return { items: [] };
    if (stand.document === undefined) return { items: [{ title, note: stand.label }] };
    const { url, createdAt } = stand.document;
    const { currentCalendar: calendar } = this.db;
    const date = calendar.formatDate(calendar.today(createdAt), 'long');
    return { items: [{ title, href: url, note: this.t('minutes.document.made', { date }) }] };
  }

  private lead(view: Shown): string {
    const { present, members, needed } = view.quorum;
    if (view.state.state !== 'in_session') return this.t('meeting.lead', { members, needed });
    return this.t(present >= needed ? 'meeting.lead.quorum' : 'meeting.lead.no_quorum', { present, members, needed });
  }

  private docket(view: Shown, can: (permission: string) => boolean): TableView {
    const { t } = this;
    const mayRemove = BEFORE_END.includes(view.state.state) && can('docket.remove');
    return table({
      id: 'docket',
      caption: t('docket.caption'),
      columns: [
        { key: 'item', label: t('docket.item') },
        { key: 'recommendation', label: t('docket.field.recommendation') },
        { key: 'method', label: t('docket.field.method'), minor: true },
        ...(mayRemove ? [{ key: 'remove' as const, label: t('docket.remove'), unlabeled: true }] : []),
      ],
      rows: view.docket.map((row) => ({
        item: this.docketItem(view, row),
        recommendation: row.recommendation,
        method: t(`docket.field.method.${row.selectionMethod}`),
        remove: row.motions > 0 ? undefined : { button: this.removeButton(view, row) },
      })),
      empty: { title: t('docket.none'), text: t('docket.none.text') },
      stack: true,
    });
  }

  private docketItem(view: Shown, row: DocketRow): { text: string; href?: string; note?: string } {
    const place = `${row.position}. `;
    if (row.title === null) return { text: place + this.t('docket.recused') };
    const href = row.roundId === null ? undefined : `/meetings/${view.id}/rounds/${row.roundId}`;
    return { text: place + row.title, href: href ?? `/applications/${row.applicationId}`, note: row.note ?? undefined };
  }

  private removeButton(view: Shown, row: DocketRow): ActionView {
    const about = row.title ?? this.t('docket.recused');
    const action = `/meetings/${view.id}/docket/${row.id}/remove`;
    return { label: this.t('docket.remove'), action, quiet: true, about };
  }

  private docketLink(view: Shown, mayAdd: boolean): LinkView | undefined {
    const isOpen = BEFORE_END.includes(view.state.state);
    return isOpen && mayAdd ? { label: this.t('docket.add'), href: `/meetings/${view.id}/docket/new` } : undefined;
  }

  private motionLink(view: Shown, mayMove: boolean): LinkView | undefined {
    const isOpen = view.state.state === 'in_session';
    return isOpen && mayMove ? { label: this.t('motion.new'), href: `/meetings/${view.id}/motions/new` } : undefined;
  }

  private motionTable(view: Shown): TableView {
    const { t } = this;
    return table({
      id: 'motions',
      caption: t('motion.caption'),
      columns: [
        { key: 'motion', label: t('motion.motion') },
        { key: 'kind', label: t('motion.field.kind'), minor: true },
        { key: 'state', label: t('motion.result') },
        { key: 'votes', label: t('motion.votes') },
      ],
      rows: view.motions.map((motion) => ({
        motion: {
          text: motion.text ?? t('motion.recused'),
          href: `/motions/${motion.id}`,
          note: t('motion.number', { number: motion.number }),
        },
        kind: t(`motion.field.kind.${motion.kind}`),
        state: { tag: motion.state },
        votes: this.votes(motion),
      })),
      empty: { title: t('motion.none'), text: t('motion.none.text') },
      stack: true,
    });
  }

  private votes(motion: MotionListItem): string | undefined {
    const { ayes, nays, abstained } = motion;
    return ayes === null ? undefined : this.t('motion.tally', { ayes, nays, abstained });
  }

  /** Members as a list; for the clerk of a meeting in session, a form of boxes to tick. */
  private attendance(view: Shown, mayRecord: boolean): Record<string, unknown> {
    const { t } = this;
    const isForm = view.state.state === 'in_session' && mayRecord;
    if (!isForm) {
      const isCalled = ['in_session', 'adjourned', 'minuted'].includes(view.state.state);
      const said = (present: boolean): string => t(present ? 'attendance.is_present' : 'attendance.is_absent');
      const items = view.attendance.map(({ name, present }) => ({
        title: name,
        note: isCalled ? said(present) : undefined,
      }));
      return { people: { items } };
    }
    return {
      form: {
        action: `/meetings/${view.id}/attendance`,
        submit: t('attendance.record'),
        members: view.attendance.map((member, index) => ({
          id: { name: `members[${index}].personId`, value: member.personId },
          field: { kind: 'yes', name: `members[${index}].present`, label: member.name, value: member.present },
        })),
      },
    };
  }

  private facts(view: Shown): { label: string; value: string }[] {
    const { t } = this;
    const { basisPoints, recusedCount } = view.quorum;
    return [
      { label: t('meeting.field.fund'), value: view.fundName ?? t('meeting.whole_agency') },
      ...(view.place === null ? [] : [{ label: t('meeting.field.place'), value: view.place }]),
      { label: t('meeting.field.quorum'), value: t('meeting.quorum', { share: percent(basisPoints) }) },
      {
        label: t('meeting.recused_members'),
        value: t(recusedCount ? 'meeting.recused_do_count' : 'meeting.recused_do_not_count'),
      },
    ];
  }
}
