/** Versions of a rubric: kept as they were shown, read again, and told apart. */
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type CriterionText, RubricVersion, type RubricVersionKind } from './criteria.entity.js';

/** One version as people read it. */
export interface RubricVersionView {
  readonly id: string;
  readonly number: number;
  readonly kind: RubricVersionKind;
  readonly criteria: readonly CriterionText[];
  readonly reason: string | null;
  readonly createdAt: Date;
}

/**
 * Keeps the rubric as it stands now; the round is locked. A draft that is the same as the one before is no new version,
 * and a round that never had criteria in comment keeps only the published one.
 */
export async function keepRubricVersion(
  work: Work,
  roundId: string,
  kind: RubricVersionKind,
  reason: string | undefined = undefined,
): Promise<void> {
  const criteria = await work.query<CriterionText>(sql`
    select name, question, weight, scale_max as "scaleMax", anchor_low as "anchorLow", anchor_high as "anchorHigh"
    from rubric_criteria where round_id = ${roundId} order by position`);
  const last = (await readRubricVersions(work, roundId))[0];
  if (kind === 'comment' && last !== undefined && isSame(last.criteria, criteria)) return;
  await work.insertOne(RubricVersion, {
    ...{ roundId, number: (last?.number ?? 0) + 1, kind, criteria: [...criteria], reason: reason ?? null },
  });
}

/** Newest first. */
export async function readRubricVersions(from: Queryable, roundId: string): Promise<RubricVersionView[]> {
  return from.query<RubricVersionView>(sql`
    select id, number, kind, criteria, reason, created_at as "createdAt" from rubric_versions
    where round_id = ${roundId} order by number desc limit 100`);
}

const KEYS = ['name', 'question', 'weight', 'scaleMax', 'anchorLow', 'anchorHigh'] as const;

function isSame(one: readonly CriterionText[], other: readonly CriterionText[]): boolean {
  return (
    one.length === other.length &&
    one.every((criterion, index) => KEYS.every((key) => criterion[key] === other[index]?.[key]))
  );
}
