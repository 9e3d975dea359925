/** The arithmetic of childcare, and hours as people write them. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Money } from '../../kernel/money.js';
import { claimAmount, claimArithmetic, type ChildcareCost, hoursCost, hoursProblem } from './childcare.rules.js';
import { hoursOf, minutesOf } from './hours.js';

const dollars = (text: string): Money => Money.parse(text);
const cents = (most: number): fc.Arbitrary<Money> =>
  fc.integer({ min: 1, max: most }).map((each) => Money.ofCents(each));

const costs: fc.Arbitrary<ChildcareCost> = fc.record({
  paid: cents(5_000_00),
  children: fc.integer({ min: 1, max: 12 }),
  minutes: fc.integer({ min: 1, max: 20_160 }),
  rate: cents(100_00),
  cap: cents(1_000_00),
});

describe('what a claim comes to', () => {
  it('is the least of what was paid, what the hours come to, and the cap', () => {
    const picture = { paid: dollars('40'), children: 2, minutes: 120, rate: dollars('9'), cap: dollars('120') };
    expect(claimAmount(picture).toDecimal()).toBe('36.00');
    expect(claimAmount({ ...picture, paid: dollars('12.50') }).toDecimal()).toBe('12.50');
    expect(claimAmount({ ...picture, cap: dollars('20') }).toDecimal()).toBe('20.00');
    expect(claimAmount({ ...picture, minutes: 210, paid: dollars('100') }).toDecimal()).toBe('63.00');
  });

  it('is never more than any of the three, never negative, and one of them', () => {
    fc.assert(
      fc.property(costs, (cost) => {
        const amount = claimAmount(cost);
        const limits = [cost.paid, hoursCost(cost), cost.cap];
        expect(limits.every((limit) => amount.compare(limit) <= 0)).toBe(true);
        expect(limits.some((limit) => amount.equals(limit))).toBe(true);
        expect(amount.isNegative).toBe(false);
        // What the database says of it too: never rounded up.
        expect(amount.cents * 60n <= cost.rate.cents * BigInt(cost.children * cost.minutes)).toBe(true);
      }),
    );
  });

  it('never falls when somebody paid more, had more children or stayed longer', () => {
    fc.assert(
      fc.property(costs, fc.integer({ min: 0, max: 500 }), (cost, more) => {
        const larger = [
          { ...cost, paid: cost.paid.add(Money.ofCents(more)) },
          { ...cost, children: cost.children + more },
          { ...cost, minutes: cost.minutes + more },
        ];
        for (const each of larger) expect(claimAmount(each).compare(claimAmount(cost))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('shows its arithmetic, the cap only where it holds, and ends with the result', () => {
    const cost = { paid: dollars('40'), children: 2, minutes: 120, rate: dollars('9'), cap: dollars('120') };
    expect(claimArithmetic(cost).map(({ code }) => code)).toEqual(['paid', 'hours', 'amount']);
    const capped = claimArithmetic({ ...cost, cap: dollars('30') });
    expect(capped.map(({ code }) => code)).toEqual(['paid', 'hours', 'cap', 'amount']);
    fc.assert(
      fc.property(costs, (each) => {
        expect(claimArithmetic(each).at(-1)?.params?.['amount']).toEqual(claimAmount(each));
      }),
    );
  });
});

describe('hours', () => {
  it('may go beyond the time at the convening by what is allowed for the way, and no further', () => {
    expect(hoursProblem(150, 120, 30)).toBeUndefined();
    expect(hoursProblem(151, 120, 30)).toEqual({
      code: 'childcare_claim.too_many_hours',
      params: { attended: 2, extra: 30, most: 2.5 },
    });
  });

  it('are read as people write them', () => {
    expect(['2', '3.5', '0.25', ' 12 '].map(minutesOf)).toEqual([120, 210, 15, 720]);
    expect(['', 'two', '1:30', '-2', '2.555', '100', '1e1'].map(minutesOf)).toEqual(Array(7).fill(undefined));
    expect([120, 210, 15, 50].map(hoursOf)).toEqual([2, 3.5, 0.25, 0.83]);
  });

  it('come back as they were written, to the minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.constantFrom(0, 25, 5, 75), (whole, part) => {
        const text = part === 0 ? String(whole) : `${whole}.${part}`;
        expect(hoursOf(minutesOf(text) ?? -1)).toBe(Number(text));
      }),
    );
  });
});
