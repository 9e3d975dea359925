/** What is known of conflicts of interest: recorded ones, and those the house finds live. */
import type { Actor } from '../../kernel/actor.js';
import type { Sentence } from '../../kernel/errors.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { ConflictBasis, ConflictLevel, ConflictType } from './conflict.entity.js';
import { applicantSide, foundConflicts, notConflicted, personNotConflicted } from './conflicts.scope.js';

export interface ConflictView {
  /** Nothing while it is only found and nobody has recorded it. */
  readonly id: string | null;
  readonly personId: string;
  readonly personName: string;
  readonly applicationId: string;
  readonly type: ConflictType;
  readonly level: ConflictLevel;
  readonly state: string;
  readonly note: string | null;
  /** The party by which it was found. */
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly basis: ConflictBasis | null;
}

const recorded = (where: Sql): Sql => sql`
  select c.id, c.person_id as "personId", p.name as "personName", c.application_id as "applicationId", c.type, c.level,
    c.state, c.note, c.organization_id as "organizationId", o.name as "organizationName", c.basis
  from conflicts c join persons p on p.id = c.person_id left join organizations o on o.id = c.organization_id
  where ${where}`;

/** Found and not recorded: `persons` gives the rows (id, name) that are looked at. */
const found = (persons: Sql, applicationId: string): Sql => sql`
  select null::uuid as id, p.id as "personId", p.name as "personName", ${applicationId}::uuid as "applicationId",
    'employer' as type, 'direct' as level, 'found' as state, null as note, f.organization_id as "organizationId",
    o.name as "organizationName", f.basis
  from (${persons}) p
    join lateral (${foundConflicts(rawSql('p.id'), sql`${applicationId}::uuid`)}) f on true
    join organizations o on o.id = f.organization_id
  where not exists (
    select from conflicts c where c.person_id = p.id and c.application_id = ${applicationId}
      and c.organization_id = f.organization_id and c.basis = f.basis)`;

/** People with a live role of the agency's side. */
export const agencyPeople: Sql = sql`
  select p.id, p.name from persons p where exists (
    select from role_grants g where g.person_id = p.id and g.role not in ('applicant', 'participant')
      and g.ended_at is null)`;

/** The direct conflict that keeps this person out of the application, if there is one. */
export async function directConflict(
  from: Queryable,
  personId: string,
  applicationId: string,
): Promise<ConflictView | undefined> {
  const [first] = await from.query<ConflictView>(sql`
    ${recorded(sql`c.person_id = ${personId} and c.application_id = ${applicationId} and c.level = 'direct'
      and c.state <> 'dismissed'`)}
    union all ${found(sql`select id, name from persons where id = ${personId}`, applicationId)}
    limit 1`);
  return first;
}

/**
 * The actor as they count for what came of one application: with all they hold, or, when a direct conflict stands between
 * them, with only what they hold as a member of an applicant. The one-thing twin of `notConflicted` in a list.
 */
export async function sideFor(from: Queryable, actor: Actor, applicationId: string): Promise<Actor> {
  if (actor.kind !== 'person') return actor;
  const [clear] = await from.query(sql`select 1 where ${notConflicted(actor, sql`${applicationId}::uuid`)}`);
  return clear === undefined ? applicantSide(actor) : actor;
}

/** Why this person does not enter things for the organization: a direct conflict in an application it takes part in. */
export async function conflictWith(
  from: Queryable,
  personId: string,
  organizationId: string,
): Promise<Sentence | undefined> {
  const [held] = await from.query(sql`
    select 1 from conflict_parties own where own.organization_id = ${organizationId}
      and not ${personNotConflicted(sql`${personId}::uuid`, rawSql('own.application_id'))} limit 1`);
  return held === undefined ? undefined : { code: 'assistance.conflict' };
}

/** All that is known of an application: recorded, dismissed ones too, and found among the agency's people. */
export async function conflictsOf(from: Queryable, applicationId: string): Promise<ConflictView[]> {
  return from.query<ConflictView>(sql`
    select * from (
      ${recorded(sql`c.application_id = ${applicationId}`)} union all ${found(agencyPeople, applicationId)}
    ) known order by "personName", "personId", type, basis`);
}

/** An application as this feature needs it, for those who may hear of it. */
export interface KnownApplication {
  readonly id: string;
  readonly number: string;
  readonly organizationName: string;
  readonly roundId: string;
  readonly fundId: string;
}

/** The one place where this feature looks at applications, which come after it. */
const known: Sql = sql`
  select a.id, a.number, o.name as "organizationName", a.round_id as "roundId", a.fund_id as "fundId"
  from applications a join organizations o on o.id = a.organization_id`;

export async function findApplication(from: Queryable, id: string): Promise<KnownApplication | undefined> {
  return (await from.query<KnownApplication>(sql`${known} where a.id = ${id}`))[0];
}

/** Submitted applications that fit the condition, and in which the actor has no direct conflict yet. */
export async function knownApplications(from: Queryable, actor: Actor, where: Sql): Promise<KnownApplication[]> {
  return from.query<KnownApplication>(
    sql`${known} where a.submitted_at is not null and ${where} and ${notConflicted(actor, rawSql('a.id'))}
        order by a.number, a.id limit 200`,
  );
}
