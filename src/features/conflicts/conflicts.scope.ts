/**
 * The one query scope that keeps people with a direct conflict of interest away from an application, and the two sides
 * of a person it tells apart. Lists, counts, searches, exports, notices, scores and votes all put it into their query.
 */
import type { Actor } from '../../kernel/actor.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';

/**
 * The direct conflicts that the house finds by itself, live: the person is a member of a party of the application, works
 * or worked on it as a colleague of the lead, or has an address at one of its domains or below it - unless that very
 * finding was dismissed. `personId` and `applicationId` are SQL expressions, with the name of their table: `a.id`.
 */
export function foundConflicts(personId: Sql, applicationId: Sql): Sql {
  return sql`
    select coi_party.organization_id, coi_party.relation, coi_basis.name as basis
    from conflict_parties coi_party
      join lateral (
        select 'member' as name where exists (
          select from organization_members coi_member
          where coi_member.organization_id = coi_party.organization_id and coi_member.person_id = ${personId}
            and coi_member.ended_at is null)
          or (coi_party.relation = 'lead' and exists (select from application_colleagues coi_colleague
            where coi_colleague.application_id = coi_party.application_id and coi_colleague.person_id = ${personId}))
        union all
        select 'mail_domain' where exists (
          select from organizations coi_org, unnest(coi_org.mail_domains) as coi_domain, identifiers coi_address
          where coi_org.id = coi_party.organization_id and coi_address.person_id = ${personId}
            and coi_address.kind = 'address'
            and (split_part(lower(coi_address.value), '@', 2) = lower(coi_domain)
              or right(split_part(lower(coi_address.value), '@', 2), length(coi_domain) + 1) = '.' || lower(coi_domain)))
      ) coi_basis on true
    where coi_party.application_id = ${applicationId}
      and not exists (
        select from conflicts coi_dismissed
        where coi_dismissed.person_id = ${personId} and coi_dismissed.application_id = coi_party.application_id
          and coi_dismissed.organization_id = coi_party.organization_id and coi_dismissed.basis = coi_basis.name
          and coi_dismissed.state = 'dismissed')`;
}

/** The same for a person who may be anybody: a condition that is true when nothing direct stands between them. */
export function personNotConflicted(personId: Sql, applicationId: Sql): Sql {
  return sql`(
    not exists (
      select from conflicts coi_recorded
      where coi_recorded.person_id = ${personId} and coi_recorded.application_id = ${applicationId}
        and coi_recorded.level = 'direct' and coi_recorded.state <> 'dismissed')
    and not exists (${foundConflicts(personId, applicationId)}))`;
}

/**
 * True for the applications in which this actor has no direct conflict that counts: none recorded and not dismissed,
 * and none found live. A remote interest does not keep anybody out. `applicationId` is an SQL expression, such as
 * `rawSql('a.id')`. For the staff side only: as a member of the applicant a person sees what any applicant sees.
 */
export function notConflicted(actor: Actor, applicationId: Sql): Sql {
  switch (actor.kind) {
    case 'system':
      return rawSql('true');
    case 'public':
      return rawSql('false');
    case 'person':
      return personNotConflicted(sql`${actor.personId}::uuid`, applicationId);
  }
}

/** The domains of a person's addresses and those above them, as conflicts of interest are found by. */
export const domainsOf = (personId: Sql): Sql => sql`
  select array_to_string(parts[at:], '.') as domain, since from (
    select string_to_array(split_part(lower(i.value), '@', 2), '.') as parts, i.created_at as since from identifiers i
    where i.person_id = ${personId} and i.kind = 'address') address, generate_subscripts(parts, 1) as at`;

/**
 * The ids of all applications that `notConflicted` closes to this actor, which are few: those that could be closed are
 * looked up from the person's side and asked the same. For taking them off what is counted already.
 */
export function closedTo(actor: Actor): Sql {
  if (actor.kind === 'system') return sql`select null::uuid where false`;
  if (actor.kind === 'public') return sql`select coi_any.application_id from conflict_parties coi_any`;
  const personId = sql`${actor.personId}::uuid`;
  return sql`
    select coi_maybe.id from (
      select coi_known.application_id as id from conflicts coi_known where coi_known.person_id = ${personId}
      union select coi_own.application_id from application_colleagues coi_own where coi_own.person_id = ${personId}
      union select coi_side.application_id from conflict_parties coi_side where coi_side.organization_id in (
        select coi_member.organization_id from organization_members coi_member
        where coi_member.person_id = ${personId} and coi_member.ended_at is null
        union select coi_org.id from organizations coi_org
        where coi_org.mail_domains && array(select coi_domain.domain from (${domainsOf(personId)}) coi_domain))
    ) coi_maybe
    where not ${personNotConflicted(personId, rawSql('coi_maybe.id'))}`;
}

const OUTSIDE_ROLES: readonly string[] = ['applicant', 'participant'];

/** The actor with only what they hold for the agency. */
export function staffSide(actor: Actor): Actor {
  if (actor.kind !== 'person') return actor;
  return { ...actor, grants: actor.grants.filter((grant) => !OUTSIDE_ROLES.includes(grant.role)) };
}

/** The actor with only what they hold as a member of an applicant. */
export function applicantSide(actor: Actor): Actor {
  if (actor.kind !== 'person') return actor;
  return { ...actor, grants: actor.grants.filter((grant) => grant.role === 'applicant') };
}
