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
