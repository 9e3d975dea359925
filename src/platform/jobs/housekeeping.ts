/** Housekeeping: takes away what nobody can use any more, so that it does not grow for ever. */
import { systemActor } from '../../kernel/actor.js';
import type { Database } from '../database/database.js';
import { rawSql, type Sql, sql } from '../database/sql.js';

/** How often the worker does it. */
export const HOUSEKEEPING_MILLISECONDS = 3_600_000;
/** So many rows in one work: nobody who signs in meanwhile waits for the sweeping of a year. */
export const PIECE = 1_000;

/** What a feature takes away of its own. Safe to run anywhere, any number of times. */
export interface Housekeeper {
  sweep(): Promise<unknown>;
}

export interface Swept {
  /** A table of ours. */
  readonly table: string;
  /** Which rows, `t` being the table. */
  readonly where: Sql;
  /** What they become, so that `where` finds them no more; they go when absent. */
  readonly set?: Sql;
}

/** Sweeps piece by piece, each in a work of its own; rows that somebody works on wait for the next time. */
export async function sweepRows(db: Database, { table, where, set }: Swept): Promise<number> {
  const piece = sql`select t.ctid from ${rawSql(table)} t where ${where} limit ${PIECE} for update of t skip locked`;
  const what = set === undefined ? sql`delete from ${rawSql(table)}` : sql`update ${rawSql(table)} set ${set}`;
  const statement = sql`${what} where ctid = any(array(${piece})) returning 1`;
  let count = 0;
  for (;;) {
    const { length } = await db.work(systemActor('housekeeping'), (work) => work.query(statement));
    count += length;
    if (length < PIECE) return count;
  }
}

/** Sessions that ran out, and keys of requests that nobody will repeat. Safe to run anywhere, any number of times. */
export async function keepHouse(db: Database, others: readonly Housekeeper[] = []): Promise<void> {
  const { now } = db;
  await sweepRows(db, { table: 'web_sessions', where: sql`t.expire < ${now}` });
  await sweepRows(db, {
    table: 'idempotency_keys',
    where: sql`t.created_at < ${now}::timestamptz - interval '7 days' and t.route <> 'demo'`,
  });
  for (const each of others) await each.sweep();
}
