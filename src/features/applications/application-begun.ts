/** What somebody's organizations write or sent in a round: for the public page of the round, which leads them on. */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { applicantSide } from '../conflicts/index.js';
import type { BegunApplication } from '../rounds/index.js';
import { applicationReadFilter } from './application-reads.js';

export async function begunApplications(
  from: Queryable,
  policy: Policy,
  actor: Actor,
  roundIds: readonly string[],
): Promise<Map<string, BegunApplication>> {
  const own = applicantSide(actor);
  if (own.kind !== 'person' || own.grants.length === 0) return new Map();
  const rows = await from.query<BegunApplication & { roundId: string }>(sql`
    select distinct on (a.round_id) a.round_id as "roundId", a.id, a.state in ('draft', 'returned') as "isOpen"
    from applications a
    where a.round_id = any(${[...roundIds]}::uuid[]) and a.state not in ('withdrawn', 'expired')
      and ${applicationReadFilter(own, policy, 'a')}
    order by a.round_id, a.state in ('draft', 'returned') desc, a.created_at desc, a.id`);
  return new Map(rows.map(({ roundId, ...begun }) => [roundId, begun]));
}
