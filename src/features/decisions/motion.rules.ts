/** Arithmetic of slates: what fits, whether a motion departs from the ranking, and the limits of one award. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';

/** One application in its place in the ranking. */
export interface Ranked {
  readonly applicationId: string;
  /** From 1. */
  readonly rank: number;
  /** Tenths of a point. */
  readonly points: number;
  /** The lead organization. */
  readonly name: string;
  /** Still to be decided. */
  readonly isOpen: boolean;
}

export interface Departure {
  /** The higher one that is left out, and the lower one that is not. */
  readonly skipped: Ranked;
  readonly taken: Ranked;
}

/** The first departure: an open application left out although it has more points than one that is included. */
export function rankingDeparture(ranking: readonly Ranked[], included: ReadonlySet<string>): Departure | undefined {
  for (const skipped of ranking) {
    if (included.has(skipped.applicationId) || !skipped.isOpen) continue;
    const taken = ranking.find((each) => included.has(each.applicationId) && each.points < skipped.points);
    if (taken !== undefined) return { skipped, taken };
  }
  return undefined;
}

/** What a rank would do to the money: it fits, or falls short by so much. */
export interface Fit {
  readonly applicationId: string;
  readonly amount: Money;
  /** Left before this one. */
  readonly left: Money;
  /** What is missing; zero when it fits. */
  readonly short: Money;
}

/** Counts amounts off what is left, in the order of the ranking. One that falls short takes nothing. */
export function fits(
  left: Money,
  wanted: readonly { readonly applicationId: string; readonly amount: Money }[],
): { readonly fits: readonly Fit[]; readonly left: Money } {
  let rest = left;
  const counted = wanted.map(({ applicationId, amount }) => {
    const before = rest;
    const short = Money.max(amount.subtract(before), Money.zero);
    if (short.isZero) rest = before.subtract(amount);
    return { applicationId, amount, left: before, short };
  });
  return { fits: counted, left: rest };
}

/** The sentence for the first that does not fit, with the two ways on; nothing when all of them do. */
export function shortfall(
  left: Money,
  wanted: readonly { readonly applicationId: string; readonly amount: Money }[],
  ranking: readonly Ranked[],
): Sentence | undefined {
  const rankOf = (id: string): number => ranking.find((each) => each.applicationId === id)?.rank ?? ranking.length + 1;
  const inOrder = [...wanted].sort((a, b) => rankOf(a.applicationId) - rankOf(b.applicationId));
  const first = fits(left, inOrder).fits.find((each) => each.short.isPositive);
  if (first === undefined) return undefined;
  const ranked = ranking.find((each) => each.applicationId === first.applicationId);
  const params = {
    rank: ranked?.rank ?? 0,
    name: ranked?.name ?? '',
    amount: first.amount,
    left: first.left,
    short: first.short,
  };
  const isUnranked = ranked === undefined;
  if (first.left.isZero) return { code: isUnranked ? 'motion.nothing_left_unranked' : 'motion.nothing_left', params };
  return { code: isUnranked ? 'motion.does_not_fit_unranked' : 'motion.does_not_fit', params };
}

/** Why this amount cannot be one award of the round; nothing when it can. */
export function rangeProblem(
  round: { readonly floor: Money; readonly ceiling: Money | null },
  amount: Money,
): Sentence | undefined {
  if (round.ceiling !== null && amount.compare(round.ceiling) > 0) {
    return { code: 'motion.over_ceiling', params: { amount, ceiling: round.ceiling } };
  }
  if (amount.compare(round.floor) < 0) {
    return { code: 'motion.under_floor', params: { amount, floor: round.floor } };
  }
  return undefined;
}
