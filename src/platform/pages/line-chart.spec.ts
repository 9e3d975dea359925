import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Money } from '../../kernel/money.js';
import { lineChart, shortMoney } from './line-chart.js';

const dollars = (amount: number): Money => Money.ofCents(Math.round(amount * 100));
const chart = (most: Money, paid: Money, at = 5_000): ReturnType<typeof lineChart> =>
  lineChart({
    label: 'Half is paid.',
    most,
    plan: {
      label: 'Even pace',
      points: [
        { at: 0, amount: Money.zero },
        { at: 10_000, amount: most },
      ],
    },
    actual: {
      label: 'Paid',
      points: [
        { at: 0, amount: Money.zero },
        { at, amount: paid },
      ],
    },
    ticks: [
      { at: 0, label: 'May 5, 2026' },
      { at: 10_000, label: 'May 5, 2027' },
    ],
  });

describe('a line chart', () => {
  it('has an axis from zero with round amounts, and lines in a box of 10,000', () => {
    const view = chart(dollars(180_000), dollars(100_000));
    expect(view.grid.map(({ label }) => label)).toEqual(['', '$50k', '$100k', '$150k', '$200k']);
    expect(view.grid[0]?.y).toBe(200);
    expect(view.grid.at(-1)?.y).toBe(20);
    expect(view.plan).toBe('0,10000 10000,1000');
    expect(view.actual).toBe('0,10000 5000,5000');
    expect(view.end).toMatchObject({ x: '50%', dotY: 110, anchor: 'start' });
    expect(view.ticks.map(({ anchor }) => anchor)).toEqual(['start', 'end']);
  });

  it('keeps the words at the right inside', () => {
    expect(chart(dollars(100), dollars(90), 10_000).end).toMatchObject({ x: '100%', anchor: 'end' });
  });

  it('has at most five lines over zero and never leaves its box', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 13n), fc.integer({ min: 0, max: 100 }), (cents, share) => {
        const view = chart(Money.ofCents(cents), Money.ofCents((cents * BigInt(share)) / 100n));
        expect(view.grid.length).toBeLessThanOrEqual(6);
        for (const point of [...view.plan.split(' '), ...view.actual.split(' ')]) {
          const [, down] = point.split(',').map(Number);
          expect(down).toBeGreaterThanOrEqual(0);
          expect(down).toBeLessThanOrEqual(10_000);
        }
      }),
    );
  });

  it('writes amounts short', () => {
    expect([5_000n, 100_000n, 20_000_000n, 150_000_000n].map(shortMoney)).toEqual(['$50', '$1k', '$200k', '$1.5M']);
  });
});
