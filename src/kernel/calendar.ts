/**
 * Calendar: dates, deadlines and business days of one agency, in its own time zone.
 *
 * A date is text, `2015-11-10`, with no hour and no zone; an instant is a Date. Only this class turns one into the
 * other. Functions that take a date throw RangeError when the text is none: input is checked with `Calendar.isDate` or
 * `Calendar.parseDate` before it comes here.
 */
import { Temporal } from 'temporal-polyfill';
import { timeWords } from './time-of-day.js';

export interface CalendarOptions {
  /** An IANA name such as `America/Los_Angeles`. */
  readonly timeZone: string;
  /** Dates on which the agency is closed, besides Saturdays and Sundays. */
  readonly holidays: readonly string[];
}

/**
 * How a date is written: short `Tue, Nov 10`, day `Tuesday, November 10`, long `Nov 10, 2015`,
 * full `Tuesday, November 10, 2015`.
 */
export type DateStyle = 'short' | 'day' | 'long' | 'full';

const FORMATS: Readonly<Record<DateStyle, Intl.DateTimeFormat>> = {
  short: dateFormat({ weekday: 'short', month: 'short', day: 'numeric' }),
  day: dateFormat({ weekday: 'long', month: 'long', day: 'numeric' }),
  long: dateFormat({ year: 'numeric', month: 'short', day: 'numeric' }),
  full: dateFormat({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }),
};

// Years outside these are slips of the finger, such as 0202 for 2020.
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;
const SATURDAY = 6;

export class Calendar {
  readonly timeZone: string;
  private readonly holidays: ReadonlySet<string>;
  private latest: { readonly second: number; readonly date: string } | undefined;

  /** Throws RangeError for a time zone that is not known or a holiday that is no date. */
  constructor({ timeZone, holidays }: CalendarOptions) {
    this.timeZone = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone).timeZoneId;
    this.holidays = new Set(holidays.map((holiday) => plainDate(holiday).toString()));
  }

  /** Whether the text is a date that exists, written `2015-11-10`, in the years 1900 to 2199. */
  static isDate(text: unknown): text is string {
    return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/u.test(text) && Calendar.parseDate(text) === text;
  }

  /**
   * Reads a date as a person types it, `10/30/2020`, or as a browser sends it, `2020-10-30`. Undefined when it is
   * neither or no such day exists.
   */
  static parseDate(text: string): string | undefined {
    const american = /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})$/u;
    const iso = /^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})$/u;
    const parts = (american.exec(text.trim()) ?? iso.exec(text.trim()))?.groups;
    if (parts === undefined) return undefined;
    const [year, month, day] = [Number(parts['year']), Number(parts['month']), Number(parts['day'])];
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || day < 1) return undefined;
    try {
      return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).toString();
    } catch {
      return undefined;
    }
  }

  /** The date it is in the agency at this instant. */
  today(instant: Date): string {
    // A page asks for this again and again; no clock of any zone changes within a second.
    const second = Math.floor(instant.getTime() / 1000);
    if (this.latest?.second !== second) {
      this.latest = { second, date: this.zoned(instant).toPlainDate().toString() };
    }
    return this.latest.date;
  }

  /** The wall time in the agency at this instant, `17:00`, as a time field keeps it. */
  timeOfDay(instant: Date): string {
    return this.zoned(instant).toPlainTime().toString({ smallestUnit: 'minute' });
  }

  /**
   * The instant at which the agency's clocks show this date and time (`17:00` or `17:00:30`).
   *
   * A time that the clocks skip in spring means the moment as far after the gap, 2:30 is 3:30; a time they show twice
   * in autumn means the second one. Both are the later reading, the kinder one for who still has to send something.
   */
  deadline(date: string, time: string): Date {
    if (!/^\d{2}:\d{2}(?::\d{2})?$/u.test(time)) throw new RangeError('Not a time of day');
    const wall = plainDate(date).toPlainDateTime(Temporal.PlainTime.from(time));
    return toDate(wall.toZonedDateTime(this.timeZone, { disambiguation: 'later' }));
  }

  /** The first instant of the date: midnight, or later where the clocks skip midnight. */
  startOfDay(date: string): Date {
    return toDate(plainDate(date).toZonedDateTime(this.timeZone));
  }

  addDays(date: string, days: number): string {
    return plainDate(date).add({ days }).toString();
  }

  /** The same day of another month, or that month's last day where it is shorter. */
  addMonths(date: string, months: number): string {
    return plainDate(date).add({ months }).toString();
  }

  /** How many days later b is than a; negative when it is earlier. */
  daysBetween(a: string, b: string): number {
    return plainDate(a).until(plainDate(b), { largestUnit: 'day' }).days;
  }

  /** Neither Saturday, Sunday nor a holiday. */
  isBusinessDay(date: string): boolean {
    const day = plainDate(date);
    return day.dayOfWeek < SATURDAY && !this.holidays.has(day.toString());
  }

  /** The first business day after the date. */
  nextBusinessDay(date: string): string {
    return this.addBusinessDays(date, 1);
  }

  /** The date itself when it is a business day, otherwise the first one after it. */
  businessDayOnOrAfter(date: string): string {
    return this.isBusinessDay(date) ? date : this.nextBusinessDay(date);
  }

  /**
   * The business day this many business days after the date, or before it when negative. The date itself is not
   * counted, whether or not it is one; 0 gives the date back as it is.
   */
  addBusinessDays(date: string, count: number): string {
    if (!Number.isSafeInteger(count)) throw new RangeError('A count of business days must be a whole number');
    const step = count < 0 ? -1 : 1;
    let day = date;
    for (let left = Math.abs(count); left > 0;) {
      day = this.addDays(day, step);
      if (this.isBusinessDay(day)) left -= 1;
    }
    return day;
  }

  formatDate(date: string, style: DateStyle = 'long'): string {
    return FORMATS[style].format(toDate(plainDate(date).toZonedDateTime('UTC')));
  }

  /** `3:42 p.m.`, on the agency's clocks. */
  formatTime(instant: Date): string {
    const { hour, minute } = this.zoned(instant);
    return timeWords(hour, minute);
  }

  /** `Tuesday, November 10 at 3:42 p.m.`; the style says how the date in it is written. */
  formatInstant(instant: Date, style: DateStyle = 'day'): string {
    return `${this.formatDate(this.today(instant), style)} at ${this.formatTime(instant)}`;
  }

  /**
   * The same with the zone, for what somebody must be in time for, on public pages, in mails and on paper:
   * `…, 2015 at 5:00 p.m. Pacific Time`.
   */
  formatDeadline(instant: Date, style: DateStyle = 'full'): string {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: this.timeZone,
      timeZoneName: 'longGeneric',
    }).formatToParts(instant);
    const zone = parts.find(({ type }) => type === 'timeZoneName')?.value ?? this.timeZone;
    return `${this.formatInstant(instant, style)} ${zone}`;
  }

  private zoned(instant: Date): Temporal.ZonedDateTime {
    return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(this.timeZone);
  }
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // A date has no zone; both ends use UTC so that none can shift it.
  return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
}

function plainDate(date: string): Temporal.PlainDate {
  // Temporal also reads longer texts, instants included, whose date may be another one in the agency's zone.
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(date)) throw new RangeError('A date is written like 2015-11-10');
  return Temporal.PlainDate.from(date);
}

function toDate(zoned: Temporal.ZonedDateTime): Date {
  return new Date(zoned.epochMilliseconds);
}
