/** Who stands as administrator, and the rule that there is always one who can grant a role again. */
import { conflict } from '../../kernel/errors.js';
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { grantInForce } from './grants.js';

export interface StandingAdministrator {
  readonly id: string;
  readonly name: string;
}

/** The administrators whose role holds on this day and whose account is open and has been used, by name. */
export async function standingAdministrators(from: Queryable, on: string): Promise<StandingAdministrator[]> {
  return from.query<StandingAdministrator>(sql`
    select p.id, p.name from persons p join accounts a on a.person_id = p.id
    where a.disabled_at is null and ${accountUsed('a')} and exists (
      select from role_grants g where g.person_id = p.id and g.role = 'administrator' and ${grantInForce('g', on)})
    order by lower(p.name), p.id`);
}

/** True for a row of `accounts`, known by this alias, that somebody can sign in with and has made theirs. */
export function accountUsed(alias: string): Sql {
  const a = rawSql(alias);
  // Where sessions are kept comes after this feature; that there was one is all that is asked.
  return sql`(${a}.passphrase_hash is not null
    or exists (select from account_sessions used where used.account_id = ${a}.id))`;
}

/** Steps that make or end administrators are taken one after another, so that two cannot pass each other. */
export async function lockAdministrators(work: Work): Promise<void> {
  await work.query(sql`select pg_advisory_xact_lock(hashtext('role.administrators'))`);
}

/** Refuses what would leave no administrator beside this person: nobody could ever grant a role again. */
export async function requireAnotherAdministrator(work: Work, personId: string): Promise<void> {
  await lockAdministrators(work);
  const standing = await standingAdministrators(work, work.today);
  if (standing.every(({ id }) => id === personId)) throw conflict('role.last_administrator');
}
