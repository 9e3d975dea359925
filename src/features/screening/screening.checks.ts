/** Pure: what the house finds of an application that was sent, check by check, each with its sentence. */
import type { TextParams } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import type { CheckKey, Finding, Judgement } from './screening.entity.js';

/** Another application that may be the same one. */
export interface Duplicate {
  readonly id: string;
  readonly number: string;
  readonly organizationName: string;
  /** The same organization, one with the same number, or the same words. */
  readonly by: 'organization' | 'ein' | 'title' | 'summary';
}

/** What the checks look at, loaded for many applications at once. */
export interface CheckFacts {
  readonly leadKind: string;
  readonly whoMayLead: readonly string[];
  /** How many eligibility questions the round asks, and whether the last answers of the organization met them. */
  readonly rules: number;
  readonly eligible: boolean | null;
  /** Labels of required questions that have no good answer. */
  readonly missing: readonly string[];
  readonly partnersWaiting: readonly string[];
  /** Answers that staff entered and nobody of the applicant has confirmed. */
  readonly unconfirmed: number;
  readonly exclusion: { readonly checkedOn: string; readonly result: string } | null;
  /** The day from which a check of today would be out of date: earlier ones are. */
  readonly exclusionSince: string;
  readonly requested: Money;
  readonly floor: Money;
  readonly ceiling: Money | null;
  readonly duplicates: readonly Duplicate[];
}

export interface CheckResult {
  readonly key: CheckKey;
  readonly found: Finding;
  readonly textKey: string;
  readonly params?: TextParams;
}

/** What people judged of one check, the latest. */
export interface JudgedCheck {
  readonly checkKey: CheckKey;
  readonly found: Finding;
  readonly judgement: Judgement;
  readonly reason: string;
  readonly judgedByName: string | null;
  readonly at: Date;
}

/** A check with what was judged of it. */
export interface WholeCheck extends CheckResult {
  readonly judged: JudgedCheck | undefined;
  /** What the house finds has changed since it was judged. */
  readonly isStale: boolean;
  /** Nothing stands against it: the house found nothing, or a person judged it fine. */
  readonly isFine: boolean;
}

const MOST_NAMED = 5;

export function checksOf(facts: CheckFacts): CheckResult[] {
  return [eligibility(facts), completeness(facts), exclusion(facts), amount(facts), duplicates(facts)];
}

/** A judgement counts for what was found when it was made: when that changes, it is judged again. */
export function withJudgements(checks: readonly CheckResult[], judged: readonly JudgedCheck[]): WholeCheck[] {
  const latest = new Map(judged.map((each) => [each.checkKey, each]));
  return checks.map((check) => {
    const judgement = latest.get(check.key);
    const isStale = judgement !== undefined && judgement.found !== check.found;
    const counts = judgement !== undefined && !isStale ? judgement.judgement : undefined;
    const isFine = counts === undefined ? check.found === 'pass' : counts === 'fine';
    return { ...check, judged: judgement, isStale, isFine };
  });
}

function eligibility({ leadKind, whoMayLead, rules, eligible }: CheckFacts): CheckResult {
  const key = 'eligibility';
  if (!whoMayLead.includes(leadKind)) return { key, found: 'fail', textKey: 'screening.found.eligibility.lead' };
  if (rules === 0) return { key, found: 'pass', textKey: 'screening.found.eligibility.no_rules' };
  if (eligible === null) return { key, found: 'look', textKey: 'screening.found.eligibility.unanswered' };
  return eligible
    ? { key, found: 'pass', textKey: 'screening.found.eligibility.met', params: { rules } }
    : { key, found: 'fail', textKey: 'screening.found.eligibility.not_met' };
}

function completeness({ missing, partnersWaiting, unconfirmed }: CheckFacts): CheckResult {
  const key = 'completeness';
  if (missing.length > 0) {
    const params = { count: missing.length, questions: missing.slice(0, MOST_NAMED).join('; ') };
    return { key, found: 'fail', textKey: 'screening.found.completeness.missing', params };
  }
  if (partnersWaiting.length > 0) {
    const params = { count: partnersWaiting.length, partners: partnersWaiting.slice(0, MOST_NAMED).join(', ') };
    return { key, found: 'look', textKey: 'screening.found.completeness.partners', params };
  }
  if (unconfirmed > 0) {
    const params = { count: unconfirmed };
    return { key, found: 'look', textKey: 'screening.found.completeness.unconfirmed', params };
  }
  return { key, found: 'pass', textKey: 'screening.found.completeness.whole' };
}

function exclusion({ exclusion: check, exclusionSince }: CheckFacts): CheckResult {
  const key = 'exclusion';
  if (check === null) return { key, found: 'look', textKey: 'screening.found.exclusion.none' };
  const params = { date: check.checkedOn };
  if (check.result === 'match') return { key, found: 'fail', textKey: 'screening.found.exclusion.match', params };
  return check.checkedOn < exclusionSince
    ? { key, found: 'look', textKey: 'screening.found.exclusion.old', params }
    : { key, found: 'pass', textKey: 'screening.found.exclusion.clear', params };
}

function amount({ requested, floor, ceiling }: CheckFacts): CheckResult {
  const key = 'amount';
  if (!requested.isPositive) return { key, found: 'pass', textKey: 'screening.found.amount.none' };
  if (ceiling !== null && requested.compare(ceiling) > 0) {
    const params = { requested, ceiling, over: requested.subtract(ceiling) };
    return { key, found: 'fail', textKey: 'screening.found.amount.over', params };
  }
  if (requested.compare(floor) < 0) {
    return { key, found: 'fail', textKey: 'screening.found.amount.below', params: { requested, floor } };
  }
  return { key, found: 'pass', textKey: 'screening.found.amount.within', params: { requested } };
}

function duplicates({ duplicates: others }: CheckFacts): CheckResult {
  const key = 'duplicates';
  if (others.length === 0) return { key, found: 'pass', textKey: 'screening.found.duplicates.none' };
  const numbers = others.slice(0, MOST_NAMED).map(({ number, organizationName }) => `${number}, ${organizationName}`);
  const params = { count: others.length, applications: numbers.join('; ') };
  return { key, found: 'look', textKey: 'screening.found.duplicates.some', params };
}
