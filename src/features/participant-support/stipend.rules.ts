/** What a stipend comes to, which policy it follows, and which source of the pool bears it. Pure. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { hoursOf } from './hours.js';

/** Who is paid how much for coming, and by whom, from a day on. */
export interface PolicyTerms {
  readonly id: string;
  readonly yearId: string;
  readonly role: string;
  readonly basis: string;
  readonly rate: Money;
  /** For one person and role in one year; nothing when there is no limit. */
  readonly capPerYear: Money | null;
  readonly bearer: string;
  /** 'YYYY-MM-DD' */
  readonly startsOn: string;
}

const MINUTES_OF_AN_HOUR = 60n;

/** The policy of a year and role in force on a day: the latest that had begun. */
export function policyOn<P extends PolicyTerms>(
  policies: readonly P[],
  { yearId, role, on }: { readonly yearId: string; readonly role: string; readonly on: string },
): P | undefined {
  return policies
    .filter((each) => each.yearId === yearId && each.role === role && each.startsOn <= on)
    .sort((a, b) => b.startsOn.localeCompare(a.startsOn))[0];
}

/** Before the year's cap: the rate, or the rate for each hour to the nearest cent. */
export function grossStipend({ basis, rate }: Pick<PolicyTerms, 'basis' | 'rate'>, minutes: number): Money {
  if (basis === 'per_convening') return rate;
  const cents = rate.cents * BigInt(minutes);
  return Money.ofCents((2n * cents + MINUTES_OF_AN_HOUR) / (2n * MINUTES_OF_AN_HOUR));
}

/** What is paid: never beyond what the cap leaves after what the person had in that year and role before. */
export function stipendAmount(
  policy: Pick<PolicyTerms, 'basis' | 'rate' | 'capPerYear'>,
  minutes: number,
  before: Money,
): Money {
  const gross = grossStipend(policy, minutes);
  if (policy.capPerYear === null) return gross;
  return Money.max(Money.zero, Money.min(gross, policy.capPerYear.subtract(before)));
}

/** How the amount came about, as sentences. */
export function stipendArithmetic(
  policy: Pick<PolicyTerms, 'basis' | 'rate' | 'capPerYear'>,
  minutes: number,
  amount: Money,
): Sentence[] {
  const gross = grossStipend(policy, minutes);
  const { rate, capPerYear: cap } = policy;
  const lines: Sentence[] = [{ code: policy.basis, params: { hours: hoursOf(minutes), rate, amount: gross } }];
  if (cap !== null && amount.compare(gross) < 0) lines.push({ code: 'cap', params: { cap, amount } });
  return lines;
}

interface Share {
  readonly sourceId: string;
  readonly amount: Money;
}

export interface Cell extends Share {
  /** The place in the list of amounts. */
  readonly index: number;
}

/** Which source bears how much of which amount, sources in their order. Both lists add up to the same. */
export function spread(shares: readonly Share[], amounts: readonly Money[]): Cell[] {
  const cells: Cell[] = [];
  const left = shares.map((share) => share.amount);
  let at = 0;
  amounts.forEach((wanted, index) => {
    let missing = wanted;
    while (missing.isPositive && at < shares.length) {
      const taken = Money.min(missing, left[at] as Money);
      if (taken.isPositive) cells.push({ index, sourceId: (shares[at] as Share).sourceId, amount: taken });
      missing = missing.subtract(taken);
      left[at] = (left[at] as Money).subtract(taken);
      if ((left[at] as Money).isZero) at += 1;
    }
  });
  return cells;
}
