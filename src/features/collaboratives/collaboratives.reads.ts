/** What is read and locked of collaboratives by more than one use case. */
import { forbidden, notFound } from '../../kernel/errors.js';
import type { Subject } from '../../kernel/policy.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Collaborative, CollaborativeYear, Team } from './collaborative.entity.js';
import type { SeatRole } from './collaborative.words.js';

/** What the policy looks at, for a collaborative and for everything within it. */
export const collaborativeSubject = (collaborative: { readonly id: string; readonly fundId: string }): Subject => ({
  scopes: { collaborative: collaborative.id, fund: collaborative.fundId },
});

export interface LockedYear {
  readonly collaborative: Collaborative;
  readonly year: CollaborativeYear;
}

export interface LockedTeam extends LockedYear {
  readonly team: Team;
}

export interface RuleLine {
  readonly label: string;
  readonly roles: readonly SeatRole[];
  readonly atLeast: number;
  readonly atMost: number | null;
}

function requireWithin(work: Work, collaborative: Collaborative, permission: string): void {
  const subject = collaborativeSubject(collaborative);
  if (!work.policy.can(work.actor, 'collaborative.read', subject)) throw notFound('thing.not_found');
  if (!work.policy.can(work.actor, permission, subject)) {
    throw forbidden('permission.missing', { params: { permission } });
  }
}

/** The collaborative for update: 404 for who may not see it, 403 for who may not do this in it. */
export async function lockCollaborative(work: Work, id: string, permission: string): Promise<Collaborative> {
  const collaborative = await work.lockOne(Collaborative, id);
  requireWithin(work, collaborative, permission);
  return collaborative;
}

/** The year for update, and the collaborative it is of. Seats and convenings of a year are made one after another. */
export async function lockYear(work: Work, id: string, permission: string): Promise<LockedYear> {
  const year = await work.lockOne(CollaborativeYear, id);
  const collaborative = await findCollaborative(work, year.collaborativeId);
  if (collaborative === undefined) throw notFound('thing.not_found');
  requireWithin(work, collaborative, permission);
  return { collaborative, year };
}

/** The team with its year, both for update. */
export async function lockTeam(work: Work, id: string, permission: string): Promise<LockedTeam> {
  const [found] = await work.query<{ yearId: string }>(sql`select year_id as "yearId" from teams where id = ${id}`);
  if (found === undefined) throw notFound('thing.not_found');
  const locked = await lockYear(work, found.yearId, permission);
  return { ...locked, team: await work.lockOne(Team, id) };
}

export async function findCollaborative(from: Queryable, id: string): Promise<Collaborative | undefined> {
  const [row] = await from.query<Collaborative>(sql`
    select id, version, created_at as "createdAt", name, short_name as "shortName", fund_id as "fundId",
           pool_id as "poolId", team_at_least as "teamAtLeast", team_at_most as "teamAtMost",
           teams_at_most as "teamsAtMost"
    from collaboratives where id = ${id}`);
  return row;
}

export async function findYear(from: Queryable, id: string): Promise<CollaborativeYear | undefined> {
  const [row] = await from.query<CollaborativeYear>(sql`
    select id, version, created_at as "createdAt", collaborative_id as "collaborativeId", name, starts_on as "startsOn",
           ends_on as "endsOn"
    from collaborative_years where id = ${id}`);
  return row;
}

/** The composition rule, line by line. */
export async function readRules(from: Queryable, collaborativeId: string): Promise<RuleLine[]> {
  return from.query<RuleLine>(sql`
    select label, roles, at_least as "atLeast", at_most as "atMost" from seat_rules
    where collaborative_id = ${collaborativeId} order by position`);
}
