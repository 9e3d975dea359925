/** What is paid of an award against an even pace over its period. Pure. */
import type { Calendar } from '../../kernel/calendar.js';
import { Money } from '../../kernel/money.js';

export interface PaidMonth {
  /** The first day of the month. */
  readonly month: string;
  readonly amount: Money;
}

export interface PacePoint {
  readonly month: string;
  /** Paid in this month, and with all months before it. */
  readonly amount: Money;
  readonly paid: Money;
  /** What an even pace would have paid by the end of this month. */
  readonly even: Money;
}

export interface Pace {
  readonly paid: Money;
  /** What an even pace would have paid by today. */
  readonly even: Money;
  /** How far behind it is, in basis points of the even pace; less than zero when it is ahead. */
  readonly behind: number;
  readonly points: readonly PacePoint[];
}

interface Period {
  readonly amount: Money;
  readonly startsOn: string;
  readonly endsOn: string;
}

const WHOLE = 10_000;

/** Undefined before the period begins, and for a period of a day. */
export function paceOf(
  period: Period,
  months: readonly PaidMonth[],
  today: string,
  calendar: Calendar,
): Pace | undefined {
  const { startsOn, endsOn } = period;
  if (today < startsOn || endsOn <= startsOn) return undefined;
  const evenBy = (day: string): Money => evenPace(period, day, calendar);
  let paid = Money.zero;
  const points = [...months]
    .sort((one, other) => one.month.localeCompare(other.month))
    .map(({ month, amount }) => {
      paid = paid.add(amount);
      return { month, amount, paid, even: evenBy(earlier(today, calendar.addDays(nextMonth(month), -1))) };
    });
  const even = evenBy(today);
  const behind = even.isZero ? 0 : WHOLE - paid.shareOf(even);
  return { paid, even, behind, points };
}

/** How far a day is along the period, in basis points; days outside lie at its ends. */
export function along({ startsOn, endsOn }: Omit<Period, 'amount'>, day: string, calendar: Calendar): number {
  if (day <= startsOn) return 0;
  if (day >= endsOn) return WHOLE;
  return Math.round((calendar.daysBetween(startsOn, day) * WHOLE) / calendar.daysBetween(startsOn, endsOn));
}

function evenPace(period: Period, day: string, calendar: Calendar): Money {
  return Money.ofCents((period.amount.cents * BigInt(along(period, day, calendar))) / BigInt(WHOLE));
}

export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`;
}

const earlier = (one: string, other: string): string => (one < other ? one : other);
