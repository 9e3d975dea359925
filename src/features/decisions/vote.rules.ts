/** Arithmetic of meetings: the quorum after recusals, and what a roll call comes to. */
import type { Sentence } from '../../kernel/errors.js';

/** By-laws of a meeting and who is there. Names are those of members, for the sentence that refuses. */
export interface Quorum {
  readonly members: number;
  /** More than this share of all members must be there. */
  readonly basisPoints: number;
  /** Whether the recused count toward the quorum. */
  readonly recusedCount: boolean;
  readonly present: readonly string[];
  /** Those of the present who are recused. */
  readonly recused: readonly string[];
}

/** The smallest number that is more than the fraction of all members. */
export function quorumNeeded(members: number, basisPoints: number): number {
  return Math.floor((members * basisPoints) / 10_000) + 1;
}

/** How many count toward the quorum. */
export function quorumPresent(quorum: Quorum): number {
  return quorum.present.length - (quorum.recusedCount ? 0 : quorum.recused.length);
}

/** What to say when a vote would be without a quorum; nothing when there is one. */
export function quorumProblem(quorum: Quorum): Sentence | undefined {
  const needed = quorumNeeded(quorum.members, quorum.basisPoints);
  const counted = quorumPresent(quorum);
  if (counted >= needed) return undefined;
  const params = {
    needed,
    members: quorum.members,
    counted,
    present: quorum.present.join(', '),
    recused: quorum.recused.join(', '),
  };
  if (quorum.present.length === 0) return { code: 'motion.nobody_present', params };
  return { code: quorum.recused.length === 0 ? 'motion.no_quorum' : 'motion.no_quorum_after_recusals', params };
}

export interface CastVote {
  readonly choice: 'aye' | 'nay' | 'abstain';
  readonly counted: boolean;
}

export interface Tally {
  readonly ayes: number;
  readonly nays: number;
  readonly abstained: number;
  readonly carries: boolean;
}

/** A motion carries with more ayes than nays; votes with a remote interest are not counted. */
export function tally(votes: readonly CastVote[]): Tally {
  const counted = votes.filter((vote) => vote.counted);
  const of = (choice: CastVote['choice']): number => counted.filter((vote) => vote.choice === choice).length;
  const ayes = of('aye');
  const nays = of('nay');
  return { ayes, nays, abstained: of('abstain'), carries: ayes > nays };
}
