/** The arithmetic of a request: from which sources and categories its money comes, and what moves between categories. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';

/** What one category of an award holds under agreement of one source. */
export interface CategoryBalance {
  readonly sourceId: string;
  readonly category: string;
  readonly amount: Money;
}

/** What a request asks of one category. */
export interface CategoryNeed {
  readonly category: string;
  readonly amount: Money;
}

/** One line of what will be owed: money of a category and a source. */
export type SpendingLine = CategoryBalance;

export interface CategoryMove {
  readonly sourceId: string;
  readonly fromCategory: string;
  readonly toCategory: string;
  readonly amount: Money;
}

export interface SpendingPlan {
  readonly lines: readonly SpendingLine[];
  readonly moves: readonly CategoryMove[];
}

export interface SpendingQuestion {
  readonly needs: readonly CategoryNeed[];
  readonly balances: readonly CategoryBalance[];
  /** What may still move between categories without an amendment; nothing where the rules set no threshold. */
  readonly movable: Money | undefined;
  /** Money for participants pays for nothing else without the grantor's word. */
  readonly participantCategories: ReadonlySet<string>;
}

/** Adds up expenses by category, in the order in which the categories first appear. */
export function needsOf(expenses: readonly { category: string; amount: Money }[]): CategoryNeed[] {
  const sums = new Map<string, Money>();
  for (const { category, amount } of expenses) sums.set(category, (sums.get(category) ?? Money.zero).add(amount));
  return [...sums].map(([category, amount]) => ({ category, amount }));
}

/**
 * Says from where each category's money comes: from its own balances first, the source with the most first; then, within
 * what may still move, from the categories that have the most left. A sentence instead when it does not fit.
 */
export function planSpending(question: SpendingQuestion): SpendingPlan | Sentence {
  const left = Money.sum(question.balances.map((each) => each.amount));
  const asked = Money.sum(question.needs.map((each) => each.amount));
  if (asked.compare(left) > 0) return { code: 'disbursement.more_than_award', params: { amount: asked, left } };
  const purse = new Purse(question.balances);
  const short = question.needs.flatMap(({ category, amount }) => {
    const missing = purse.take(category, amount, category);
    return missing.isZero ? [] : [{ category, amount, missing }];
  });
  const missing = Money.sum(short.map((each) => each.missing));
  const [first] = short;
  if (first === undefined) return { lines: purse.lines(), moves: [] };
  const own = first.amount.subtract(first.missing);
  const params = { category: first.category, amount: first.amount, left: own, missing };
  if (question.movable === undefined) return { code: 'disbursement.category_short', params };
  if (missing.compare(question.movable) > 0) {
    return { code: 'disbursement.category_beyond_flexibility', params: { ...params, movable: question.movable } };
  }
  for (const { category, missing: wanted } of short) {
    const unmet = purse.borrow(category, wanted, question.participantCategories);
    if (unmet.isPositive) return { code: 'disbursement.category_short_of_donors', params };
  }
  return { lines: purse.lines(), moves: purse.moves };
}

/** The balances while a plan is made: what is taken from them, for which category. */
class Purse {
  readonly moves: CategoryMove[] = [];
  private readonly left: { sourceId: string; category: string; amount: Money }[];
  private readonly taken = new Map<string, SpendingLine>();

  constructor(balances: readonly CategoryBalance[]) {
    this.left = balances.map((each) => ({ ...each }));
  }

  lines(): SpendingLine[] {
    return [...this.taken.values()];
  }

  /** Takes from one category's balances for another or itself; gives what could not be had. */
  take(from: string, amount: Money, into: string): Money {
    let missing = amount;
    const own = this.left
      .filter((each) => each.category === from && each.amount.isPositive)
      .sort((a, b) => b.amount.compare(a.amount));
    for (const balance of own) {
      if (missing.isZero) break;
      const part = Money.min(balance.amount, missing);
      balance.amount = balance.amount.subtract(part);
      missing = missing.subtract(part);
      this.add(balance.sourceId, into, part);
      if (from !== into) {
        this.moves.push({ sourceId: balance.sourceId, fromCategory: from, toCategory: into, amount: part });
      }
    }
    return missing;
  }

  /** Takes from other categories, the one with the most left first; money for participants stays where it is. */
  borrow(into: string, amount: Money, participants: ReadonlySet<string>): Money {
    const sums = new Map<string, Money>();
    for (const { category, amount: held } of this.left) {
      if (category !== into && !participants.has(category)) {
        sums.set(category, (sums.get(category) ?? Money.zero).add(held));
      }
    }
    const donors = [...sums].sort(([, a], [, b]) => b.compare(a)).map(([category]) => category);
    return donors.reduce((missing, donor) => (missing.isZero ? missing : this.take(donor, missing, into)), amount);
  }

  private add(sourceId: string, category: string, amount: Money): void {
    const key = `${sourceId} ${category}`;
    const before = this.taken.get(key)?.amount ?? Money.zero;
    this.taken.set(key, { sourceId, category, amount: before.add(amount) });
  }
}

/** What may still move: the share of the whole award that the rules allow, less what moved before. */
export function movableOf(award: Money, basisPoints: number | undefined, moved: Money): Money | undefined {
  if (basisPoints === undefined) return undefined;
  return Money.max(award.percent(basisPoints).subtract(moved), Money.zero);
}

/** Why a date cannot be that of an expense of this award. */
export function spentOnProblem(
  spentOn: string,
  { kind, today, startsOn, endsOn }: { kind: string; today: string; startsOn: string; endsOn: string },
): Sentence | undefined {
  if (spentOn < startsOn) return { code: 'disbursement.expense_before_period', params: { date: startsOn } };
  if (spentOn > endsOn) return { code: 'disbursement.expense_after_period', params: { date: endsOn } };
  if (kind === 'reimbursement' && spentOn > today) return { code: 'disbursement.not_spent_yet' };
  return undefined;
}
