/** Pure checks of a source's terms. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';

/** A budget, where there is one, adds up to the amount of the award to the cent. */
export function budgetProblem(amount: Money, lines: readonly { readonly amount: Money }[]): Sentence | undefined {
  if (lines.length === 0) return undefined;
  const sum = Money.sum(lines.map((line) => line.amount));
  if (sum.equals(amount)) return undefined;
  return { code: 'source.budget_does_not_add_up', params: { sum, amount } };
}
