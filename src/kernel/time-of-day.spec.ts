/** Times of day as people type them and as they are shown. */
import { describe, expect, it } from '@jest/globals';
import { parseTime, readTime, timeInBox } from './time-of-day.js';

describe('a time of day', () => {
  it.each([
    ['17:00', '17:00'],
    ['9:05', '09:05'],
    ['5:00 PM', '17:00'],
    ['5:00 p.m.', '17:00'],
    ['5 PM', '17:00'],
    [' 5pm ', '17:00'],
    ['12:30 a.m.', '00:30'],
    ['12 pm', '12:00'],
    ['11:59 p.m.', '23:59'],
  ])('%s is %s', (typed, time) => {
    expect(parseTime(typed)).toBe(time);
    expect(readTime(typed)).toBe(time);
  });

  it.each(['', '24:00', '17:60', '13 p.m.', '0 a.m.', '5', '5:00 x.m.', '17:00:00'])('%s is none', (typed) => {
    expect(parseTime(typed)).toBeUndefined();
    expect(() => readTime(typed)).toThrow(RangeError);
  });

  it('stands in its box as it is shown elsewhere, and is read from it again', () => {
    for (const [time, shown] of [
      ['00:05', '12:05 a.m.'],
      ['12:00', '12:00 p.m.'],
      ['17:30', '5:30 p.m.'],
    ] as const) {
      expect(timeInBox(time)).toBe(shown);
      expect(parseTime(shown)).toBe(time);
    }
    expect(timeInBox('noon')).toBe('noon');
  });
});
