/** Pure checks of an application: what is missing before it can be submitted, and how words are counted. */
import { createHash } from 'node:crypto';
import type { Sentence } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';

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
}

export const MOST_WORDS = 500;
const WHOLE = 10_000;

/** Words as people count them: what stands between spaces. */
export function countWords(text: string | null | undefined): number {
  return text?.match(/\S+/g)?.length ?? 0;
}

/** What is missing before an application can be sent, each with where it is mended. */
export function submitBlockers(facts: ApplicationFacts): Sentence[] {
  return [...windowBlockers(facts), ...textBlockers(facts), ...moneyBlockers(facts)];
}

function windowBlockers({ isAccepting, closes, fixBy, today, isOver }: ApplicationFacts): Sentence[] {
  if (fixBy !== null) return fixBy < today ? [{ code: 'application.fix_over', params: { date: fixBy } }] : [];
  if (isAccepting) return [];
  return [isOver ? { code: 'application.too_late', params: { closes } } : { code: 'application.not_open_yet' }];
}

function textBlockers({ summary, shareBasisPoints, whoMayLead, leadKind }: ApplicationFacts): Sentence[] {
  const missing: Sentence[] = [];
  if (!whoMayLead.includes(leadKind)) missing.push({ code: 'application.may_not_lead' });
  const words = countWords(summary);
  if (words === 0) missing.push({ code: 'application.needs_summary' });
  if (words > MOST_WORDS) {
    missing.push({ code: 'application.summary_long', params: { words, most: MOST_WORDS, over: words - MOST_WORDS } });
  }
  if (shareBasisPoints !== WHOLE) {
    missing.push({ code: 'application.districts_not_whole', params: { share: shareBasisPoints / 100 } });
  }
  return missing;
}

function moneyBlockers({ requested, budgetTotal, partnerShares, floor, ceiling }: ApplicationFacts): Sentence[] {
  const missing: Sentence[] = [];
  if (!requested.isPositive) return [{ code: 'application.needs_amount' }];
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
