/**
 * delegationInForce: the one definition of a delegation that holds - confirmed where it must be, begun, not run out, not
 * ended, its giver still holding the role it comes from, its holder still a colleague. Who they are lent to act by it as
 * by a grant that says for whom.
 */
import type { Grant } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import type { Role, ScopeKind } from '../../kernel/policy.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { type ApprovalName, permissionsOf } from './approvals.js';
import { COLLEAGUE_ROLES } from './delegation.entity.js';
import { grantInForce, liveGrants } from './grants.js';

/** True for a row of `delegations`, known by this alias, whose giver and holder are still who they must be. */
export function delegationStands(alias: string, on: string): Sql {
  const d = rawSql(alias);
  return sql`(exists (select from role_grants held join accounts giving on giving.person_id = held.person_id
      where held.id = ${d}.grant_id and held.person_id = ${d}.giver_id and giving.disabled_at is null
        and ${grantInForce('held', on)})
    and ${isColleague(sql`${d}.holder_id`, on)})`;
}

/** True for a row of `delegations`, known by this alias, that holds on this day of the agency ('YYYY-MM-DD'). */
export function delegationInForce(alias: string, on: string): Sql {
  const d = rawSql(alias);
  return sql`(${d}.ended_at is null and (${d}.confirmed_at is not null or not ${d}.needs_confirmation)
    and ${on}::date between ${d}.starts_on and ${d}.ends_on and ${delegationStands(alias, on)})`;
}

/** Whether a person works for the agency on money and awards, and is not one of those who only look. */
export function isColleague(personId: Sql, on: string): Sql {
  return sql`(exists (select from role_grants c join accounts ca on ca.person_id = c.person_id
      where c.person_id = ${personId} and ca.disabled_at is null and c.role = any(${[...COLLEAGUE_ROLES]}::text[])
        and ${grantInForce('c', on)})
    and not exists (select from role_grants c where c.person_id = ${personId} and c.role = 'auditor'
      and ${grantInForce('c', on)}))`;
}

/** A delegation as an actor is loaded with it. */
export interface LentRow {
  readonly id: string;
  readonly giverId: string;
  readonly giverName: string;
  readonly role: Role;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string | null;
  readonly approvals: readonly ApprovalName[];
  readonly limitCents: string | null;
  readonly endsOn: string;
}

/** What is lent to a person on this day, as JSON for an actor; null when nothing is. */
export function lentAsJson(personId: Sql, on: string): Sql {
  return sql`(select jsonb_agg(jsonb_build_object('id', d.id, 'giverId', d.giver_id, 'giverName', giver.name,
      'role', g.role, 'scopeKind', g.scope_kind, 'scopeId', g.scope_id, 'approvals', d.approvals,
      'limitCents', d.limit_cents::text, 'endsOn', d.ends_on) order by d.created_at, d.id)
    from delegations d join role_grants g on g.id = d.grant_id join persons giver on giver.id = d.giver_id
    where d.holder_id = ${personId} and ${grantInForce('g', on)} and ${delegationInForce('d', on)})`;
}

/** The grants an actor acts by for others. */
export function lentGrants(rows: readonly LentRow[] | null): Grant[] {
  return (rows ?? []).map(({ id, giverId, giverName, role, scopeKind, scopeId, approvals, limitCents, endsOn }) => ({
    ...{ role, scopeKind, scopeId },
    lent: {
      ...{ delegationId: id, giverId, giverName, endsOn },
      permissions: permissionsOf(approvals),
      limit: limitCents === null ? null : Money.ofCents(limitCents),
    },
  }));
}

/** All that a person acts by on this day: their own roles, and what is lent to them. */
export async function usableGrants(from: Queryable, personId: string, on: string): Promise<Grant[]> {
  const [row] = await from.query<{ lent: LentRow[] | null }>(
    sql`select ${lentAsJson(sql`${personId}::uuid`, on)} as lent`,
  );
  return [...(await liveGrants(from, personId, on)), ...lentGrants(row?.lent ?? null)];
}
