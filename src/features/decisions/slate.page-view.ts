/** The slate as its page shows it: what is left, the ranking with amounts, by district, and the motion. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { say } from '../../platform/http/problem.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  barList,
  type CellInput,
  type FieldView,
  moneyBar,
  type NoteView,
  type PageHead,
  table,
  type TableView,
  type TagView,
} from '../../platform/pages/components.js';
import { fieldViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { formatPoints } from '../reviews/index.js';
import { DecisionForms } from './decisions.forms.js';
import { MotionInput } from './decisions.input.js';
import { meetingSubject, Meetings } from './meetings.service.js';
import { MotionViews } from './motion.view.js';
import { type Slate, type SlateRow, Slates, type TypedAmounts } from './slate.view.js';

type View = { title: string } & Record<string, unknown>;

const AMOUNT = 'amount-';

@Injectable()
export class SlatePageViews {
  constructor(
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly slates: Slates,
    private readonly motions: MotionViews,
    private readonly forms: DecisionForms,
    private readonly meetings: Meetings,
  ) {}

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const roundId = visit.id('roundId');
    const typed = readAmounts(visit.query);
    const slate = await this.slates.one(visit.actor, visit.id(), roundId, typed.amounts);
    const { meeting, round } = slate;
    const path = `/meetings/${meeting.id}/rounds/${roundId}`;
    const head: PageHead = {
      crumbs: [
        { label: t('meeting.list.title'), href: '/meetings' },
        { label: meeting.name, href: `/meetings/${meeting.id}` },
      ],
      tag: this.meetings.machine.state(meeting.state),
      number: t('slate.item', { position: slate.position, round: round.number }),
      title: round.name,
      lead: this.lead(slate),
    };
    return {
      title: round.name,
      head,
      left: this.left(slate),
      form: { action: path },
      table: this.table(slate, typed),
      districts: this.districts(slate),
      recommendation: slate.recommendation,
      motion: await this.motion(visit.actor, slate),
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private lead(slate: Slate): string {
    const { ceiling } = slate.round;
    const params = { count: slate.rows.length, setAside: slate.setAside };
    return ceiling === null ? this.t('slate.lead.no_ceiling', params) : this.t('slate.lead', { ...params, ceiling });
  }

  private left(slate: Slate): Record<string, unknown> {
    const { t } = this;
    return {
      label: t('slate.left'),
      value: slate.left.format(),
      note: t('slate.left.note', { setAside: slate.setAside, count: slate.awards }),
      sources: slate.sources.map(({ name, setAside, used, left }) => ({
        name,
        left: t('slate.source.left', { left }),
        note: t('slate.source.used', { used, setAside }),
        bar: moneyBar({
          whole: setAside,
          parts: [{ stage: 'paid', amount: used }],
          thin: true,
          edged: true,
          decorative: true,
        }),
      })),
    };
  }

  private table(slate: Slate, typed: Typed): TableView {
    const { t } = this;
    const cut = slate.rows.findIndex((row) => row.isOpen && (row.amount === null || row.short.isPositive));
    return table({
      id: 'slate',
      caption: t('slate.caption'),
      columns: [
        { key: 'rank', label: t('slate.rank') },
        { key: 'application', label: t('motion.field.application') },
        { key: 'district', label: t('slate.district'), minor: true },
        { key: 'lead', label: t('slate.lead_kind'), minor: true },
        { key: 'points', label: t('slate.points') },
        { key: 'asked', label: t('slate.asked'), kind: 'money' },
        { key: 'award', label: t('motion.field.award'), kind: 'money' },
        { key: 'result', label: t('slate.result') },
      ],
      rows: slate.rows.map((row, index) => ({ ...this.row(row, typed), cutoff: index === cut && index > 0 })),
      total: {
        rank: t('slate.total', { count: slate.awards }),
        award: slate.total,
      },
      empty: { title: t('slate.none'), text: t('slate.none.text') },
      stack: true,
    });
  }

  private row(row: SlateRow, typed: Typed): Record<string, CellInput> {
    const { t } = this;
    const rank = String(row.rank);
    if (row.isHidden) return { rank, application: t('docket.recused') };
    const districts = row.districts.map((each) => each.name);
    return {
      rank,
      application: { text: row.title, href: `/applications/${row.applicationId}`, note: row.name },
      district: districts.length > 2 ? t('slate.districts', { count: districts.length }) : districts.join(', '),
      lead: t(`organization.field.kind.${row.leadKind}`),
      points: row.reviews === 0 ? undefined : formatPoints(row.points),
      asked: row.requested,
      award: row.isOpen ? { field: this.amountField(row, typed) } : (row.awarded ?? undefined),
      result: this.result(row),
    };
  }

  private amountField(row: SlateRow, typed: Typed): FieldView {
    const { t } = this;
    const bad = typed.unreadable.get(row.applicationId);
    const problem = row.problem === undefined ? undefined : say(this.texts, row.problem);
    return {
      kind: 'money',
      name: AMOUNT + row.applicationId,
      label: t('slate.amount_for', { rank: row.rank, title: row.title }),
      value: bad ?? row.amount?.format({ symbol: false, cents: 'auto' }),
      error: bad === undefined ? problem : t('error.money.unreadable', { text: bad }),
      optional: true,
      bare: true,
    };
  }

  private result(row: SlateRow): CellInput {
    const tag = (tone: TagView['tone'], label: string): CellInput => ({ tag: { tone, label } });
    if (!row.isOpen) return this.t(`slate.state.${row.state}`);
    if (row.short.isPositive) return tag('waiting', this.t('slate.short', { short: row.short }));
    if (row.amount === null) return this.t('slate.not_in');
    return row.problem === undefined ? tag('done', this.t('slate.fits')) : tag('attention', this.t('slate.outside'));
  }

  private districts(slate: Slate): Record<string, unknown> | undefined {
    const { t } = this;
    if (slate.districts.length === 0) return undefined;
    const adds = slate.districts.filter((each) => each.slate.isPositive).map((each) => each.name);
    const without = slate.districts.filter((each) => each.slate.isZero && each.before.isZero).map((each) => each.name);
    const said = [
      adds.length === 0 ? t('slate.districts.none') : t('slate.districts.adds', { names: list(adds) }),
      ...(without.length === 0 ? [] : [t('slate.districts.without', { names: list(without), count: without.length })]),
    ];
    return {
      lead: said.join(' '),
      bars: barList({
        rows: slate.districts.map(({ name, before, slate: now }) => ({
          label: name,
          parts: [
            { stage: 'remaining', amount: before },
            { stage: 'paid', amount: now },
          ],
        })),
        legend: [
          { stage: 'remaining', label: t('slate.legend.before') },
          { stage: 'paid', label: t('slate.legend.slate') },
        ],
      }),
    };
  }

  /** The motion before the meeting on this item, or the form to record one, or what has to happen first. */
  private async motion(actor: Actor, slate: Slate): Promise<Record<string, unknown>> {
    const { t } = this;
    const note = this.problemNote(slate);
    const moved = (await this.motions.ofMeeting(actor, slate.meeting.id)).filter(
      (motion) => motion.docketItemId === slate.docketItemId,
    );
    const open = moved.find((motion) => motion.state.state === 'moved');
    const can = (permission: string): boolean => this.policy.can(actor, permission, meetingSubject(slate.meeting));
    if (open !== undefined) {
      const isUnvoted = can('motion.update');
      return {
        quote: open.text ?? t('motion.recused'),
        facts: {
          items: [
            { label: t('motion.field.mover'), value: open.mover },
            { label: t('motion.field.seconder'), value: open.seconder },
          ],
        },
        note,
        actions: {
          items: [
            { label: t('slate.roll_call'), href: `/motions/${open.id}`, primary: true },
            ...(isUnvoted ? [{ label: t('motion.change'), href: `/motions/${open.id}/edit` }] : []),
          ],
        },
      };
    }
    const done = moved.map((motion) => ({
      title: motion.text ?? t('motion.recused'),
      href: `/motions/${motion.id}`,
      note: motion.state.label,
    }));
    const isClerk = can('motion.create');
    if (!isClerk || slate.meeting.state !== 'in_session' || slate.awards === 0) {
      const text = t(slate.meeting.state === 'in_session' ? 'slate.no_motion' : 'slate.not_in_session');
      return { note, text, done: done.length === 0 ? undefined : { items: done } };
    }
    return { note, done: done.length === 0 ? undefined : { items: done }, form: await this.motionForm(slate) };
  }

  private async motionForm(slate: Slate): Promise<Record<string, unknown>> {
    const { t } = this;
    const members = await this.forms.presentMembers(slate.meeting.id);
    const ranks = slate.rows.filter((row) => row.amount !== null).map((row) => row.rank);
    const text = t('slate.motion_text', {
      count: slate.awards,
      ranks: list(ranks.map(String)),
      total: slate.total,
      round: slate.round.name,
    });
    const only = ['text', ...(slate.departs ? ['factor'] : []), 'moverId', 'seconderId'];
    const fields = fieldViews(MotionInput, this.texts, {
      values: { text },
      only,
      choices: { moverId: members, seconderId: members },
      overrides: { text: { rows: 4 }, factor: { rows: 3, optional: false } },
    });
    const items = slate.rows.flatMap((row) =>
      row.amount === null ? [] : [{ id: row.applicationId, amount: row.amount }],
    );
    return {
      action: `/meetings/${slate.meeting.id}/motions`,
      fields,
      submit: t('motion.create'),
      hidden: [
        { name: 'kind', value: 'award' },
        { name: 'docketItemId', value: slate.docketItemId },
        ...items.flatMap(({ id, amount }, index) => [
          { name: `items[${index}].applicationId`, value: id },
          { name: `items[${index}].amount`, value: amount.toDecimal() },
        ]),
      ],
    };
  }

  private problemNote(slate: Slate): NoteView | undefined {
    if (slate.problem === undefined) return undefined;
    const rank = slate.problem.params?.['rank'];
    return {
      tone: 'gold',
      title: this.t('slate.does_not_fit', { rank }),
      text: this.t(`slate.problem.${slate.problem.code}`, slate.problem.params),
    };
  }
}

interface Typed {
  readonly amounts: TypedAmounts;
  readonly unreadable: ReadonlyMap<string, string>;
}

/** What was typed in the boxes of the ranking; a page that was not counted yet has none. */
function readAmounts(query: Readonly<Record<string, unknown>>): Typed {
  if (query['counted'] !== 'yes') return { amounts: undefined, unreadable: new Map() };
  const amounts = new Map<string, Money>();
  const unreadable = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (!name.startsWith(AMOUNT) || typeof value !== 'string' || value.trim() === '') continue;
    const amount = Money.tryParse(value);
    const id = name.slice(AMOUNT.length);
    if (amount === undefined || amount.isNegative) unreadable.set(id, value.slice(0, 40));
    else if (amount.isPositive) amounts.set(id, amount);
  }
  return { amounts, unreadable };
}

const LIST = new Intl.ListFormat('en-US');
const list = (names: readonly string[]): string => LIST.format(names);
