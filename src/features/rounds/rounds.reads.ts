/** What every later feature reads of a round: the round itself, whether it takes applications now, and its rubric. */
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Money } from '../../kernel/money.js';
import type { Subject } from '../../kernel/policy.js';
import { type MilestoneKind, Round } from './round.entity.js';

const MINUTE = 60_000;

/** One criterion of the rubric, in its order. */
export interface Criterion {
  readonly id: string;
  readonly position: number;
  readonly name: string;
  readonly question: string;
  readonly weight: number;
  readonly scaleMax: number;
  readonly anchorLow: string;
  readonly anchorHigh: string;
}

/** One date of a round, besides its opening and its deadline. */
export interface Milestone {
  readonly kind: MilestoneKind;
  readonly label: string | null;
  readonly happensOn: string;
  /** `17:30`; null when it is the whole day. */
  readonly startsAt: string | null;
  readonly place: string | null;
}

/** Where a round lies, for the policy: its fund and itself. Also for what belongs to a round. */
export function roundSubject(round: {
  readonly id: string;
  readonly fundId: string;
  readonly state?: string;
}): Subject {
  return { scopes: { fund: round.fundId, round: round.id }, state: round.state };
}

/** The round for update; throws not found. */
export async function lockRound(work: Work, id: string): Promise<Round> {
  return work.lockOne(Round, id);
}

export async function findRound(from: Queryable, id: string): Promise<Round | undefined> {
  const [row] = await from.query<Round & { floorCents: string; ceilingCents: string | null }>(
    sql`select id, version, created_at as "createdAt", state, pool_id as "poolId", fund_id as "fundId", number, name, kind,
          opens_at as "opensAt", due_at as "dueAt", grace_minutes as "graceMinutes", floor_cents as "floorCents",
          ceiling_cents as "ceilingCents", awards_at_most as "awardsAtMost", gates, who_may_lead as "whoMayLead",
          purpose, eligibility, form_version_id as "formVersionId", eligibility_rules as "eligibilityRules",
          takes_letters_of_intent as "takesLettersOfIntent", writer_may_certify as "writerMayCertify",
          partners_must_confirm as "partnersMustConfirm",
          copied_from_id as "copiedFromId", comment_audience as "commentAudience"
        from rounds where id = ${id}`,
  );
  if (row === undefined) return undefined;
  const { floorCents, ceilingCents, ...rest } = row;
  return Object.assign(new Round(), rest, {
    floor: Money.ofCents(floorCents),
    ceiling: ceilingCents === null ? null : Money.ofCents(ceilingCents),
  });
}

/** When the last application is taken: the deadline and its grace. */
export function closesAt(round: Pick<Round, 'dueAt' | 'graceMinutes'>): Date {
  return new Date(round.dueAt.getTime() + round.graceMinutes * MINUTE);
}

/** Longer than any request can take: one that began in time is heard before the review closes the round. */
const RECEIVING_MINUTES = 10;

/** Until then an application that was sent in time may still be on its way. */
export function receivedBy(round: Pick<Round, 'dueAt' | 'graceMinutes'>): Date {
  return new Date(closesAt(round).getTime() + RECEIVING_MINUTES * MINUTE);
}

/** Whether an application that arrived at this instant is in time: to the second, both ends included. */
export function isAccepting(
  round: Pick<Round, 'state' | 'opensAt' | 'dueAt' | 'graceMinutes'>,
  arrivedAt: Date,
): boolean {
  return round.state === 'published' && round.opensAt <= arrivedAt && arrivedAt <= closesAt(round);
}

export async function readRubric(from: Queryable, roundId: string): Promise<Criterion[]> {
  return from.query<Criterion>(
    sql`select id, position, name, question, weight, scale_max as "scaleMax", anchor_low as "anchorLow",
          anchor_high as "anchorHigh"
        from rubric_criteria where round_id = ${roundId} order by position`,
  );
}

/** The dates of these rounds, the first to come first. */
export async function readMilestones(from: Queryable, roundIds: readonly string[]): Promise<Map<string, Milestone[]>> {
  const rows = await from.query<Milestone & { roundId: string }>(
    sql`select round_id as "roundId", kind, label, happens_on as "happensOn", starts_at as "startsAt", place
        from round_milestones where round_id = any(${roundIds}::uuid[])
        order by happens_on, starts_at nulls first, created_at, id`,
  );
  const byRound = new Map<string, Milestone[]>();
  for (const { roundId, ...milestone } of rows) {
    byRound.set(roundId, [...(byRound.get(roundId) ?? []), milestone]);
  }
  return byRound;
}

/** What is set aside for each of these rounds: ever allotted to its pool, less what went back. */
export async function readSetAside(from: Queryable, roundIds: readonly string[]): Promise<Map<string, Money>> {
  const rows = await from.query<{ id: string; cents: string }>(
    sql`select r.id, coalesce(sum(l.allotted_cents), 0)::text as cents
        from rounds r left join ledger_accounts l on l.holder_kind = 'pool' and l.holder_id = r.pool_id
        where r.id = any(${roundIds}::uuid[]) group by r.id`,
  );
  return new Map(rows.map((row) => [row.id, Money.ofCents(row.cents)]));
}

/** How many criteria each of these rounds has. */
export async function readCriteriaCounts(from: Queryable, roundIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await from.query<{ id: string; count: number }>(
    sql`select round_id as id, count(*)::int as count from rubric_criteria
        where round_id = any(${roundIds}::uuid[]) group by round_id`,
  );
  return new Map(rows.map((row) => [row.id, row.count]));
}
