/** Who sees which requests for money: by their roles, and what a direct conflict of interest leaves of them. */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import { conditionSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { applicantSide, notConflicted, sideFor, staffSide } from '../conflicts/index.js';

/** Where the policy finds the scopes and the state of `disbursements d` in a list. */
export const DISBURSEMENT_COLUMNS = {
  scopes: { organization: 'd.organization_id', fund: 'd.fund_id', round: 'd.round_id' },
  state: 'd.state',
} as const;

const applicationOf = sql`(select w.application_id from awards w where w.id = d.award_id)`;

/** Which of `disbursements d` nothing direct keeps the actor from. */
const clearOf = (actor: Actor): Sql => notConflicted(actor, applicationOf);

/** Which of `disbursements d` this actor may see, on either side. */
export function disbursementReadFilter(actor: Actor, policy: Policy): Sql {
  const side = (of: Actor): Sql => conditionSql(policy.filter(of, 'disbursement.read', DISBURSEMENT_COLUMNS));
  if (actor.kind !== 'person') return side(actor);
  return sql`((${side(staffSide(actor))} and ${clearOf(actor)}) or ${side(applicantSide(actor))})`;
}

/** Whether a direct conflict of interest closes a request with this id, an SQL expression, to somebody. */
export const closedRequest = (actor: Actor, id: Sql): Sql =>
  sql`exists (select from disbursements d where d.id = ${id} and not ${clearOf(actor)})`;

/** The actor as they count for this request. */
export async function sideOfRequest(from: Queryable, actor: Actor, id: string): Promise<Actor> {
  const [row] = await from.query<{ applicationId: string }>(sql`
    select w.application_id as "applicationId" from disbursements d join awards w on w.id = d.award_id
    where d.id = ${id}`);
  return row === undefined ? actor : sideFor(from, actor, row.applicationId);
}
