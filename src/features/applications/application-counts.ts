/** What a round counts of its applications. */
import { rawSql, sql } from '../../platform/database/sql.js';
import { notConflicted, staffSide } from '../conflicts/index.js';
import type { RoundFactSource } from '../rounds/index.js';

export const countApplications: RoundFactSource = async (from, roundIds, actor) => {
  const counted = actor === undefined ? rawSql('true') : notConflicted(staffSide(actor), rawSql('a.id'));
  const rows = await from.query<{ id: string; drafts: number; submitted: number; undecided: number }>(sql`
    select a.round_id as id, count(*) filter (where a.state = 'draft')::int as drafts,
           count(*) filter (where a.state not in ('draft', 'expired', 'withdrawn'))::int as submitted,
           count(*) filter (where a.state in ('submitted', 'returned', 'eligible', 'appealed', 'shortlisted'))::int
             as undecided
    from applications a where a.round_id = any(${[...roundIds]}::uuid[]) and ${counted} group by a.round_id`);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
};
