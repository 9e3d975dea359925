/**
 * grantInForce: the one definition of a role that holds - confirmed where it must be, begun, not run out, not ended.
 * Whatever reads `role_grants` to decide what somebody may do asks it; a test looks that nothing reads them otherwise.
 */
import type { Assistance, Grant } from '../../kernel/actor.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { GRAVE_ROLES } from './role-grant.entity.js';

/** True for a row of `role_grants`, known by this alias, that holds on this day of the agency ('YYYY-MM-DD'). */
export function grantInForce(alias: string, on: string): Sql {
  const g = rawSql(alias);
  return sql`(${g}.ended_at is null and (${g}.confirmed_at is not null or not ${g}.needs_confirmation)
    and ${g}.starts_on <= ${on}::date and (${g}.ends_on is null or ${g}.ends_on >= ${on}::date))`;
}

/** True for a row that holds, will hold, or waits to be confirmed: a second one like it makes no sense. */
export function grantOpen(alias: string, on: string): Sql {
  const g = rawSql(alias);
  return sql`(${g}.ended_at is null and (${g}.ends_on is null or ${g}.ends_on >= ${on}::date))`;
}

/** The grants of a person that hold on this day, as JSON for an actor; `personId` is an expression. */
export function grantsAsJson(personId: Sql, on: string): Sql {
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'scopeKind', g.scope_kind,
      'scopeId', g.scope_id) order by g.role, g.id), '[]')
    from role_grants g where g.person_id = ${personId} and ${grantInForce('g', on)})`;
}

/** The organizations a person helps on this day, as JSON for an actor; null when there is none. */
export function assistsAsJson(personId: Sql, on: string): Sql {
  return sql`(select jsonb_agg(jsonb_build_object('assistanceId', h.id, 'organizationId', h.organization_id,
      'organizationName', h.organization_name, 'endsOn', h.ends_on) order by h.organization_name, h.id)
    from assistances h where h.person_id = ${personId} and ${assistanceInForce('h', on)})`;
}

/**
 * True for a row of `assistances`, known by this alias, that holds on this day: begun, not over, and the helper is still
 * one of those who may help.
 */
export function assistanceInForce(alias: string, on: string): Sql {
  const h = rawSql(alias);
  return sql`(${h}.ended_at is null and ${on}::date between ${h}.starts_on and ${h}.ends_on
    and exists (select from role_grants helping where helping.person_id = ${h}.person_id
      and helping.role = 'program_officer' and ${grantInForce('helping', on)}))`;
}

/**
 * The grants an actor acts by: their own, and for each organization they help the applicant's, which opens its things to
 * them. How far it reaches there - as far as an editor, never a signature or money - the organizations' rule says.
 */
export function actingGrants(grants: readonly Grant[], assists: readonly Assistance[] = []): Grant[] {
  const helping = assists.map(({ organizationId }): Grant => ({
    role: 'applicant',
    scopeKind: 'organization',
    scopeId: organizationId,
  }));
  return [...grants, ...helping];
}

/** The grants of a person that hold on this day. */
export async function liveGrants(from: Queryable, personId: string, on: string): Promise<Grant[]> {
  const [row] = await from.query<{ grants: Grant[] }>(
    sql`select ${grantsAsJson(sql`${personId}::uuid`, on)} as grants`,
  );
  return row?.grants ?? [];
}

/**
 * Whether a person has a role over money, the committee or other people's roles, or will have one: nobody but they
 * themselves opens another way into their account, or one administrator could be two.
 */
export async function holdsGraveRole(from: Queryable, personId: string, on: string): Promise<boolean> {
  const held = await from.query(sql`
    select 1 from role_grants g where g.person_id = ${personId} and g.role = any(${[...GRAVE_ROLES]}::text[])
      and ${grantOpen('g', on)} limit 1`);
  return held.length > 0;
}
