/** Times of day as people type them, and what is said of terms that add up to more than there is. */
import { describe, expect, it } from '@jest/globals';
import { Money } from '../../kernel/money.js';
import { readTime, termsWarning, TIME_PATTERN } from './round.rules.js';

describe('a time of day', () => {
  it.each([
    ['17:00', '17:00'],
    ['9:05', '09:05'],
    ['5:00 p.m.', '17:00'],
    ['5 PM', '17:00'],
    ['12:30 a.m.', '00:30'],
    ['12 pm', '12:00'],
    ['11:59 p.m.', '23:59'],
  ])('%s is %s', (typed, time) => {
    expect(TIME_PATTERN.test(typed)).toBe(true);
    expect(readTime(typed)).toBe(time);
  });

  it.each(['', '24:00', '17:60', '13 p.m.', '0 a.m.', '5', '5:00 x.m.', '17:00:00'])('%s is none', (typed) => {
    expect(TIME_PATTERN.test(typed)).toBe(false);
    expect(() => readTime(typed)).toThrow(RangeError);
  });
});

describe('the terms', () => {
  const setAside = Money.ofCents(75_000_000);
  const ceiling = Money.ofCents(25_000_000);

  it('are worth a warning only when all awards at their most exceed what is set aside', () => {
    expect(termsWarning({ setAside, ceiling, awardsAtMost: 3 })).toBeUndefined();
    expect(termsWarning({ setAside, ceiling, awardsAtMost: 4 })?.code).toBe('round.most_above_set_aside');
    expect(termsWarning({ setAside, ceiling: null, awardsAtMost: 4 })).toBeUndefined();
    expect(termsWarning({ setAside, ceiling, awardsAtMost: null })).toBeUndefined();
  });
});
