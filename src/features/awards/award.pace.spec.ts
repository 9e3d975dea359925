import { describe, expect, it } from '@jest/globals';
import { Calendar } from '../../kernel/calendar.js';
import { Money } from '../../kernel/money.js';
import { along, nextMonth, paceOf } from './award.pace.js';

const calendar = new Calendar({ timeZone: 'America/Los_Angeles', holidays: [] });
const dollars = (amount: number): Money => Money.ofCents(amount * 100);
/** A hundred days. */
const period = { amount: dollars(1000), startsOn: '2026-01-01', endsOn: '2026-04-11' };

describe('the pace of an award', () => {
  it('is none before the period begins, and for a period of one day', () => {
    expect(paceOf(period, [], '2025-12-31', calendar)).toBeUndefined();
    expect(paceOf({ ...period, endsOn: '2026-01-01' }, [], '2026-02-01', calendar)).toBeUndefined();
  });

  it('says how far behind or ahead of an even pace it is', () => {
    const months = [{ month: '2026-01-01', amount: dollars(300) }];
    // 60 of 100 days.
    const behind = paceOf(period, months, '2026-03-02', calendar);
    expect(behind?.even).toEqual(dollars(600));
    expect(behind?.behind).toBe(5_000);
    expect(paceOf(period, months, '2026-01-16', calendar)?.behind).toBe(-10_000);
  });

  it('adds months up in their order, and asks for no more than the whole', () => {
    const months = [
      { month: '2026-05-01', amount: dollars(500) },
      { month: '2026-01-01', amount: dollars(400) },
    ];
    const pace = paceOf(period, months, '2026-06-01', calendar);
    expect(pace?.points.map(({ paid }) => paid)).toEqual([dollars(400), dollars(900)]);
    expect(pace?.points.map(({ even }) => even)).toEqual([dollars(300), dollars(1000)]);
    expect(pace?.even).toEqual(dollars(1000));
  });

  it('knows days outside the period as its ends, and what month follows', () => {
    expect(['2020-01-01', '2026-02-20', '2030-01-01'].map((day) => along(period, day, calendar))).toEqual([
      0, 5_000, 10_000,
    ]);
    expect([nextMonth('2026-09-01'), nextMonth('2026-12-01')]).toEqual(['2026-10-01', '2027-01-01']);
  });
});
