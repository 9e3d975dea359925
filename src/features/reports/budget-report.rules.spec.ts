import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Money } from '../../kernel/money.js';
import { type Figures, NO_FIGURES } from '../ledger/index.js';
import { addFigures, awardColumns, byShares } from './budget-report.rules.js';

const figures = fc
  .tuple(fc.bigInt(0n, 10n ** 10n), fc.bigInt(0n, 10n ** 10n), fc.bigInt(0n, 10n ** 10n))
  .map(([open, payable, disbursed]): Figures => {
    const committed = Money.ofCents(open + payable + disbursed);
    return {
      ...NO_FIGURES,
      committed,
      obligated: committed,
      payable: Money.ofCents(payable),
      disbursed: Money.ofCents(disbursed),
      remaining: Money.ofCents(open),
    };
  });
const shares = fc
  .array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 7 })
  .map((weights) => weights.map((basisPoints, index) => ({ district: `District ${index}`, basisPoints })));

describe('money split over districts', () => {
  it('adds up to the award, column by column and row by row, to the cent', () => {
    fc.assert(
      fc.property(figures, shares, (whole, split) => {
        const parts = [...byShares(whole, split).values()];
        const sum = parts.reduce(addFigures, NO_FIGURES);
        for (const column of ['committed', 'obligated', 'payable', 'disbursed', 'remaining'] as const) {
          expect(sum[column].toDecimal()).toBe(whole[column].toDecimal());
        }
        for (const part of parts) {
          expect(part.payable.add(part.disbursed).add(part.remaining).equals(part.committed)).toBe(true);
        }
      }),
    );
  });

  it('is nothing where no district is named', () => {
    expect(byShares(NO_FIGURES, []).size).toBe(0);
  });
});

it('an award has no money set aside', () => {
  expect(awardColumns(NO_FIGURES)).toMatchObject({ allotted: null, reserved: null, available: null });
});
