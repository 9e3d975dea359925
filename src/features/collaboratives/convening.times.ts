/** When a convening begins and ends: instants out of days and wall times, and how long it lasts by the clock. */
import type { Calendar } from '../../kernel/calendar.js';
import { invalidField } from '../../kernel/errors.js';
import type { ConveningInput } from './convening.input.js';

export interface ConveningTimes {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly minutes: number;
}

const MINUTE = 60_000;
/** Two weeks; longer is a slip of the finger. */
const LONGEST = 20_160;

const padded = (time: string): string => time.padStart(5, '0');

/** Whole minutes that pass between two instants, whatever the clocks on the wall do meanwhile. */
export function minutesBetween(startsAt: Date, endsAt: Date): number {
  return Math.floor((endsAt.getTime() - startsAt.getTime()) / MINUTE);
}

export function conveningTimes(calendar: Calendar, input: ConveningInput): ConveningTimes {
  const startsAt = calendar.deadline(input.date, padded(input.startsAt));
  const endsAt = calendar.deadline(input.endsOn ?? input.date, padded(input.endsAt));
  const lasts = minutesBetween(startsAt, endsAt);
  if (lasts <= 0) {
    const field = input.endsOn === undefined ? 'endsAt' : 'endsOn';
    throw invalidField(field, 'convening.ends_before_it_starts');
  }
  if (lasts > LONGEST) throw invalidField('endsOn', 'convening.too_long');
  const minutes = input.minutes ?? lasts;
  if (minutes > lasts) throw invalidField('minutes', 'convening.counts_too_much', { most: lasts });
  return { startsAt, endsAt, minutes };
}
