/** What a round counts of its applications. */
import { sql } from '../../platform/database/sql.js';
import type { RoundFactSource } from '../rounds/index.js';

export const countApplications: RoundFactSource = async (from, roundIds) => {
  const rows = await from.query<{ id: string; drafts: number; submitted: number; undecided: number }>(sql`
    select round_id as id, count(*) filter (where state = 'draft')::int as drafts,
           count(*) filter (where state not in ('draft', 'expired', 'withdrawn'))::int as submitted,
           count(*) filter (where state in ('submitted', 'returned', 'eligible', 'appealed', 'shortlisted'))::int
             as undecided
    from applications where round_id = any(${[...roundIds]}::uuid[]) group by round_id`);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
};
