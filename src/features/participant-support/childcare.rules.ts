/** The arithmetic of a childcare claim: the least of what was paid, what the hours come to, and the cap. Pure. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { hoursOf } from './hours.js';

/** What a participant says, and the rates that were in force on the day of the convening. */
export interface ChildcareCost {
  readonly paid: Money;
  readonly children: number;
  readonly minutes: number;
  /** For one child and one hour. */
  readonly rate: Money;
  /** For one convening, however many children. */
  readonly cap: Money;
}

const MINUTES_OF_AN_HOUR = 60n;

/** What the hours come to, in whole cents and never rounded up. */
export function hoursCost({ children, minutes, rate }: Pick<ChildcareCost, 'children' | 'minutes' | 'rate'>): Money {
  return Money.ofCents((rate.cents * BigInt(children) * BigInt(minutes)) / MINUTES_OF_AN_HOUR);
}

/** What is paid back. */
export function claimAmount(cost: ChildcareCost): Money {
  return Money.min(cost.paid, hoursCost(cost), cost.cap);
}

/** The arithmetic as it is shown before and after the claim is sent; the last sentence is the result. */
export function claimArithmetic(cost: ChildcareCost): Sentence[] {
  const { paid, children, minutes, rate, cap } = cost;
  const most = hoursCost(cost);
  const hours = hoursOf(minutes);
  const lines: Sentence[] = [
    { code: 'paid', params: { paid } },
    { code: 'hours', params: { children, hours, rate, most } },
  ];
  if (cap.compare(most) < 0) lines.push({ code: 'cap', params: { cap } });
  return [...lines, { code: 'amount', params: { amount: claimAmount(cost) } }];
}

/** The most minutes one can claim: the time at the convening, and the way there and back. */
function longestCare(attendedMinutes: number, extraMinutes: number): number {
  return attendedMinutes + extraMinutes;
}

/** Why these hours cannot be claimed; nothing when they can. */
export function hoursProblem(minutes: number, attendedMinutes: number, extraMinutes: number): Sentence | undefined {
  const longest = longestCare(attendedMinutes, extraMinutes);
  if (minutes <= longest) return undefined;
  const params = { attended: hoursOf(attendedMinutes), extra: extraMinutes, most: hoursOf(longest) };
  return { code: 'childcare_claim.too_many_hours', params };
}
