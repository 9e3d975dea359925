/** The questions before the form as pages show them, and what the answers mean. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type FactView,
  type FieldView,
  type NoteView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, problemOf } from '../../platform/pages/forms.js';
import { say } from '../../platform/http/problem.js';
import { Money } from '../../kernel/money.js';
import { Texts } from '../../platform/texts/texts.js';
import { Eligibility, type EligibilityResult, type OwnOrganization } from './eligibility.service.js';
import { type EligibilityFinding, type EligibilityRule, judge } from './eligibility.rules.js';
import { carriedAnswers } from './eligibility.carried.js';
import { recordOf } from './eligibility.input.js';
import { leadersLine } from './round.dates.js';
import type { Round } from './round.entity.js';
import { Rounds } from './rounds.service.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class EligibilityViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
    private readonly eligibility: Eligibility,
  ) {}

  /** For everybody, with the answer when there is one. */
  async check(visit: Visit, result?: EligibilityResult): Promise<View> {
    const { t } = this;
    const round = await this.eligibility.published(visit.id());
    const mine = await this.eligibility.organizations(visit.actor);
    const asked = typeof visit.query['organization'] === 'string' ? visit.query['organization'] : undefined;
    const chosen = mine.find(({ id }) => id === asked) ?? (mine.length === 1 ? mine[0] : undefined);
    const isFresh = result === undefined && visit.refused === undefined;
    const known = result ?? (isFresh ? ((await this.kept(round, chosen)) ?? carried(visit, round, chosen)) : undefined);
    const head: PageHead = {
      crumbs: [
        { label: t('funding.title'), href: '/funding' },
        { label: round.name, href: `/funding/${round.id}` },
      ],
      number: round.number,
      title: t('eligibility.title'),
      lead: t('eligibility.lead', { name: round.name }),
    };
    return {
      title: head.title,
      head,
      ...this.answered(round, known),
      go:
        known?.passed === true
          ? { label: t('eligibility.begin'), href: `/applications/new?round=${round.id}` }
          : undefined,
      facts: { items: this.facts(round) },
      form: this.form(visit, round, `/funding/${round.id}/check`, known, mine),
      keep: visit.actor.kind === 'public' ? t('eligibility.not_kept') : undefined,
    };
  }

  /** The same for who sets the round up; nothing is kept. */
  async rehearsal(visit: Visit, result?: EligibilityResult): Promise<View> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const path = `/rounds/${round.id}`;
    const head: PageHead = {
      crumbs: [
        { label: round.name, href: path },
        { label: t('rehearsal.title'), href: `${path}/rehearsal` },
      ],
      title: t('eligibility.title'),
      lead: t('rehearsal.lead'),
    };
    const isEmpty = round.eligibilityRules.length === 0;
    return {
      title: head.title,
      head,
      ...this.answered(round, result, `${path}/rehearsal/form`),
      facts: { items: this.facts(round) },
      form: isEmpty ? undefined : this.form(visit, round, `${path}/rehearsal/check`, result, []),
      empty: isEmpty
        ? { title: t('eligibility.no_rules'), link: { label: t('eligibility.edit'), href: `${path}/eligibility` } }
        : undefined,
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async kept(round: Round, organization: OwnOrganization | undefined): Promise<EligibilityResult | undefined> {
    if (organization === undefined) return undefined;
    const kept = await this.eligibility.latest(this.db, round.id, organization.id);
    if (kept === undefined) return undefined;
    const { findings } = judge(round.eligibilityRules, kept.answers);
    const mayLead = round.whoMayLead.includes(organization.kind);
    return { passed: kept.passed, findings, mayLead, organization, at: kept.at };
  }

  private answered(round: Round, result: EligibilityResult | undefined, next?: string): Record<string, unknown> {
    if (result === undefined) return {};
    return { note: this.note(round, result, next), findings: this.findingTable(result.findings) };
  }

  private note(
    round: Round,
    { passed, findings, mayLead, organization, at }: EligibilityResult,
    next?: string,
  ): NoteView {
    const { t } = this;
    const name = organization?.name;
    const carriedFor = name === undefined ? undefined : t('eligibility.carried', { name });
    const kept = at === undefined ? carriedFor : t('eligibility.kept', { at, name });
    if (passed) {
      const link = next === undefined ? undefined : { label: t('eligibility.go_on'), href: next };
      return { tone: 'blue', title: t('eligibility.passed'), text: kept, link };
    }
    const reasons = findings.filter(({ met }) => !met).map(({ rule }) => rule.why);
    if (mayLead === false) {
      reasons.unshift(t('eligibility.may_not_lead', { leaders: leadersLine(this.texts, round.whoMayLead) }));
    }
    const link = { label: t('eligibility.other_rounds'), href: '/funding' };
    return { tone: 'gold', title: t('eligibility.not_passed'), items: reasons, text: kept, link };
  }

  private findingTable(findings: readonly EligibilityFinding[]): TableView {
    const { t } = this;
    return table({
      id: 'findings',
      caption: t('eligibility.findings'),
      columns: [
        { key: 'question', label: t('eligibility.field.question') },
        { key: 'answer', label: t('eligibility.your_answer') },
        { key: 'met', label: t('eligibility.result') },
      ],
      rows: findings.map(({ rule, answer, met }) => ({
        question: rule.question,
        answer: answerText(this.texts, rule, answer),
        met: { tag: { tone: met ? 'done' : 'attention', label: t(met ? 'eligibility.met' : 'eligibility.not_met') } },
      })),
      stack: true,
    });
  }

  private facts(round: Round): FactView[] {
    const { t } = this;
    const due = this.db.currentCalendar.formatDeadline(round.dueAt);
    return [
      { label: t('funding.fact.leads'), value: leadersLine(this.texts, round.whoMayLead) },
      { label: t('funding.fact.due'), value: due, strong: true },
    ];
  }

  private form(
    visit: Visit,
    round: Round,
    action: string,
    result: EligibilityResult | undefined,
    mine: readonly OwnOrganization[],
  ): unknown {
    const { t } = this;
    const sent = recordOf(visit.refused?.values['answers']);
    const kept = Object.fromEntries(
      (result?.findings ?? []).map(({ rule, answer }) => [rule.key, inBox(rule, answer)]),
    );
    const problems = new Map(visit.refused?.error.fields.map((each) => [each.field, each]) ?? []);
    const fields = round.eligibilityRules.map((rule) => {
      const problem = problems.get(`answers.${rule.key}`);
      const typed = sent[rule.key];
      const value = visit.refused === undefined ? kept[rule.key] : typeof typed === 'string' ? typed : undefined;
      return ruleField(this.texts, rule, value, problem === undefined ? undefined : say(this.texts, problem));
    });
    return {
      action,
      fields: [...this.organizationField(mine, result), ...fields],
      submit: t(result === undefined ? 'eligibility.submit' : 'eligibility.submit_again'),
      secondary: result !== undefined,
      // Above the form each says which question it is about.
      errors: errorItems(this.texts, visit.refused)?.map(({ text, field }) => {
        const label = round.eligibilityRules.find(({ key }) => field === `answers.${key}`)?.question;
        return { field, text: label === undefined ? text : problemOf(this.texts, label, text) };
      }),
      hidden: mine.length === 1 ? [{ name: 'organizationId', value: mine[0]?.id ?? '' }] : [],
    };
  }

  /** Who acts for several says which one it is about. */
  private organizationField(mine: readonly OwnOrganization[], result: EligibilityResult | undefined): FieldView[] {
    if (mine.length < 2) return [];
    return [
      {
        ...{ kind: 'select', name: 'organizationId', label: this.t('eligibility.field.organization') },
        prompt: this.t('form.choose'),
        value: result?.organization?.id,
        options: mine.map(({ id, name }) => ({ value: id, label: name })),
      },
    ];
  }
}

/** What was answered in this browser before somebody signed in. */
function carried(
  { request }: Visit,
  round: Round,
  organization: OwnOrganization | undefined,
): EligibilityResult | undefined {
  const answers = carriedAnswers(request, round.id, round.eligibilityRules);
  if (answers === undefined) return undefined;
  const judged = judge(round.eligibilityRules, answers);
  if (organization === undefined) return judged;
  const mayLead = round.whoMayLead.includes(organization.kind);
  return { ...judged, passed: judged.passed && mayLead, mayLead, organization };
}

function ruleField(
  texts: Texts,
  rule: EligibilityRule,
  value: string | undefined,
  error: string | undefined,
): FieldView {
  const base = { name: `answers.${rule.key}`, label: rule.question, hint: rule.help, value, error };
  switch (rule.kind) {
    case 'yes_no': {
      const options = ['yes', 'no'].map((each) => ({ value: each, label: texts.t(`eligibility.${each}`) }));
      return { ...base, kind: 'radios', options };
    }
    case 'choice':
      return { ...base, kind: 'radios', options: (rule.choices ?? []).map((each) => ({ value: each, label: each })) };
    case 'number':
      return { ...base, kind: 'text', inputmode: 'decimal', width: 'short' };
    case 'money':
      return { ...base, kind: 'money', width: 'short' };
  }
}

/** An answer as it stands in its box: money with its commas. */
export function inBox(rule: EligibilityRule, answer: string): string {
  return rule.kind === 'money' && answer !== '' ? Money.fromDecimal(answer).format({ symbol: false }) : answer;
}

/** An answer as people read it. */
export function answerText(texts: Texts, rule: EligibilityRule, answer: string): string {
  if (rule.kind === 'yes_no') return texts.t(`eligibility.${answer === 'yes' ? 'yes' : 'no'}`);
  return rule.kind === 'money' ? Money.fromDecimal(answer).format() : answer;
}

/** What an answer must be: "Yes", "At most $500,000", "Kent or Highline". */
export function mustText(texts: Texts, rule: EligibilityRule): string {
  const { is, value } = rule.must;
  const values = typeof value === 'string' ? [value] : value;
  const said = values.map((each) => answerText(texts, rule, each));
  const list = new Intl.ListFormat('en-US', { type: 'disjunction' }).format(said);
  return is === 'at_most' || is === 'at_least' ? texts.t(`eligibility.must.${is}`, { value: list }) : list;
}
