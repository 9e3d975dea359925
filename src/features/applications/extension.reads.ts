/** Which applicants have more time than their round. */
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { BODY_MINUTES, type Extension } from './extension.rules.js';

/** The extension in force of each application that has one: the last that was given. */
export async function extensionsOf(from: Queryable, ids: readonly string[]): Promise<Map<string, Extension>> {
  const rows = await from.query<{ id: string; dueAt: Date }>(sql`
    select distinct on (application_id) application_id as id, due_after as "dueAt" from application_extensions
    where application_id = any(${[...ids]}::uuid[]) order by application_id, created_at desc, id desc`);
  return new Map(rows.map(({ id, dueAt }) => [id, { dueAt }]));
}

export async function extensionOf(from: Queryable, id: string): Promise<Extension | undefined> {
  return (await extensionsOf(from, [id])).get(id);
}

/**
 * True for applications, known by this alias, whose own time still runs, with what can still be on its way. `alias` is
 * trusted text of ours.
 */
export function moreTime(alias: string, at: Date): Sql {
  const a = rawSql(alias);
  return sql`exists (select from application_extensions own_time join rounds own_round on own_round.id = ${a}.round_id
    where own_time.application_id = ${a}.id
      and own_time.due_after + make_interval(mins => own_round.grace_minutes + ${BODY_MINUTES}) >= ${at}::timestamptz)`;
}

/** `(select … as due_at)` for a lateral join: when an application is due to its applicant. Aliases are text of ours. */
export function ownDue(application: string, round: string): Sql {
  return sql`(select greatest(${rawSql(round)}.due_at, (select max(own_time.due_after) from application_extensions own_time
    where own_time.application_id = ${rawSql(application)}.id)) as due_at)`;
}
