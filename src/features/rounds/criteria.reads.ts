/** What is read of criteria in comment: whether people may comment now, what they said, and what waits for an answer. */
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { CommentOutcome } from './criteria.entity.js';
import type { Round } from './round.entity.js';
import { readMilestones } from './rounds.reads.js';

/** What somebody said, with what was answered. */
export interface CommentView {
  readonly id: string;
  readonly version: number;
  /** The criterion's name; null when it is about all of them. */
  readonly criterion: string | null;
  readonly groupName: string | null;
  readonly name: string | null;
  readonly organization: string | null;
  readonly body: string;
  readonly heardOn: string;
  readonly outcome: CommentOutcome | null;
  readonly answer: string | null;
  readonly answeredAt: Date | null;
  readonly versionNumber: number | null;
  readonly changedInId: string | null;
  readonly changedInNumber: number | null;
  /** Written down by staff. */
  readonly entered: boolean;
}

const MOST_SHOWN = 500;

/** Newest first; `where` speaks of the comment as `c`. */
export async function readComments(from: Queryable, where: Sql): Promise<CommentView[]> {
  return from.query<CommentView>(sql`
    select c.id, c.version, c.criterion, g.name as "groupName", c.name, c.organization, c.body,
      c.heard_on as "heardOn", c.outcome, c.answer, c.answered_at as "answeredAt", v.number as "versionNumber",
      c.changed_in_id as "changedInId", w.number as "changedInNumber", c.entered_by is not null as entered
    from rubric_comments c left join comment_groups g on g.id = c.group_id
      left join rubric_versions v on v.id = c.rubric_version_id
      left join rubric_versions w on w.id = c.changed_in_id
    where ${where} order by c.created_at desc, c.id desc limit ${MOST_SHOWN}`);
}

/** A draft that everybody may read. */
export function isPublicDraft(round: Pick<Round, 'state' | 'commentAudience'>): boolean {
  return round.state === 'in_comment' && round.commentAudience === 'public';
}

/** Until the end of the day that was told, where one was; else as long as the criteria are in comment. */
export function isOpenForComment(round: { readonly state: string }, until: string | null, today: string): boolean {
  return round.state === 'in_comment' && (until === null || today <= until);
}

export async function commentUntil(from: Queryable, roundId: string): Promise<string | null> {
  const milestones = (await readMilestones(from, [roundId])).get(roundId) ?? [];
  return milestones.findLast(({ kind }) => kind === 'criteria_comment')?.happensOn ?? null;
}

/** How many comments of each of these rounds have no answer yet. */
export async function countUnanswered(from: Queryable, roundIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await from.query<{ id: string; count: number }>(sql`
    select round_id as id, count(*)::int as count from rubric_comments
    where round_id = any(${roundIds}::uuid[]) and outcome is null group by round_id`);
  return new Map(rows.map((row) => [row.id, row.count]));
}
