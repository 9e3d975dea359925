/** Pure checks of an application: what is missing before it can be submitted, and how words are counted. */
import { createHash } from 'node:crypto';
import type { Sentence } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import { countWords } from '../forms/index.js';
import type { AskedParts } from './answer-progress.js';
import { partnerBlockers, type PartnerWaiting } from './partner.rules.js';

/** What a step of an application looks at. */
export interface ApplicationFacts {
  readonly id: string;
  readonly today: string;
  readonly title: string;
  readonly summary: string | null;
  readonly requested: Money;
  readonly budgetTotal: Money;
  readonly partnerShares: Money;
  readonly shareBasisPoints: number;
  readonly floor: Money;
  readonly ceiling: Money | null;
  readonly leadKind: string;
  readonly whoMayLead: readonly string[];
  readonly isAccepting: boolean;
  /** When the round takes no more, as the agency's people read it. */
  readonly closes: string;
  readonly fixBy: string | null;
  readonly appealBy: string | null;
  /** The round takes no more applications, and is not only waiting to open. */
  readonly isOver: boolean;
  /** Live members of the lead who may certify. */
  readonly certifiers: readonly string[];
  /** Live members of the lead who may write. */
  readonly writers: readonly string[];
  /** Who wrote anything in it. */
  readonly wroteIt: readonly string[];
  /** Whether the round lets who wrote it certify it too. */
  readonly writerMayCertify: boolean;
  /** How the form asks for the parts of the proposal; what it does not ask for is not missing. */
  readonly asked: AskedParts;
  /** What the form misses beside them. */
  readonly missing: readonly Sentence[];
  /** How many answers staff entered that the organization has not confirmed. */
  readonly unconfirmed: number;
  /** Partners that have not confirmed yet, where the round wants them to; by name. */
  readonly partnersWaiting: readonly PartnerWaiting[];
}

export const MOST_WORDS = 500;
const WHOLE = 10_000;

export { countWords };

/** What is missing before an application can be sent, each with where it is mended. */
export function submitBlockers(facts: ApplicationFacts): Sentence[] {
  return [
    ...windowBlockers(facts),
    ...textBlockers(facts),
    ...moneyBlockers(facts),
    ...facts.missing,
    ...partnerBlockers(facts),
    ...(facts.unconfirmed > 0
      ? [{ code: 'application.assisted_unconfirmed', params: { count: facts.unconfirmed } }]
      : []),
  ];
}

/** Who may sign it: of those who can bind the organization, where the round wants it only who did not write it. */
export const signersOf = ({ certifiers, wroteIt, writerMayCertify }: ApplicationFacts): string[] =>
  certifiers.filter((id) => writerMayCertify || !wroteIt.includes(id));

function windowBlockers({ isAccepting, closes, fixBy, today, isOver }: ApplicationFacts): Sentence[] {
  if (fixBy !== null) return fixBy < today ? [{ code: 'application.fix_over', params: { date: fixBy } }] : [];
  if (isAccepting) return [];
  return [isOver ? { code: 'application.too_late', params: { closes } } : { code: 'application.not_open_yet' }];
}

function textBlockers({ summary, shareBasisPoints, whoMayLead, leadKind, asked }: ApplicationFacts): Sentence[] {
  const missing: Sentence[] = [];
  if (!whoMayLead.includes(leadKind)) missing.push({ code: 'application.may_not_lead' });
  const words = countWords(summary);
  const most = asked.summary?.mostWords;
  if (asked.summary?.isRequired === true && words === 0) missing.push({ code: 'application.needs_summary' });
  if (asked.summary !== undefined && most !== undefined && words > most) {
    missing.push({ code: 'application.summary_long', params: { words, most, over: words - most } });
  }
  const mustBeWhole = asked.districts !== undefined && (asked.districts.isRequired || shareBasisPoints > 0);
  if (mustBeWhole && shareBasisPoints !== WHOLE) {
    missing.push({ code: 'application.districts_not_whole', params: { share: shareBasisPoints / 100 } });
  }
  return missing;
}

function moneyBlockers(facts: ApplicationFacts): Sentence[] {
  const { requested, budgetTotal, partnerShares, floor, ceiling, asked } = facts;
  const missing: Sentence[] = [];
  // Who is asked for no budget asks for no amount yet; one that a program wrote is within the ceiling all the same.
  if (asked.budget === undefined) {
    const isOver = ceiling !== null && requested.compare(ceiling) > 0;
    return isOver ? [{ code: 'application.over_ceiling', params: { requested, ceiling } }] : [];
  }
  if (!requested.isPositive) return asked.budget.isRequired ? [{ code: 'application.needs_amount' }] : [];
  if (requested.compare(floor) < 0) missing.push({ code: 'application.below_floor', params: { requested, floor } });
  if (ceiling !== null && requested.compare(ceiling) > 0) {
    missing.push({ code: 'application.over_ceiling', params: { requested, ceiling } });
  }
  if (!budgetTotal.equals(requested)) {
    missing.push({ code: 'application.budget_differs', params: { budget: budgetTotal, requested } });
  }
  if (partnerShares.compare(requested) > 0) {
    missing.push({ code: 'application.partners_over', params: { shares: partnerShares, requested } });
  }
  return missing;
}

/** Of what was submitted, whatever order the database gave it in. */
export function fingerprintOf(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
