/**
 * Where the receipt of a claim was before. A denied claim gives its receipt free: what was wrong may have been the
 * convening or the hours. Whoever checks the next claim with it is shown why it was refused then.
 */
import type { Actor } from '../../kernel/actor.js';
import type { Policy } from '../../kernel/policy.js';
import { conditionSql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { CLAIM_COLUMNS } from './childcare-claims.service.js';

export interface DeniedBefore {
  readonly id: string;
  readonly person: string;
  readonly convening: string;
  /** 'YYYY-MM-DD' of the convening, and the day on which it was denied. */
  readonly on: string;
  readonly deniedAt: Date;
  readonly reason: string;
}

/** Denied claims with the same receipt that this actor may see, the latest first. */
export async function deniedBefore(
  from: Queryable,
  policy: Policy,
  actor: Actor,
  claim: { readonly id: string; readonly receiptHash: string; readonly timeZone: string },
): Promise<DeniedBefore[]> {
  return from.query<DeniedBefore>(sql`
    select c.id, p.name as person, v.name as convening, l.at as "deniedAt", coalesce(l.note, '') as reason,
      (v.starts_at at time zone ${claim.timeZone})::date::text as "on"
    from childcare_claims c join persons p on p.id = c.person_id join convenings v on v.id = c.convening_id
      join lateral (select at, note from lifecycle_steps
        where subject_type = 'childcare_claim' and subject_id = c.id and action = 'deny'
        order by id desc limit 1) l on true
    where c.receipt_hash = ${claim.receiptHash} and c.id <> ${claim.id} and c.state = 'denied'
      and ${conditionSql(policy.filter(actor, 'childcare_claim.read', CLAIM_COLUMNS))}
    order by l.at desc limit 20`);
}
