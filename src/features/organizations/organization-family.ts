/**
 * Families: an organization and those that were merged into it. What happened under a merged one stays under it; whoever
 * acts for the one that is left acts for all of them, so that nothing it did falls out of sight.
 */
import { conflict } from '../../kernel/errors.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';

/** The one that is left: itself, or the one it was merged into. */
export async function leftOf(from: Queryable, id: string): Promise<string> {
  const [row] = await from.query<{ id: string }>(
    sql`select coalesce(merged_into_id, id) as id from organizations where id = ${id}`,
  );
  return row?.id ?? id;
}

/** All of its family by id, itself first. */
export async function familyOf(from: Queryable, id: string): Promise<string[]> {
  const left = await leftOf(from, id);
  const rows = await from.query<{ id: string }>(
    sql`select id from organizations where merged_into_id = ${left} order by id`,
  );
  return [left, ...rows.map((row) => row.id)];
}

/** Whether a row's organization is of the family of this one. */
export const ofFamily = (column: Sql, id: string): Sql => sql`${column} in (
  select kin.id from organizations own join organizations kin
    on coalesce(kin.merged_into_id, kin.id) = coalesce(own.merged_into_id, own.id)
  where own.id = ${id})`;

/** Refuses to change what was merged: the one that is left is changed instead. */
export function refuseMerged({ mergedIntoId }: { readonly mergedIntoId: string | null }): void {
  if (mergedIntoId !== null) throw conflict('organization.merged');
}
