/** The ledger transfers of an award: promised, under agreement, moved between categories, given back. Pure. */
import { Money } from '../../kernel/money.js';
import { inAward, inPool, type TransferRequest } from '../ledger/index.js';

/** What stands in the books for one source and category of an award. */
export interface AwardBalance {
  readonly sourceId: string;
  readonly category: string;
  readonly stage: string;
  readonly amount: Money;
}

export interface AwardMoney {
  readonly id: string;
  readonly poolId: string;
  /** Raised by every change, so that what happens twice has two keys. */
  readonly version: number;
  readonly balances: readonly AwardBalance[];
}

interface Share {
  readonly sourceId: string;
  readonly amount: Money;
}

interface Line {
  readonly category: string;
  readonly amount: Money;
}

export interface Cell {
  readonly sourceId: string;
  readonly category: string;
  readonly amount: Money;
}

/**
 * Which source bears how much of which category: sources are drawn in their order, categories filled in theirs. Both
 * add up to the same amount, so every row and column comes out exactly.
 */
export function fillCategories(shares: readonly Share[], lines: readonly Line[]): Cell[] {
  const cells: Cell[] = [];
  const left = shares.map(({ sourceId, amount }) => ({ sourceId, amount }));
  for (const { category, amount } of lines) {
    let missing = amount;
    for (const share of left) {
      const taken = Money.min(missing, share.amount);
      if (!taken.isPositive) continue;
      cells.push({ sourceId: share.sourceId, category, amount: taken });
      share.amount = share.amount.subtract(taken);
      missing = missing.subtract(taken);
    }
  }
  return cells;
}

/** The motion carried: the pool's money is promised to the award. */
export function committedTransfers(awardId: string, poolId: string, cells: readonly Cell[]): TransferRequest[] {
  return cells.map(({ sourceId, category, amount }, index) => ({
    key: `award:${awardId}:committed:${index + 1}`,
    from: inPool(sourceId, poolId, 'allotted'),
    to: inAward(sourceId, awardId, category, 'committed'),
    amount,
    reason: 'award.committed',
    subject: { type: 'award', id: awardId },
  }));
}

/** Both sides signed. */
export function obligatedTransfers(award: AwardMoney): TransferRequest[] {
  return atStage(award, 'committed').map(({ sourceId, category, amount }, index) => ({
    key: `award:${award.id}:obligated:${index + 1}`,
    from: inAward(sourceId, award.id, category, 'committed'),
    to: inAward(sourceId, award.id, category, 'obligated'),
    amount,
    reason: 'award.obligated',
    subject: { type: 'award', id: award.id },
  }));
}

/** What is left at this stage goes back to the pool, source by source and category by category. */
export function moneyBack(award: AwardMoney, stage: 'committed' | 'obligated'): TransferRequest[] {
  return atStage(award, stage).map(({ sourceId, category, amount }, index) => ({
    key: `award:${award.id}:returned:${award.version}:${index + 1}`,
    from: inAward(sourceId, award.id, category, stage),
    to: inPool(sourceId, award.poolId, 'allotted'),
    amount,
    reason: 'award.returned',
    subject: { type: 'award', id: award.id },
  }));
}

/** Moves promised money between categories, within each source, until it stands as the new budget says. */
export function budgetTransfers(award: AwardMoney, target: readonly Cell[]): TransferRequest[] {
  const transfers: TransferRequest[] = [];
  const current = atStage(award, 'committed');
  for (const sourceId of new Set(current.map((each) => each.sourceId))) {
    const changes = changesOf(sourceId, current, target);
    const givers = changes.filter((each) => each.amount.isNegative);
    for (const taker of changes.filter((each) => each.amount.isPositive)) {
      for (const giver of givers) {
        const amount = Money.min(taker.amount, giver.amount.negate());
        if (!amount.isPositive) continue;
        taker.amount = taker.amount.subtract(amount);
        giver.amount = giver.amount.add(amount);
        transfers.push({
          key: `award:${award.id}:budget:${award.version}:${transfers.length + 1}`,
          from: inAward(sourceId, award.id, giver.category, 'committed'),
          to: inAward(sourceId, award.id, taker.category, 'committed'),
          amount,
          reason: 'award.budget_moved',
          subject: { type: 'award', id: award.id },
        });
      }
    }
  }
  return transfers;
}

function changesOf(
  sourceId: string,
  current: readonly Cell[],
  target: readonly Cell[],
): { category: string; amount: Money }[] {
  const changes = new Map<string, Money>();
  const add = (category: string, amount: Money): void => {
    changes.set(category, (changes.get(category) ?? Money.zero).add(amount));
  };
  for (const each of target) if (each.sourceId === sourceId) add(each.category, each.amount);
  for (const each of current) if (each.sourceId === sourceId) add(each.category, each.amount.negate());
  return [...changes].map(([category, amount]) => ({ category, amount }));
}

function atStage(award: AwardMoney, stage: string): AwardBalance[] {
  return award.balances.filter((each) => each.stage === stage && each.amount.isPositive);
}
