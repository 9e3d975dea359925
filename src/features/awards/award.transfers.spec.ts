/** The arithmetic of an award's money: filling categories from sources, moving between them, giving back. */
import { describe, expect, it } from '@jest/globals';
import { Money } from '../../kernel/money.js';
import { scaleBudget } from './award.budget.js';
import { type AwardMoney, budgetTransfers, type Cell, fillCategories, moneyBack } from './award.transfers.js';

const dollars = (text: string): Money => Money.parse(text);
const share = (sourceId: string, amount: string): { sourceId: string; amount: Money } => ({
  sourceId,
  amount: dollars(amount),
});
const line = (category: string, amount: string): { category: string; amount: Money } => ({
  category,
  amount: dollars(amount),
});
const shown = (cells: readonly Cell[]): string[] =>
  cells.map((cell) => `${cell.sourceId} ${cell.category} ${cell.amount.toDecimal()}`);

function award(cells: readonly Cell[], stage = 'committed'): AwardMoney {
  return { id: 'a', poolId: 'p', version: 4, balances: cells.map((cell) => ({ ...cell, stage })) };
}

describe('filling categories', () => {
  it('draws the sources in their order', () => {
    const cells = fillCategories([share('s1', '70'), share('s2', '30')], [line('Staff', '50'), line('Travel', '50')]);
    expect(shown(cells)).toEqual(['s1 Staff 50.00', 's1 Travel 20.00', 's2 Travel 30.00']);
  });

  it('loses no cent, whatever the shares', () => {
    const shares = [share('s1', '33.33'), share('s2', '0.01'), share('s3', '66.66')];
    const lines = [line('A', '0.02'), line('B', '99.97'), line('C', '0.01')];
    const cells = fillCategories(shares, lines);
    for (const { sourceId, amount } of shares) {
      const of = cells.filter((cell) => cell.sourceId === sourceId).map((cell) => cell.amount);
      expect(Money.sum(of).equals(amount)).toBe(true);
    }
    for (const { category, amount } of lines) {
      const of = cells.filter((cell) => cell.category === category).map((cell) => cell.amount);
      expect(Money.sum(of).equals(amount)).toBe(true);
    }
  });
});

describe('moving a budget', () => {
  it('moves within each source and only the difference', () => {
    const before = fillCategories([share('s1', '70'), share('s2', '30')], [line('Staff', '50'), line('Travel', '50')]);
    const after = fillCategories([share('s1', '70'), share('s2', '30')], [line('Staff', '60'), line('Food', '40')]);
    const transfers = budgetTransfers(award(before), after);
    for (const { from, to } of transfers) expect(from.sourceId).toBe(to.sourceId);
    expect(transfers.map(({ from, to, amount }) => [from.category, to.category, amount.toDecimal()])).toEqual([
      ['Travel', 'Staff', '10.00'],
      ['Travel', 'Food', '10.00'],
      ['Travel', 'Food', '30.00'],
    ]);
    expect(new Set(transfers.map(({ key }) => key)).size).toBe(transfers.length);
  });

  it('moves nothing when nothing changed', () => {
    const cells = fillCategories([share('s1', '70')], [line('Staff', '70')]);
    expect(budgetTransfers(award(cells), cells)).toEqual([]);
  });
});

describe('giving back', () => {
  it('gives back what is left at the stage, and nothing of another', () => {
    const cells = [
      { sourceId: 's1', category: 'Staff', amount: dollars('5') },
      { sourceId: 's1', category: 'Travel', amount: Money.zero },
    ];
    expect(moneyBack(award(cells), 'committed').map(({ amount }) => amount.toDecimal())).toEqual(['5.00']);
    expect(moneyBack(award(cells), 'obligated')).toEqual([]);
  });
});

describe('scaling what was asked', () => {
  it('adds up to the award and keeps the proportions', () => {
    const asked = [line('Staff', '200'), line('Participant support', '100'), line('Staff', '100')];
    const lines = scaleBudget(asked, dollars('100.01'));
    expect(lines.map(({ category, amount }) => [category, amount.toDecimal()])).toEqual([
      ['Staff', '75.01'],
      ['Participant support', '25.00'],
    ]);
    expect(lines.map(({ participantSupport }) => participantSupport)).toEqual([false, true]);
  });

  it('has one category when nothing was said', () => {
    expect(scaleBudget([], dollars('10'))).toHaveLength(1);
  });

  it('leaves out what would get nothing', () => {
    expect(scaleBudget([line('A', '1000000'), line('B', '0.01')], dollars('1'))).toHaveLength(1);
  });
});
