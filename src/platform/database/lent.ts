/**
 * Steps by delegation: which of the delegations lets somebody take a step, and why none does. A step that is taken for
 * somebody is barred by what bars either of the two, and by the amount that was lent.
 */
import type { Lent } from '../../kernel/actor.js';
import { type AppError, forbidden, type Sentence } from '../../kernel/errors.js';
import type { ActionRow, Effect } from '../../kernel/lifecycle.js';
import { Money } from '../../kernel/money.js';

/** A step is taken by this delegation; identity looks that it still holds, and keeps it until the work is done. */
export interface LentUsedEffect extends Effect {
  readonly kind: 'delegation.used';
  readonly delegationId: string;
}

export const lentUsedEffect = (delegationId: string): LentUsedEffect => ({ kind: 'delegation.used', delegationId });

/** Nothing when the actor may by themselves; else the delegation, with the reason where it does not reach. */
export interface LentStep {
  readonly lent: Lent;
  readonly refusal?: Sentence;
  readonly amount?: Money;
}

export function lentStep<Facts>(
  lent: readonly Lent[],
  action: ActionRow<string, Facts>,
  facts: Facts,
): LentStep | undefined {
  const amount = action.amount?.(facts);
  // The widest first: what fits one by one must not be refused together while another reaches for all of it.
  const tried = [...lent]
    .sort(byReach)
    .map((each) => ({ lent: each, amount, refusal: refusalOf(each, action, facts, amount) }));
  return tried.find(({ refusal }) => refusal === undefined) ?? tried[0];
}

function byReach({ limit: a }: Lent, { limit: b }: Lent): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return b.compare(a);
}

function refusalOf<Facts>(
  { giverId, giverName: giver, limit }: Lent,
  action: ActionRow<string, Facts>,
  facts: Facts,
  amount: Money | undefined,
): Sentence | undefined {
  if (action.barredFor?.(facts, giverId) !== undefined) return { code: 'delegation.giver_barred', params: { giver } };
  if (limit === null || amount === undefined || amount.compare(limit) <= 0) return undefined;
  return { code: 'delegation.over_limit', params: { giver, limit, amount } };
}

/** What is approved together counts together: a limit is not stretched by approving many at once. */
export function overLimitTogether(steps: readonly LentStep[]): AppError | undefined {
  const together = new Map<string, { readonly lent: Lent; readonly amounts: Money[] }>();
  for (const { lent, amount } of steps) {
    const known = together.get(lent.delegationId) ?? { lent, amounts: [] };
    if (amount !== undefined) known.amounts.push(amount);
    together.set(lent.delegationId, known);
  }
  for (const { lent, amounts } of together.values()) {
    const { limit, giverName: giver } = lent;
    const amount = Money.sum(amounts);
    if (limit === null || amount.compare(limit) <= 0) continue;
    return forbidden('delegation.over_limit_together', { params: { giver, limit, amount, count: amounts.length } });
  }
  return undefined;
}
