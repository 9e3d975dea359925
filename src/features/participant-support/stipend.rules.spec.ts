/** What a stipend comes to, which policy it follows, and how sources bear many of them. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Money } from '../../kernel/money.js';
import { grossStipend, policyOn, type PolicyTerms, spread, stipendAmount, stipendArithmetic } from './stipend.rules.js';

const dollars = (text: string): Money => Money.parse(text);
const cents = (most: number): fc.Arbitrary<Money> =>
  fc.integer({ min: 1, max: most }).map((each) => Money.ofCents(each));

function policy(given: Partial<PolicyTerms> = {}): PolicyTerms {
  const terms = { id: 'one', yearId: 'year', role: 'parent_advisor', basis: 'per_convening', bearer: 'fund' };
  return { ...terms, rate: dollars('75'), capPerYear: null, startsOn: '2020-10-01', ...given };
}

describe('the policy in force', () => {
  const policies = [
    policy({ id: 'first' }),
    policy({ id: 'second', startsOn: '2021-02-01' }),
    policy({ id: 'other', role: 'student_leader' }),
    policy({ id: 'next', yearId: 'next' }),
  ];
  const on = (date: string, role = 'parent_advisor', yearId = 'year'): string | undefined =>
    policyOn(policies, { yearId, role, on: date })?.id;

  it('is the latest of its year and role that has begun', () => {
    expect(on('2020-09-30')).toBeUndefined();
    expect(on('2020-10-01')).toBe('first');
    expect(on('2021-01-31')).toBe('first');
    expect(on('2021-02-01')).toBe('second');
    expect(on('2021-02-01', 'student_leader')).toBe('other');
    expect(on('2021-02-01', 'superintendent')).toBeUndefined();
    expect(on('2021-02-01', 'parent_advisor', 'next')).toBe('next');
  });
});

describe('the amount', () => {
  it('is the rate, or the rate for each hour to the nearest cent', () => {
    expect(grossStipend(policy(), 45).toDecimal()).toBe('75.00');
    expect(grossStipend(policy({ basis: 'per_hour', rate: dollars('25') }), 180).toDecimal()).toBe('75.00');
    expect(grossStipend(policy({ basis: 'per_hour', rate: dollars('20') }), 50).toDecimal()).toBe('16.67');
  });

  it('stops at the cap of the year', () => {
    const capped = policy({ capPerYear: dollars('200') });
    expect(stipendAmount(capped, 180, Money.zero).toDecimal()).toBe('75.00');
    expect(stipendAmount(capped, 180, dollars('150')).toDecimal()).toBe('50.00');
    expect(stipendAmount(capped, 180, dollars('200')).isZero).toBe(true);
    expect(stipendAmount(capped, 180, dollars('999')).isZero).toBe(true);
  });

  it('never goes beyond the cap, however the year went', () => {
    fc.assert(
      fc.property(cents(500_00), cents(2_000_00), fc.array(fc.integer({ min: 1, max: 600 })), (rate, cap, meetings) => {
        const terms = policy({ basis: 'per_hour', rate, capPerYear: cap });
        let paid = Money.zero;
        for (const minutes of meetings) {
          const amount = stipendAmount(terms, minutes, paid);
          expect(amount.isNegative).toBe(false);
          expect(amount.compare(grossStipend(terms, minutes))).toBeLessThanOrEqual(0);
          paid = paid.add(amount);
        }
        expect(paid.compare(cap)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('says how it came about, and the cap only where it holds', () => {
    const capped = policy({ capPerYear: dollars('100') });
    expect(stipendArithmetic(capped, 180, dollars('75')).map(({ code }) => code)).toEqual(['per_convening']);
    expect(stipendArithmetic(capped, 180, dollars('25')).map(({ code }) => code)).toEqual(['per_convening', 'cap']);
  });
});

describe('sources', () => {
  it('bear the amounts in their order, each exactly', () => {
    const shares = [
      { sourceId: 'a', amount: dollars('100') },
      { sourceId: 'b', amount: dollars('50') },
    ];
    const cells = spread(shares, [dollars('60'), dollars('60'), dollars('30')]);
    expect(cells.map(({ index, sourceId, amount }) => [index, sourceId, amount.toDecimal()])).toEqual([
      [0, 'a', '60.00'],
      [1, 'a', '40.00'],
      [1, 'b', '20.00'],
      [2, 'b', '30.00'],
    ]);
  });

  it('add up to the cent on both sides', () => {
    fc.assert(
      fc.property(fc.array(cents(90_00), { minLength: 1 }), fc.array(cents(200_00)), (amounts, parts) => {
        const needed = Money.sum(amounts);
        let missing = needed;
        const shares = [...parts, needed].flatMap((part, index) => {
          const amount = Money.min(part, missing);
          missing = missing.subtract(amount);
          return amount.isPositive ? [{ sourceId: String(index), amount }] : [];
        });
        const cells = spread(shares, amounts);
        amounts.forEach((amount, index) => {
          expect(Money.sum(cells.filter((cell) => cell.index === index).map((cell) => cell.amount))).toEqual(amount);
        });
        for (const { sourceId, amount } of shares) {
          expect(Money.sum(cells.filter((cell) => cell.sourceId === sourceId).map((cell) => cell.amount))).toEqual(
            amount,
          );
        }
      }),
    );
  });
});
