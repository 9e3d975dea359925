/** What must hold before a motion is taken up, and again when it carries: limits, ranking, and the money that is left. */
import { conflict, invalidField } from '../../kernel/errors.js';
import { systemActor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { readPool } from '../funds/index.js';
import { findRound, type Round } from '../rounds/index.js';
import { interestsAmong } from './committee.reads.js';
import { type Candidate, OPEN_STATES, readCandidates } from './docket.reads.js';
import type { MotionKind } from './motion.entity.js';
import { rangeProblem, rankingDeparture, shortfall } from './motion.rules.js';

export interface MotionDraft {
  readonly kind: MotionKind;
  readonly roundId: string | null;
  readonly selectionMethod: string | null;
  readonly items: readonly { readonly applicationId: string; readonly amount: Money | null }[];
  readonly factor: string | null;
  readonly sourceId: string | null;
  readonly amount: Money | null;
}

const NAMES_APPLICATIONS: readonly MotionKind[] = ['award', 'decline', 'waitlist'];
/** A check of the house looks at every application, whoever asks. */
const HOUSE = systemActor('decisions');

/** What is left for awards: only sources that still take new obligations count. */
async function leftToAward(from: Queryable, poolId: string): Promise<Money> {
  const pool = await readPool(from, poolId);
  return Money.sum(pool.sources.filter((each) => each.sourceState === 'active').map((each) => each.available));
}

/** Refuses a motion that could not be carried out, with what to do about it. */
export async function checkMotion(work: Work, draft: MotionDraft): Promise<void> {
  const { kind, items } = draft;
  if (kind === 'other') return;
  const round = draft.roundId === null ? undefined : await findRound(work, draft.roundId);
  if (round === undefined) throw invalidField('docketItemId', 'motion.needs_docket_item');
  if (round.state !== 'deciding') throw conflict('motion.round_not_deciding', { params: { round: round.name } });
  if (kind === 'raise_set_aside') return checkRaise(work, round, draft);
  if (NAMES_APPLICATIONS.includes(kind) && items.length === 0) throw invalidField('items', 'motion.needs_applications');
  const candidates = await readCandidates(work, round.id, HOUSE);
  requireOpen(kind, items, candidates);
  if (kind !== 'award') return;
  await checkLimits(work, round, items, candidates);
  checkRanking(draft, candidates);
  await checkFit(work, round, items, candidates);
}

/** What must still hold when a motion to award carries; its ranking was settled when it was moved. */
export async function checkAtCarry(work: Work, round: Round, items: MotionDraft['items']): Promise<void> {
  const candidates = await readCandidates(work, round.id, HOUSE);
  requireOpen('award', items, candidates);
  await checkLimits(work, round, items, candidates);
  await checkFit(work, round, items, candidates);
}

async function checkRaise(work: Work, round: Round, draft: MotionDraft): Promise<void> {
  if (draft.sourceId === null) throw invalidField('sourceId', 'field.required');
  if (draft.amount === null) throw invalidField('amount', 'field.required');
  const [source] = await work.query<{ state: string }>(sql`select state from sources where id = ${draft.sourceId}`);
  if (source === undefined) throw invalidField('sourceId', 'field.not_found');
  if (source.state !== 'active') throw invalidField('sourceId', 'motion.source_not_active', { round: round.name });
}

function requireOpen(kind: MotionKind, items: MotionDraft['items'], candidates: readonly Candidate[]): void {
  const states: readonly string[] = kind === 'waitlist' ? ['eligible', 'shortlisted'] : OPEN_STATES;
  items.forEach(({ applicationId }, index) => {
    const found = candidates.find((each) => each.applicationId === applicationId);
    if (found === undefined) throw invalidField(`items[${index}].applicationId`, 'motion.not_of_round');
    if (!states.includes(found.state)) {
      throw invalidField(`items[${index}].applicationId`, 'motion.not_open', { name: found.name, title: found.title });
    }
  });
}

async function checkLimits(
  work: Work,
  round: Round,
  items: MotionDraft['items'],
  candidates: readonly Candidate[],
): Promise<void> {
  items.forEach(({ amount }, index) => {
    const field = `items[${index}].amount`;
    if (amount === null) throw invalidField(field, 'field.required');
    const problem = rangeProblem(round, amount);
    if (problem !== undefined) throw invalidField(field, problem.code, problem.params);
  });
  if (round.awardsAtMost === null) return;
  const approved = candidates.filter((each) => each.state === 'approved').length;
  if (approved + items.length > round.awardsAtMost) {
    throw conflict('motion.too_many_awards', { params: { most: round.awardsAtMost, approved } });
  }
}

function checkRanking(draft: MotionDraft, candidates: readonly Candidate[]): void {
  if (draft.factor !== null) return;
  if (draft.selectionMethod === 'sole_source') throw invalidField('factor', 'motion.sole_source_needs_reason');
  const included = new Set(draft.items.map((item) => item.applicationId));
  const departure = rankingDeparture(candidates, included);
  if (departure === undefined) return;
  const { skipped, taken } = departure;
  throw invalidField('factor', 'motion.departs_from_ranking', {
    skipped: skipped.name,
    skippedRank: skipped.rank,
    taken: taken.name,
    takenRank: taken.rank,
  });
}

async function checkFit(
  work: Work,
  round: Round,
  items: MotionDraft['items'],
  candidates: readonly Candidate[],
): Promise<void> {
  const wanted = items.map(({ applicationId, amount }) => ({ applicationId, amount: amount ?? Money.zero }));
  const problem = shortfall(await leftToAward(work, round.poolId), wanted, candidates);
  if (problem !== undefined) throw conflict(problem.code, { params: problem.params });
}

/** Mover and seconder are two present members, neither of them recused. */
export async function checkMovers(
  work: Work,
  meetingId: string,
  movers: { readonly moverId: string; readonly seconderId: string },
  applicationIds: readonly string[],
): Promise<void> {
  const { moverId, seconderId } = movers;
  if (moverId === seconderId) throw invalidField('seconderId', 'motion.seconder_is_mover');
  const present = await work.query<{ id: string; name: string; present: boolean }>(sql`
    select a.person_id as id, p.name, a.present from meeting_attendance a join persons p on p.id = a.person_id
    where a.meeting_id = ${meetingId} and a.person_id = any(${[moverId, seconderId]}::uuid[])`);
  const interests = await interestsAmong(work, [moverId, seconderId], applicationIds);
  for (const [field, id] of [['moverId', moverId] as const, ['seconderId', seconderId] as const]) {
    const member = present.find((each) => each.id === id);
    if (member === undefined) throw invalidField(field, 'attendance.no_member');
    if (!member.present) throw invalidField(field, 'motion.mover_absent', { name: member.name });
    if (interests.some((each) => each.personId === id && each.isDirect)) {
      throw invalidField(field, 'motion.mover_recused', { name: member.name });
    }
  }
}
