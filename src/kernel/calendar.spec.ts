import fc from 'fast-check';
import { Calendar } from './calendar.js';

const calendar = new Calendar({
  timeZone: 'America/Los_Angeles',
  holidays: ['2015-11-11', '2015-11-26', '2015-11-27', '2015-12-25', '2016-01-01'],
});
const anyDate = fc
  .date({ min: new Date('1901-01-01T12:00:00Z'), max: new Date('2198-12-31T12:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const anyTime = fc
  .record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) })
  .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);

describe('dates as text', () => {
  it.each<[string, string | undefined]>([
    ['10/30/2020', '2020-10-30'],
    ['1/5/2020', '2020-01-05'],
    [' 2020-10-30 ', '2020-10-30'],
    ['2/29/2020', '2020-02-29'],
    ['2/29/2019', undefined],
    ['13/1/2020', undefined],
    ['30/10/2020', undefined],
    ['4/31/2020', undefined],
    ['0/10/2020', undefined],
    ['10/30/20', undefined],
    ['2020-10-30T00:00', undefined],
    ['0202-10-30', undefined],
    ['tomorrow', undefined],
    ['', undefined],
  ])('reads %p as %p', (text, date) => {
    expect(Calendar.parseDate(text)).toBe(date);
  });

  it('knows a date from what only looks like one', () => {
    expect(Calendar.isDate('2020-02-29')).toBe(true);
    for (const text of ['2019-02-29', '2020-2-9', '02/29/2020', ' 2020-02-29', '20200229', '', undefined, 5]) {
      expect(Calendar.isDate(text)).toBe(false);
    }
  });

  it('refuses to reckon with what is no date', () => {
    for (const text of ['2019-02-29', '2015-11-10T23:00:00Z', '11/10/2015', '']) {
      expect(() => calendar.addDays(text, 1)).toThrow(RangeError);
      expect(() => calendar.isBusinessDay(text)).toThrow(RangeError);
      expect(() => calendar.deadline(text, '17:00')).toThrow(RangeError);
    }
  });

  it('reads both ways of writing every date', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        const [year, month, day] = date.split('-');
        expect(Calendar.parseDate(`${Number(month)}/${Number(day)}/${year}`)).toBe(date);
        expect(Calendar.isDate(date)).toBe(true);
      }),
    );
  });
});

describe('the agency and its time zone', () => {
  it('has its own date', () => {
    expect(calendar.today(new Date('2015-11-11T07:59:59Z'))).toBe('2015-11-10');
    expect(calendar.today(new Date('2015-11-11T08:00:00Z'))).toBe('2015-11-11');
    expect(calendar.today(new Date('2015-07-11T06:59:59Z'))).toBe('2015-07-10');
    expect(calendar.timeOfDay(new Date('2015-11-10T23:42:59Z'))).toBe('15:42');
  });

  it('refuses a zone or a holiday that does not exist', () => {
    expect(() => new Calendar({ timeZone: 'America/Duvall', holidays: [] })).toThrow(RangeError);
    expect(() => new Calendar({ timeZone: 'America/Los_Angeles', holidays: ['2015-02-30'] })).toThrow(RangeError);
  });

  it('sets deadlines by standard time in winter and daylight time in summer', () => {
    expect(calendar.deadline('2015-11-10', '17:00').toISOString()).toBe('2015-11-11T01:00:00.000Z');
    expect(calendar.deadline('2015-07-10', '17:00').toISOString()).toBe('2015-07-11T00:00:00.000Z');
    expect(calendar.deadline('2015-11-10', '23:59:59').toISOString()).toBe('2015-11-11T07:59:59.000Z');
    for (const time of ['24:00', '17', '5:00', '17:00Z', '12:60', '']) {
      expect(() => calendar.deadline('2015-11-10', time)).toThrow(RangeError);
    }
  });

  it('takes the later side of the hour that spring skips', () => {
    expect(calendar.deadline('2016-03-13', '01:59').toISOString()).toBe('2016-03-13T09:59:00.000Z');
    expect(calendar.deadline('2016-03-13', '02:30').toISOString()).toBe('2016-03-13T10:30:00.000Z');
    expect(calendar.timeOfDay(calendar.deadline('2016-03-13', '02:30'))).toBe('03:30');
    expect(calendar.deadline('2016-03-13', '03:00').toISOString()).toBe('2016-03-13T10:00:00.000Z');
  });

  it('takes the second of the two hours that autumn shows', () => {
    expect(calendar.deadline('2016-11-06', '00:59').toISOString()).toBe('2016-11-06T07:59:00.000Z');
    expect(calendar.deadline('2016-11-06', '01:30').toISOString()).toBe('2016-11-06T09:30:00.000Z');
    expect(calendar.deadline('2016-11-06', '02:00').toISOString()).toBe('2016-11-06T10:00:00.000Z');
  });

  it('starts a day at midnight, or later where midnight is skipped', () => {
    expect(calendar.startOfDay('2015-11-10').toISOString()).toBe('2015-11-10T08:00:00.000Z');
    const hours = (date: string, next: string): number =>
      (calendar.startOfDay(next).getTime() - calendar.startOfDay(date).getTime()) / 3_600_000;
    expect(hours('2016-03-13', '2016-03-14')).toBe(23);
    expect(hours('2016-11-06', '2016-11-07')).toBe(25);
    const saoPaulo = new Calendar({ timeZone: 'America/Sao_Paulo', holidays: [] });
    expect(saoPaulo.timeOfDay(saoPaulo.startOfDay('2018-11-04'))).toBe('01:00');
    expect(saoPaulo.today(saoPaulo.startOfDay('2018-11-04'))).toBe('2018-11-04');
  });

  it('shows at the deadline the date and time it was set to, save in a skipped hour', () => {
    fc.assert(
      fc.property(anyDate, anyTime, (date, time) => {
        const instant = calendar.deadline(date, time);
        expect(calendar.today(instant)).toBe(date);
        const shown = calendar.timeOfDay(instant);
        if (!time.startsWith('02:')) expect(shown).toBe(time);
        else expect(['02', '03']).toContain(shown.slice(0, 2));
        expect(instant.getTime()).toBeGreaterThanOrEqual(calendar.startOfDay(date).getTime());
      }),
    );
  });
});

describe('reckoning with dates', () => {
  it('keeps within the month when the month is shorter', () => {
    expect(calendar.addMonths('2015-01-31', 1)).toBe('2015-02-28');
    expect(calendar.addMonths('2016-01-31', 1)).toBe('2016-02-29');
    expect(calendar.addMonths('2015-03-31', -1)).toBe('2015-02-28');
    expect(calendar.addMonths('2015-10-31', 3)).toBe('2016-01-31');
    expect(calendar.addMonths('2016-02-29', 12)).toBe('2017-02-28');
  });

  it('crosses months, leap days and changes of the clocks', () => {
    expect(calendar.addDays('2016-02-28', 1)).toBe('2016-02-29');
    expect(calendar.addDays('2015-12-31', 1)).toBe('2016-01-01');
    expect(calendar.addDays('2016-03-13', -1)).toBe('2016-03-12');
    expect(calendar.daysBetween('2016-03-12', '2016-03-14')).toBe(2);
    expect(calendar.daysBetween('2016-03-01', '2016-02-28')).toBe(-2);
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -3000, max: 3000 }), (date, days) => {
        const other = calendar.addDays(date, days);
        expect(calendar.daysBetween(date, other)).toBe(days);
        expect(calendar.addDays(other, -days)).toBe(date);
      }),
    );
  });

  it('counts business days over weekends and holidays', () => {
    expect(calendar.isBusinessDay('2015-11-10')).toBe(true);
    expect(calendar.isBusinessDay('2015-11-11')).toBe(false);
    expect(calendar.isBusinessDay('2015-11-14')).toBe(false);
    expect(calendar.isBusinessDay('2015-11-15')).toBe(false);
    expect(calendar.nextBusinessDay('2015-11-10')).toBe('2015-11-12');
    // Thanksgiving and the day after it, then a weekend.
    expect(calendar.addBusinessDays('2015-11-25', 1)).toBe('2015-11-30');
    expect(calendar.addBusinessDays('2015-11-30', -1)).toBe('2015-11-25');
    expect(calendar.addBusinessDays('2015-12-24', 5)).toBe('2016-01-04');
    expect(calendar.addBusinessDays('2015-11-14', 1)).toBe('2015-11-16');
    expect(calendar.addBusinessDays('2015-11-14', 0)).toBe('2015-11-14');
    expect(calendar.businessDayOnOrAfter('2015-11-26')).toBe('2015-11-30');
    expect(calendar.businessDayOnOrAfter('2015-11-30')).toBe('2015-11-30');
    expect(() => calendar.addBusinessDays('2015-11-10', 1.5)).toThrow(RangeError);
  });

  it('lands on the business day that lies that many business days away', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }).map((days) => calendar.addDays('2015-06-01', days)),
        fc.integer({ min: 1, max: 30 }),
        (date, count) => {
          const later = calendar.addBusinessDays(date, count);
          const span = Array.from({ length: calendar.daysBetween(date, later) }, (_, i) =>
            calendar.addDays(date, i + 1),
          );
          expect(span.filter((day) => calendar.isBusinessDay(day))).toHaveLength(count);
          expect(calendar.isBusinessDay(later)).toBe(true);
          if (calendar.isBusinessDay(date)) expect(calendar.addBusinessDays(later, -count)).toBe(date);
        },
      ),
    );
  });
});

describe('writing dates', () => {
  it('writes a date in four ways', () => {
    expect(calendar.formatDate('2015-11-10', 'short')).toBe('Tue, Nov 10');
    expect(calendar.formatDate('2015-11-10', 'day')).toBe('Tuesday, November 10');
    expect(calendar.formatDate('2015-11-10', 'long')).toBe('Nov 10, 2015');
    expect(calendar.formatDate('2015-11-10', 'full')).toBe('Tuesday, November 10, 2015');
    expect(calendar.formatDate('2015-11-10')).toBe('Nov 10, 2015');
  });

  it('writes an instant on the clocks of the agency', () => {
    const instant = new Date('2015-11-10T23:42:00Z');
    expect(calendar.formatInstant(instant)).toBe('Tuesday, November 10 at 3:42 p.m.');
    expect(calendar.formatInstant(instant, 'full')).toBe('Tuesday, November 10, 2015 at 3:42 p.m.');
    expect(calendar.formatInstant(instant, 'short')).toBe('Tue, Nov 10 at 3:42 p.m.');
    expect(calendar.formatDeadline(instant)).toBe('Tuesday, November 10, 2015 at 3:42 p.m. Pacific Time');
    expect(calendar.formatInstant(new Date('2015-11-11T07:30:00Z'), 'long')).toBe('Nov 10, 2015 at 11:30 p.m.');
  });

  it.each([
    ['00:00', '12:00 a.m.'],
    ['09:05', '9:05 a.m.'],
    ['11:59', '11:59 a.m.'],
    ['12:00', '12:00 p.m.'],
    ['17:00', '5:00 p.m.'],
  ])('writes %s as %s', (time, text) => {
    expect(calendar.formatTime(calendar.deadline('2015-11-10', time))).toBe(text);
  });
});
