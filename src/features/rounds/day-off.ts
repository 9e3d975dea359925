/** Days on which few people come: weekends, the agency's holidays, and those of the federal government. */
import type { Calendar } from '../../kernel/calendar.js';
import type { Sentence } from '../../kernel/errors.js';
import type { Milestone } from './rounds.reads.js';

export type FederalHoliday =
  | 'new_year'
  | 'king'
  | 'presidents'
  | 'memorial'
  | 'juneteenth'
  | 'independence'
  | 'labor'
  | 'columbus'
  | 'veterans'
  | 'thanksgiving'
  | 'christmas';

export type DayOff = FederalHoliday | 'saturday' | 'sunday' | 'holiday';

const FIRST_JUNETEENTH = 2021;
const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;

type MonthDay = readonly [holiday: FederalHoliday, month: number, day: number];

const FIXED: readonly MonthDay[] = [
  ['new_year', 1, 1],
  ['juneteenth', 6, 19],
  ['independence', 7, 4],
  ['veterans', 11, 11],
  ['christmas', 12, 25],
];

/** The weekday and which of them in its month; the last one is the fifth. 5 U.S.C. 6103(a). */
const FLOATING: readonly (readonly [holiday: FederalHoliday, month: number, weekday: number, nth: number])[] = [
  ['king', 1, MONDAY, 3],
  ['presidents', 2, MONDAY, 3],
  ['memorial', 5, MONDAY, 5],
  ['labor', 9, MONDAY, 1],
  ['columbus', 10, MONDAY, 2],
  ['thanksgiving', 11, THURSDAY, 4],
];

/** The federal holiday on this date, or kept on it because the day itself falls on a weekend; undefined when none is. */
export function federalHoliday(date: string): FederalHoliday | undefined {
  const day = new Date(`${date}T00:00:00Z`);
  const weekday = day.getUTCDay();
  // On a Friday the holiday of Saturday is kept, on a Monday that of Sunday.
  const kept = weekday === FRIDAY ? [0, 1] : weekday === MONDAY ? [0, -1] : [0];
  for (const shift of kept) {
    const [year, month, dayOfMonth] = partsOf(day, shift);
    const found = FIXED.find((each) => each[1] === month && each[2] === dayOfMonth);
    if (found !== undefined && (found[0] !== 'juneteenth' || year >= FIRST_JUNETEENTH)) return found[0];
  }
  const [, month, dayOfMonth] = partsOf(day, 0);
  return FLOATING.find(([, inMonth, on, nth]) => {
    if (inMonth !== month || on !== weekday) return false;
    if (nth < 5) return Math.ceil(dayOfMonth / 7) === nth;
    return partsOf(day, 7)[1] !== month;
  })?.[0];
}

/** Why this date is a day off in the agency; undefined for a day like others. */
export function dayOff(calendar: Calendar, date: string): DayOff | undefined {
  const holiday = federalHoliday(date);
  if (holiday !== undefined) return holiday;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  if (weekday === SATURDAY) return 'saturday';
  if (weekday === SUNDAY) return 'sunday';
  return calendar.isBusinessDay(date) ? undefined : 'holiday';
}

interface Dated {
  readonly opensOn: string;
  readonly dueOn: string;
  readonly milestones: readonly Pick<Milestone, 'kind' | 'label' | 'happensOn'>[];
}

/** What is worth a look about a round's days to come: allowed, and yet few will be there. */
export function daysOff(calendar: Calendar, round: Dated, today: string): Sentence[] {
  const days = [
    { kind: 'opens', label: null, happensOn: round.opensOn },
    { kind: 'due', label: null, happensOn: round.dueOn },
    ...round.milestones,
  ];
  return days.flatMap(({ kind, label, happensOn }): Sentence[] => {
    const why = happensOn < today ? undefined : dayOff(calendar, happensOn);
    if (why === undefined) return [];
    const named = label === null ? 'no' : 'yes';
    return [{ code: 'round.advice_day_off', params: { kind, named, label: label ?? '', date: happensOn, why } }];
  });
}

function partsOf(day: Date, shift: number): [year: number, month: number, dayOfMonth: number] {
  const moved = new Date(day.getTime() + shift * 24 * 60 * 60 * 1000);
  return [moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate()];
}
