/** What is written of a round's terms: its columns from what was sent, its milestones, and its pool held still. */
import { invalidField } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { readTime } from '../../kernel/time-of-day.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Pool } from '../funds/index.js';
import type { CriterionText } from './criteria.entity.js';
import { type MilestoneKind, type Round, type RoundKind, RoundMilestone, RubricCriterion } from './round.entity.js';
import type { MilestoneInput, RoundInput } from './round.input.js';

/** The pools of these rounds: what is set aside for them stays as it is while a step looks at it. */
export async function lockPools(work: Work, ids: readonly string[]): Promise<void> {
  const rows = await work.query<{ poolId: string }>(
    sql`select pool_id as "poolId" from rounds where id = any(${ids}::uuid[])`,
  );
  await work.lock(
    Pool,
    rows.map((row) => row.poolId),
  );
}

/** Writes the milestones anew. */
export async function writeMilestones(
  work: Work,
  roundId: string,
  milestones: readonly MilestoneInput[] = [],
): Promise<void> {
  await work.query(sql`delete from round_milestones where round_id = ${roundId}`);
  const rows = milestones.map(({ kind, label = null, happensOn, startsAt, place = null }) => ({
    ...{ roundId, kind: kind as MilestoneKind, label, happensOn, place },
    startsAt: startsAt === undefined ? null : readTime(startsAt),
  }));
  await work.insert(RoundMilestone, rows);
}

/** Writes the rubric anew, in this order. */
export async function writeRubric(
  work: Work,
  roundId: string,
  given: readonly CriterionText[],
): Promise<readonly RubricCriterion[]> {
  await work.query(sql`delete from rubric_criteria where round_id = ${roundId}`);
  return work.insert(
    RubricCriterion,
    given.map(({ name, question, weight, scaleMax, anchorLow, anchorHigh }, index) => ({
      ...{ roundId, position: index + 1, name, question, weight, scaleMax, anchorLow, anchorHigh },
    })),
  );
}

/** The terms as the audit trail keeps them. */
export function termsOf(round: Round): Record<string, unknown> {
  const { number, name, kind, opensAt, dueAt, graceMinutes, floor, ceiling, awardsAtMost, gates, whoMayLead } = round;
  return { number, name, kind, opensAt, dueAt, graceMinutes, floor, ceiling, awardsAtMost, gates, whoMayLead };
}

type Chosen = 'formVersionId' | 'eligibilityRules' | 'copiedFromId' | 'commentAudience';
/** What the form of the terms says; its own form, rules and criteria are set elsewhere. */
export type RoundTerms = Omit<Round, 'id' | 'version' | 'createdAt' | 'state' | Chosen>;

export function columnsOf(work: Work, input: RoundInput, pool: Pool): RoundTerms {
  const opensAt = work.calendar.deadline(input.opensOn, readTime(input.opensTime));
  const dueAt = work.calendar.deadline(input.dueOn, readTime(input.dueTime));
  if (dueAt <= opensAt) throw invalidField('dueOn', 'round.due_before_opening');
  const { floor = Money.zero, ceiling = null } = input;
  if (ceiling !== null && floor.compare(ceiling) > 0) throw invalidField('floor', 'round.floor_above_ceiling');
  if (input.whoMayLead.length === 0) throw invalidField('whoMayLead', 'field.required');
  return {
    ...{ poolId: pool.id, fundId: pool.fundId, number: input.number, name: input.name, kind: input.kind as RoundKind },
    ...{ opensAt, dueAt, graceMinutes: input.graceMinutes, floor, ceiling, gates: Number(input.gates) },
    ...{ awardsAtMost: input.awardsAtMost ?? null, whoMayLead: input.whoMayLead },
    ...{ purpose: input.purpose ?? null, eligibility: input.eligibility ?? null },
    takesLettersOfIntent: input.takesLettersOfIntent ?? false,
    partnersMustConfirm: input.partnersMustConfirm ?? false,
    writerMayCertify: input.certifier !== 'another_person',
  };
}
