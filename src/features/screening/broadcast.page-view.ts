/** Messages to many as their pages show them: the form, the preview with examples, and what became of each. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type ChoiceView,
  type NoteView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { actionButtons, story } from '../../platform/pages/lifecycle-views.js';
import { pagerView } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { Broadcast, BROADCAST_OUTCOMES } from './broadcast.entity.js';
import {
  BROADCAST_STATES,
  BroadcastInput,
  type BroadcastItemsQuery,
  type BroadcastListQuery,
} from './broadcast.input.js';
import { broadcastLifecycle } from './broadcast.lifecycle.js';
import { MERGE_FIELDS } from './broadcast.rules.js';
import type { BroadcastPreview, BroadcastRow } from './broadcast.view.js';
import { Broadcasts } from './broadcasts.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/broadcasts';
const REFRESH_SECONDS = 4;
const NARROWING = ['district', 'search', 'check', 'atLeast', 'atMost'] as const;
const FIELDS = ['roundId', 'states', ...NARROWING, 'title', 'body', 'expectsAnswer'];

@Injectable()
export class BroadcastPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly broadcasts: Broadcasts,
  ) {}

  async list(actor: Actor, query: BroadcastListQuery): Promise<View> {
    const { t } = this;
    const found = await this.broadcasts.list(actor, query);
    const isSearch = query.q !== undefined || query.state !== undefined || query.round !== undefined;
    const head: PageHead = {
      title: t('broadcast.list.title'),
      lead: t('broadcast.list.lead'),
      actions: this.policy.mightDo(actor, 'broadcast.create')
        ? [{ label: t('broadcast.new'), href: `${PATH}/new`, primary: true }]
        : [],
    };
    const broadcasts = table({
      id: 'broadcasts',
      caption: t('broadcast.list.title'),
      columns: [
        { key: 'title', label: t('broadcast.field.title') },
        { key: 'round', label: t('broadcast.field.round'), minor: true },
        { key: 'state', label: t('broadcast.field.state') },
        { key: 'sent', label: t('broadcast.sent'), kind: 'number' },
        { key: 'skipped', label: t('broadcast.skipped'), kind: 'number' },
      ],
      rows: found.items.map((row) => ({
        title: { text: titleOf(row), href: `${PATH}/${row.id}`, note: row.writtenBy },
        round: row.roundName,
        state: { tag: this.broadcasts.machine.state(row.state) },
        sent: row.sent,
        skipped: row.skipped,
      })),
      search: {
        action: PATH,
        text: { name: 'q', label: t('broadcast.search'), value: query.q },
        filters: [
          {
            ...{ kind: 'select', name: 'state', label: t('broadcast.field.state'), value: query.state },
            prompt: t('list.any'),
            options: broadcastLifecycle.states.map((state) => ({
              value: state,
              label: this.broadcasts.machine.state(state).label,
            })),
          },
        ],
        hidden: query.round === undefined ? [] : [{ name: 'round', value: query.round }],
        clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
      },
      pager: pagerView(this.texts, PATH, query, found),
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('broadcast.none'), text: t('broadcast.none.text') },
      stack: true,
    });
    return { title: head.title, head, table: broadcasts };
  }

  async show(visit: Visit, query: BroadcastItemsQuery): Promise<View> {
    const { t } = this;
    const row = await this.broadcasts.get(visit.actor, visit.id());
    const path = `${PATH}/${row.id}`;
    const isDraft = row.state === 'draft';
    if (row.state === 'sending') visit.reply.header('refresh', `${REFRESH_SECONDS}; url=${path}`);
    const preview = isDraft ? await this.broadcasts.preview(visit.actor, row) : undefined;
    const head: PageHead = {
      crumbs: [{ label: t('broadcast.list.title'), href: PATH }],
      tag: this.broadcasts.machine.state(row.state),
      title: titleOf(row),
      lead:
        preview === undefined
          ? this.progress(row)
          : t('broadcast.lead', { count: preview.count - preview.unreachable, round: row.roundName }),
      actions: await this.buttons(visit.actor, row, path, preview),
    };
    return {
      title: titleOf(row),
      head,
      none: unreachableNote(this.texts, preview),
      examples: preview?.examples.map(({ to, title, body }) => ({
        who: to === '' ? t('broadcast.example.draft') : t('broadcast.example', { organization: to }),
        ...{ when: '', title, body, own: true },
      })),
      body: isDraft ? undefined : row.body,
      table:
        preview === undefined ? await this.itemTable(visit.actor, row, query, path) : this.recipientTable(preview, row),
      facts: { items: this.facts(row) },
      story: {
        items: await story(this.db, this.texts, this.db.currentCalendar, 'broadcast', row.id),
        layout: 'narrow',
      },
    };
  }

  async newForm(visit: Visit): Promise<View> {
    const { round, state, district, q, check, atLeast, atMost } = visit.query;
    const values = {
      roundId: round,
      states: state === undefined ? ['submitted'] : [state].flat(),
      ...{ district, search: q, check, atLeast: amountIn(atLeast), atMost: amountIn(atMost) },
    };
    return this.form(visit, { title: this.t('broadcast.new'), action: PATH, back: PATH, values });
  }

  async editForm(visit: Visit): Promise<View> {
    const row = await this.broadcasts.get(visit.actor, visit.id());
    const path = `${PATH}/${row.id}`;
    return this.form(visit, {
      ...{ title: this.t('broadcast.edit'), action: `${path}/edit`, back: path, values: { ...row } },
      hidden: [{ name: 'version', value: String(row.version) }],
    });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async form(
    visit: Visit,
    given: {
      readonly title: string;
      readonly action: string;
      readonly back: string;
      readonly values: Record<string, unknown>;
      readonly hidden?: { name: string; value: string }[];
    },
  ): Promise<View> {
    const { t } = this;
    const { title, action, back, values, hidden } = given;
    const [rounds, districts] = await Promise.all([this.rounds(visit.actor), this.districts()]);
    const fields = fieldViews(BroadcastInput, this.texts, {
      ...{ values, refused: visit.refused, only: FIELDS },
      choices: { roundId: rounds, states: this.states() },
      overrides: {
        district: { kind: 'select', options: districts, prompt: t('list.any') },
        check: { prompt: t('list.any') },
        body: { rows: 9 },
      },
    });
    return {
      title,
      head: { crumbs: [{ label: t('broadcast.list.title'), href: PATH }], title, lead: t('broadcast.new.lead') },
      form: {
        ...{ action, fields, hidden },
        submit: t('broadcast.preview'),
        cancel: { label: t('form.cancel'), href: back },
        errors: errorItems(this.texts, visit.refused),
      },
      mergeFields: MERGE_FIELDS.map((name) => ({ title: `{${name}}`, note: t(`broadcast.merge.${name}`) })),
    };
  }

  /** Sending says how many it goes to, and sends that number along: the list that was looked at is the one written to. */
  private async buttons(
    actor: Actor,
    row: BroadcastRow,
    path: string,
    preview: BroadcastPreview | undefined,
  ): Promise<ActionView[]> {
    const { t } = this;
    const thing = Object.assign(new Broadcast(), row);
    const actions = await this.broadcasts.machine.actions(this.policy, this.db, actor, thing);
    const buttons = actionButtons(this.texts, path, row.version, actions).flatMap((button): ActionView[] => {
      if (button.action !== `${path}/send`) return [{ ...button, primary: false, quiet: true }];
      if (preview === undefined || preview.count === preview.unreachable) return [];
      const looked = [
        { name: 'count', value: String(preview.count) },
        { name: 'list', value: preview.list },
      ];
      return [
        {
          ...button,
          label: t('broadcast.send', { count: preview.count - preview.unreachable }),
          hidden: [...(button.hidden ?? []), ...looked],
        },
        { label: t('broadcast.test'), action: `${path}/test` },
      ];
    });
    const mayEdit = preview !== undefined && actions.length > 0;
    return mayEdit ? [...buttons, { label: t('form.edit'), href: `${path}/edit` }] : buttons;
  }

  private progress({ state, items, sent, skipped }: BroadcastRow): string {
    if (state === 'sending') return this.t('broadcast.progress', { done: sent + skipped, items });
    return this.t(state === 'sent' ? 'broadcast.lead.sent' : 'broadcast.lead.discarded', { sent, skipped });
  }

  private recipientTable({ recipients, drafts, count }: BroadcastPreview, row: BroadcastRow): TableView {
    const { t } = this;
    const named = recipients.map(({ id, number, title, organizationName, state, isReachable }) => ({
      organization: isReachable
        ? organizationName
        : { text: organizationName, note: t('broadcast.gets_nothing', { reason: t('broadcast.reason.nobody') }) },
      application: { text: title, href: `/applications/${id}`, note: t('broadcast.number', { number }) },
      state: t(`broadcast.field.states.${state}`),
    }));
    const unnamed =
      drafts === 0 ? [] : [{ organization: t('broadcast.drafts', { drafts }), application: '', state: '' }];
    const rest = count - drafts - recipients.length;
    const more = rest > 0 ? [{ organization: t('broadcast.more', { rest }), application: '', state: '' }] : [];
    return table({
      id: 'recipients',
      caption: t('broadcast.recipients', { count }),
      columns: [
        { key: 'organization', label: t('broadcast.organization') },
        { key: 'application', label: t('broadcast.application') },
        { key: 'state', label: t('broadcast.field.state'), minor: true },
      ],
      rows: [...named, ...more, ...unnamed],
      empty: {
        title: t('broadcast.recipients.none'),
        text: t('broadcast.recipients.none.text'),
        link: { label: t('form.edit'), href: `${PATH}/${row.id}/edit` },
      },
      stack: true,
    });
  }

  private async itemTable(
    actor: Actor,
    row: BroadcastRow,
    query: BroadcastItemsQuery,
    path: string,
  ): Promise<TableView> {
    const { t } = this;
    const found = await this.broadcasts.items(actor, row, query);
    return table({
      id: 'items',
      caption: t('broadcast.items'),
      columns: [
        { key: 'organization', label: t('broadcast.organization') },
        { key: 'application', label: t('broadcast.application') },
        { key: 'outcome', label: t('broadcast.field.outcome') },
      ],
      rows: found.items.map((item) => ({
        organization: item.isDraft ? t('broadcast.a_draft') : item.organizationName,
        application: item.isDraft
          ? ''
          : {
              text: item.applicationTitle,
              href: `/applications/${item.applicationId}/messages`,
              note: t('broadcast.number', { number: item.number }),
            },
        outcome: {
          text: t(`broadcast.field.outcome.${item.outcome}`),
          note: item.reason === null ? undefined : t(`broadcast.reason.${item.reason}`),
        },
      })),
      search: {
        action: path,
        filters: [
          {
            ...{ kind: 'select', name: 'outcome', label: t('broadcast.field.outcome'), value: query.outcome },
            prompt: t('list.any'),
            options: BROADCAST_OUTCOMES.map((value) => ({ value, label: t(`broadcast.field.outcome.${value}`) })),
          },
        ],
        clear: query.outcome === undefined ? undefined : { label: t('list.clear'), href: path },
      },
      pager: pagerView(this.texts, path, query, found),
      empty: { title: t(query.outcome === undefined ? 'broadcast.items.none' : 'list.nothing_found') },
      stack: true,
    });
  }

  private facts(row: BroadcastRow): { label: string; value: string }[] {
    const { t } = this;
    const states = row.states.map((state) => t(`broadcast.field.states.${state}`)).join(', ');
    const facts: [string, string | null][] = [
      ['broadcast.field.round', row.roundName],
      ['broadcast.field.states', states],
      ['broadcast.field.district', row.district],
      ['broadcast.field.search', row.search],
      ['broadcast.field.check', row.check === null ? null : t(`broadcast.field.check.${row.check}`)],
      ['broadcast.field.at_least', row.atLeast?.format() ?? null],
      ['broadcast.field.at_most', row.atMost?.format() ?? null],
      ['broadcast.field.expects_answer', t(row.expectsAnswer ? 'broadcast.yes' : 'broadcast.no')],
      ['broadcast.written_by', row.writtenBy],
      ['broadcast.sent_at', row.sentAt === null ? null : this.db.currentCalendar.formatInstant(row.sentAt, 'long')],
    ];
    return facts.flatMap(([key, value]) => (value === null ? [] : [{ label: t(key), value }]));
  }

  private states(): ChoiceView[] {
    return BROADCAST_STATES.map((value) => ({ value, label: this.t(`broadcast.field.states.${value}`) }));
  }

  private async rounds(actor: Actor): Promise<ChoiceView[]> {
    const scopes = { fund: 'r.fund_id', round: 'r.id' };
    const may = conditionSql(this.policy.filter(actor, 'broadcast.create', { scopes }));
    const rows = await this.db.query<{ value: string; label: string }>(sql`
      select r.id as value, r.number || ': ' || r.name as label from rounds r
      where r.state <> 'draft' and ${may} order by r.due_at desc, r.id limit 200`);
    return rows;
  }

  private async districts(): Promise<ChoiceView[]> {
    return this.db.query(sql`select name as value, name as label from districts order by position, name`);
  }
}

/** An amount as an address carries it; nothing where it is none. */
const amountIn = (raw: unknown): Money | undefined => (typeof raw === 'string' ? Money.tryParse(raw) : undefined);

/** Its subject with the round's name, which is the same for everybody; other fields differ from one to the next. */
const titleOf = ({ title, roundName }: BroadcastRow): string => title.replace(/\{\s*round\s*\}/g, () => roundName);

/** Who of the list gets nothing, and why, before it is sent. */
function unreachableNote(texts: Texts, preview: BroadcastPreview | undefined): NoteView | undefined {
  if (preview === undefined || preview.unreachable === 0) return undefined;
  return {
    tone: 'gold',
    title: texts.t('broadcast.unreachable', { count: preview.unreachable }),
    text: texts.t('broadcast.unreachable.text'),
  };
}
