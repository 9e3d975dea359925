/** The award's budget, made from the budget the application asked for. Pure. */
import { Money } from '../../kernel/money.js';

export interface AskedLine {
  readonly category: string;
  readonly amount: Money;
}

export interface BudgetLine {
  readonly category: string;
  readonly participantSupport: boolean;
  readonly amount: Money;
}

/** The category of an award whose application said nothing about its budget. */
const GENERAL_CATEGORY = 'Program';

/** Costs of those who take part are kept apart; the category says so. */
const PARTICIPANTS = /\bparticipant/i;

/**
 * The asked budget, category by category, scaled to what was awarded. The parts add up to the amount exactly; what
 * would get nothing is left out.
 */
export function scaleBudget(asked: readonly AskedLine[], amount: Money): BudgetLine[] {
  const sums = new Map<string, Money>();
  for (const line of asked) sums.set(line.category, (sums.get(line.category) ?? Money.zero).add(line.amount));
  const categories = [...sums].filter(([, sum]) => sum.isPositive);
  if (categories.length === 0) return [{ category: GENERAL_CATEGORY, participantSupport: false, amount }];
  const parts = amount.allocate(categories.map(([, sum]) => sum.cents));
  return categories.flatMap(([category], index) => {
    const part = parts[index] ?? Money.zero;
    return part.isPositive ? [{ category, participantSupport: PARTICIPANTS.test(category), amount: part }] : [];
  });
}
