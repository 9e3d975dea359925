/** Screening as its pages show it: the worklist, and one application with its checks beside what people judge. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tone } from '../../kernel/lifecycle.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type ChoiceView,
  type FactView,
  type FieldView,
  type PageHead,
  type SearchView,
  table,
  type TagView,
  type TimelineItem,
} from '../../platform/pages/components.js';
import { errorItems, lineViews } from '../../platform/pages/forms.js';
import { actionButtons } from '../../platform/pages/lifecycle-views.js';
import { listHref, pagerView, sortedColumn } from '../../platform/pages/list-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Application, Applications, readApplication } from '../applications/index.js';
import { staffSide } from '../conflicts/index.js';
import { BROADCAST_STATES } from './broadcast.input.js';
import type { WholeCheck } from './screening.checks.js';
import { type Finding, type Judgement, RUN_ACTIONS } from './screening.entity.js';
import { JudgementInput, ScreeningListQuery, WORKLIST_STATES, type WorklistQuery } from './screening.input.js';
import { type ScreenedRow, Screening, STATES } from './screening.service.js';
import { SQL_CHECKS } from './screening.sql.js';
import { inAddress, listOf, WORKLIST as PATH } from './worklist.address.js';

type View = { title: string } & Record<string, unknown>;

const TONES: Readonly<Record<Finding, Tone>> = { pass: 'done', look: 'waiting', fail: 'attention' };
const JUDGED_TONES: Readonly<Record<Judgement, Tone>> = { fine: 'done', not_fine: 'attention', open: 'waiting' };
const STEPS: readonly string[] = ['screen_in', 'return', 'screen_out', 'uphold', 'allow', 'shortlist'];
/** Steps that ask for more than a note, and have a page of their own for it. */
const FORM_STEPS: readonly string[] = ['return', 'screen_out'];

/** Filters that are used less, and stand folded. */
const MORE = ['check', 'district', 'atLeast', 'atMost'] as const;

@Injectable()
export class ScreeningPageViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly screening: Screening,
    private readonly applications: Applications,
  ) {}

  async list(actor: Actor, { pick: picked, ...query }: WorklistQuery): Promise<View> {
    const { t } = this;
    const found = await this.screening.list(actor, query);
    const mayRun = this.policy.mightDo(actor, 'screening.run');
    const { after: _after, limit: _limit, ...asked } = query;
    const isSearch = Object.entries(asked).some(([name, value]) => name !== 'sort' && value !== undefined);
    const sorted = (key: string): object => sortedColumn(PATH, query, found.sort, key);
    const applications = table({
      id: 'worklist',
      caption: t('screening.list.caption'),
      columns: [
        { key: 'title', label: t('screening.field.application'), ...sorted('title') },
        { key: 'round', label: t('screening.field.round'), minor: true },
        { key: 'submitted', label: t('screening.field.submitted'), ...sorted('submitted') },
        { key: 'requested', label: t('screening.field.requested'), kind: 'money', ...sorted('requested') },
        { key: 'checks', label: t('screening.field.checks') },
        ...(mayRun ? [{ key: 'pick' as const, label: t('screening.field.pick') }] : []),
      ],
      rows: found.items.map((row) => this.row(row, mayRun, picked === 'all')),
      pager: pagerView(this.texts, PATH, query, found),
      export: {
        label: t('list_export.link'),
        href: listHref('/exports/new', { list: 'screening', ...inAddress(asked) }),
      },
      empty: isSearch
        ? { title: t('list.nothing_found'), link: { label: t('list.clear'), href: PATH } }
        : { title: t('screening.none'), text: t('screening.none.text') },
      stack: true,
    });
    const head: PageHead = {
      title: t('screening.list.title'),
      lead: t('screening.list.lead'),
      actions: [
        ...(this.policy.mightDo(staffSide(actor), 'broadcast.create')
          ? [{ label: t('broadcast.new'), href: broadcastHref(query) }]
          : []),
        { label: t('letter_of_intent.list.title'), href: '/letters-of-intent' },
        { label: t('technical_assistance.list.title'), href: '/technical-assistances' },
      ],
    };
    const all = listHref(PATH, { ...inAddress(query), pick: picked === undefined ? 'all' : undefined });
    const run =
      mayRun && found.items.length > 0
        ? {
            ...{ action: `${PATH}/choose`, field: this.runField(), list: listOf(asked) },
            all: {
              href: all,
              label:
                picked === undefined
                  ? t('screening.pick_all', { count: found.items.length })
                  : t('screening.pick_none'),
            },
          }
        : undefined;
    return { title: head.title, head, search: await this.search(actor, query, isSearch), table: applications, run };
  }

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const row = await this.screening.get(visit.actor, visit.id());
    const { calendar } = this;
    const state = this.applications.machine.state(row.state);
    const mayJudge = this.policy.can(staffSide(visit.actor), 'screening.judge', {
      scopes: { fund: row.fundId, round: row.roundId },
      state: row.state,
    });
    const head: PageHead = {
      crumbs: [{ label: t('screening.list.title'), href: PATH }],
      tag: state,
      number: t('screening.number', { number: row.number }),
      title: row.title,
      lead: t('screening.lead', { organization: row.organizationName, round: row.roundName }),
      actions: await this.buttons(visit.actor, row, mayJudge),
    };
    return {
      title: row.title,
      head,
      form: this.form(visit, row, mayJudge),
      facts: { items: await this.facts(row) },
      story: {
        items: (await this.screening.history(row.id)).map((each, index): TimelineItem => ({
          date: calendar.formatDate(calendar.today(each.at), 'long'),
          title: t('screening.story', {
            check: t(`screening.check.${each.checkKey}`),
            judgement: t(`screening.field.judgement.${each.judgement}`),
          }),
          text: each.judgedByName === null ? each.reason : `${each.judgedByName}: ${each.reason}`,
          when: index === 0 ? 'now' : 'past',
        })),
      },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private get calendar(): Database['currentCalendar'] {
    return this.db.currentCalendar;
  }

  private row(
    row: ScreenedRow,
    mayRun: boolean,
    isPicked: boolean,
  ): Record<'title' | 'round' | 'submitted' | 'requested' | 'checks', object | string> {
    const pick: FieldView = {
      ...{ kind: 'yes', name: `pick-${row.id}`, label: row.number },
      value: isPicked ? 'yes' : undefined,
    };
    const { calendar } = this;
    return {
      title: { text: row.title, href: `${PATH}/${row.id}`, note: row.organizationName },
      round: { text: row.roundName, note: row.district ?? undefined },
      submitted: { text: calendar.formatDate(calendar.today(row.submittedAt), 'short'), note: this.stateOf(row) },
      requested: Money.ofCents(row.requestedCents),
      checks: checksCell(this.texts, row.checks),
      ...(mayRun && { pick: { field: pick } }),
    };
  }

  private stateOf({ state }: ScreenedRow): string {
    return this.applications.machine.state(state).label;
  }

  private runField(): FieldView {
    return {
      kind: 'select',
      name: 'action',
      label: this.t('screening.field.action'),
      prompt: this.t('form.choose'),
      options: RUN_ACTIONS.map((value) => ({ value, label: this.t(`screening.field.action.${value}`) })),
    };
  }

  private async search(actor: Actor, query: ScreeningListQuery, isSearch: boolean): Promise<SearchView> {
    const { t } = this;
    const select = (
      name: 'state' | 'round' | 'check' | 'district',
      options: readonly ChoiceView[],
      prompt?: string,
    ): FieldView => ({
      ...{ kind: 'select', name, label: t(`screening.field.${name}`), value: query[name], prompt, options },
    });
    const amount = (name: 'atLeast' | 'atMost', label: string): FieldView => ({
      ...{ kind: 'money', name, label, value: query[name]?.format({ symbol: false }), width: 'short' },
    });
    return {
      action: PATH,
      text: { name: 'q', label: t('screening.search'), value: query.q },
      filters: [
        select('round', await this.rounds(actor), t('list.any')),
        select(
          'state',
          WORKLIST_STATES.map((value) => ({ value, label: t(`screening.field.state.${value}`) })),
        ),
      ],
      more: {
        label: t('screening.more_filters', { count: MORE.filter((name) => query[name] !== undefined).length }),
        isOpen: MORE.some((name) => query[name] !== undefined),
        filters: [
          select(
            'check',
            SQL_CHECKS.map((value) => ({ value, label: t(`screening.check.${value}`) })),
            t('list.any'),
          ),
          select('district', await this.districts(), t('list.any')),
          amount('atLeast', t('screening.field.at_least')),
          amount('atMost', t('screening.field.at_most')),
        ],
      },
      hidden: query.fund === undefined ? [] : [{ name: 'fund', value: query.fund }],
      clear: isSearch ? { label: t('list.clear'), href: PATH } : undefined,
    };
  }

  private async districts(): Promise<ChoiceView[]> {
    return this.db.query<ChoiceView & { value: string }>(
      sql`select name as value, name as label from districts order by position, name`,
    );
  }

  private async rounds(actor: Actor): Promise<ChoiceView[]> {
    const scopes = { fund: 'r.fund_id', round: 'r.id' };
    const may = conditionSql(this.policy.filter(staffSide(actor), 'screening.read', { scopes, state: `'submitted'` }));
    return this.db.query<ChoiceView & { value: string }>(sql`
      select r.id as value, r.name as label from rounds r
      where r.state not in ('draft', 'in_comment') and ${may} order by r.due_at desc, r.name limit 200`);
  }

  /** While a check waits for a person, judging is what comes next; the step is filled when nothing does. */
  private async buttons(actor: Actor, row: ScreenedRow, mayJudge: boolean): Promise<ActionView[]> {
    const { id, checks } = row;
    const path = `/applications/${id}`;
    const application = await readApplication(this.db, id);
    // The machine looks at columns that the summary has under the same names.
    const thing = application as unknown as Application;
    const actions = await this.applications.machine.actions(this.policy, this.db, staffSide(actor), thing);
    const shown = actions.filter(({ name }) => STEPS.includes(name));
    const buttons = actionButtons(this.texts, path, application.version, shown).map((button, index): ActionView => {
      const name = shown[index]?.name ?? '';
      if (FORM_STEPS.includes(name)) return { label: button.label, href: `${path}/${name.replaceAll('_', '-')}` };
      return mayJudge && waitsFor(checks) ? { ...button, primary: false } : button;
    });
    return [...buttons, { label: this.t('screening.open_application'), href: path }, ...(await this.next(actor, row))];
  }

  /** The one of the same round that waits longest, so that many are screened one after the other. */
  private async next(actor: Actor, { id, roundId }: ScreenedRow): Promise<ActionView[]> {
    const query = Object.assign(new ScreeningListQuery(), { round: roundId, limit: 2 });
    const next = (await this.screening.list(actor, query)).items.find((each) => each.id !== id);
    if (next === undefined) return [];
    return [{ label: this.t('screening.next'), href: `${PATH}/${next.id}`, quiet: true, about: next.title }];
  }

  private form(visit: Visit, { id, checks, organizationId }: ScreenedRow, mayJudge: boolean): object {
    const lookUp = this.policy.mightDo(visit.actor, 'exclusion_check.record')
      ? { label: this.t('screening.look_up'), href: `/organizations/${organizationId}/record-exclusion-check` }
      : undefined;
    const lines = lineViews(this.texts, {
      refused: visit.refused,
      name: 'judgements',
      input: JudgementInput,
      stored: checks.map(({ key, judged, isStale }) => ({
        ...{
          check: key,
          judgement: isStale ? undefined : judged?.judgement,
          reason: isStale ? undefined : judged?.reason,
        },
      })),
      spare: 0,
    });
    return {
      action: `${PATH}/${id}/judgements`,
      mayJudge,
      isNext: waitsFor(checks),
      errors: errorItems(this.texts, visit.refused),
      checks: checks.map((check, index) => ({
        title: this.t(`screening.check.${check.key}`),
        tag: { tone: TONES[check.found], label: this.t(`screening.finding.${check.found}`) },
        sentence: this.t(check.textKey, check.params),
        link: check.key === 'exclusion' && check.found === 'look' ? lookUp : undefined,
        judged: this.judged(check),
        stale: check.isStale ? this.t('screening.stale') : undefined,
        fields: mayJudge ? lines[index]?.map((field) => forCheck(field)) : undefined,
        // Where nothing waits for a person there is nothing to fill in; what was refused is always in sight.
        folded: check.isFine && !lines[index]?.some(({ error }) => error !== undefined),
      })),
    };
  }

  private judged({ judged }: WholeCheck): object | undefined {
    if (judged === undefined) return undefined;
    const { judgement, reason, judgedByName, at } = judged;
    const { calendar } = this;
    const on = calendar.formatDate(calendar.today(at), 'short');
    return {
      tag: { tone: JUDGED_TONES[judgement], label: this.t(`screening.field.judgement.${judgement}`) },
      text: reason,
      by: this.t('screening.judged_by', { person: judgedByName ?? '', date: on }),
    };
  }

  private async facts(row: ScreenedRow): Promise<FactView[]> {
    const { t, calendar } = this;
    const [around] = await this.db.query<{ minutes: number; helped: number; letterId: string | null }>(sql`
      select (select coalesce(sum(e.minutes), 0)::int from technical_assistance_entries e
          join technical_assistances s on s.id = e.technical_assistance_id where s.application_id = ${row.id}) as minutes,
        (select count(*)::int from technical_assistances s where s.application_id = ${row.id}) as helped,
        (select l.id from letters_of_intent l where l.round_id = ${row.roundId} and l.state <> 'withdrawn'
          and l.organization_id = ${row.organizationId}) as "letterId"`);
    const help = t('screening.help_given', { count: around?.helped ?? 0, hours: hoursOf(around?.minutes ?? 0) });
    const letter = around?.letterId ?? null;
    return [
      {
        label: t('screening.field.organization'),
        link: { label: row.organizationName, href: `/organizations/${row.organizationId}` },
      },
      { label: t('screening.field.requested'), value: Money.ofCents(row.requestedCents).format() },
      { label: t('screening.field.submitted'), value: calendar.formatInstant(row.submittedAt) },
      { label: t('technical_assistance.list.title'), value: help },
      ...(letter === null
        ? []
        : [
            {
              label: t('letter_of_intent.one'),
              link: { label: t('letter_of_intent.open'), href: `/letters-of-intent/${letter}` },
            },
          ]),
    ];
  }
}

/** Whether a check waits for somebody's judgement still. */
const waitsFor = (checks: readonly WholeCheck[]): boolean => checks.some(({ isFine }) => !isFine);

/** How many checks wait for a person, and which. */
export function checksCell(texts: Texts, checks: readonly WholeCheck[]): { tag: TagView; note?: string } {
  const open = checks.filter(({ isFine }) => !isFine);
  if (open.length === 0) return { tag: { tone: 'done', label: texts.t('screening.all_fine') } };
  const isAgainst = open.some(({ found, judged, isStale }) =>
    judged === undefined || isStale ? found === 'fail' : judged.judgement === 'not_fine',
  );
  const tone = isAgainst ? 'attention' : 'waiting';
  return {
    tag: { tone, label: texts.t('screening.to_look_at', { count: open.length }) },
    note: open.map(({ key }) => texts.t(`screening.check.${key}`)).join(', '),
  };
}

/** The check stands above its fields; here it is only sent along. */
const forCheck = (field: FieldView): FieldView => {
  if (field.name.endsWith('.check')) return { ...field, kind: 'hidden' };
  return field.name.endsWith('.reason') ? { ...field, rows: 3 } : field;
};

/** `1.5` for ninety minutes. */
export const hoursOf = (minutes: number): string => String(Math.round((minutes / 60) * 100) / 100);

/** The message to many that begins with this list. */
function broadcastHref({ state = 'waiting', round, district, q, check, atLeast, atMost }: ScreeningListQuery): string {
  const chosen = new URLSearchParams();
  for (const each of STATES[state] ?? BROADCAST_STATES.filter((one) => one !== 'draft')) chosen.append('state', each);
  const amounts = { atLeast: atLeast?.toDecimal(), atMost: atMost?.toDecimal() };
  for (const [name, value] of Object.entries({ round, district, q, check, ...amounts })) {
    if (value !== undefined) chosen.set(name, value);
  }
  return `/broadcasts/new?${chosen.toString()}`;
}
