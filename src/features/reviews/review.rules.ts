/** What a review needs before it is submitted, and how points are made of scores: pure, exact, no floating point. */
import type { Sentence } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';

/** One criterion of the rubric and what a reviewer wrote for it. */
export interface CriterionScore {
  readonly position: number;
  readonly name: string;
  readonly weight: number;
  readonly scaleMax: number;
  readonly score: number | null;
  readonly reason: string | null;
}

/** A score that counts: how much its criterion weighs and how far its scale goes. */
export interface WeighedScore {
  readonly weight: number;
  readonly scaleMax: number;
  readonly score: number;
}

/** What is still missing before the review can be submitted, a sentence for each. */
export function submitProblems(review: {
  readonly criteria: readonly CriterionScore[];
  readonly requested: Money;
  readonly recommended: Money | null;
}): Sentence[] {
  const missing: Sentence[] = [];
  for (const { position, name, score, reason } of review.criteria) {
    const params = { position, name };
    if (score === null && !reason) missing.push({ code: 'review.needs_score_and_reason', params });
    else if (score === null) missing.push({ code: 'review.needs_score', params });
    else if (!reason) missing.push({ code: 'review.needs_reason', params });
  }
  const { recommended, requested } = review;
  if (recommended === null) missing.push({ code: 'review.needs_amount', params: { requested } });
  else if (recommended.isNegative || recommended.compare(requested) > 0) {
    missing.push({ code: 'review.amount_over_request', params: { requested, amount: recommended } });
  }
  return missing;
}

/**
 * Points from 0 to 100 in tenths: each score as a share of its scale, weighted; the mean over the lists given, one list
 * per reviewer. Half a tenth rounds up. Undefined when there is nothing to average.
 */
export function pointsInTenths(reviews: readonly (readonly WeighedScore[])[]): number | undefined {
  const counted = reviews.filter((scores) => scores.length > 0);
  if (counted.length === 0) return undefined;
  const common = counted.flat().reduce((all, { scaleMax }) => lcm(all, BigInt(scaleMax)), 1n);
  // Each review is a fraction (earned / (weights * common)); they are added over one denominator.
  let numerator = 0n;
  let denominator = 1n;
  for (const scores of counted) {
    const earned = scores.reduce(
      (sum, { weight, score, scaleMax }) => sum + BigInt(weight) * BigInt(score) * (common / BigInt(scaleMax)),
      0n,
    );
    const most = scores.reduce((sum, { weight }) => sum + BigInt(weight), 0n) * common;
    numerator = numerator * most + earned * denominator;
    denominator *= most;
    const shared = gcd(numerator, denominator);
    if (shared > 1n) {
      numerator /= shared;
      denominator /= shared;
    }
  }
  const whole = denominator * BigInt(counted.length);
  return Number((2000n * numerator + whole) / (2n * whole));
}

/** `823` is `82.3`. */
export function formatPoints(tenths: number): string {
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b;
}
