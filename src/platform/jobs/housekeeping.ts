/** Housekeeping: takes away what nobody can use any more, so that it does not grow for ever. */
import { systemActor } from '../../kernel/actor.js';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';

/** How often the worker does it. */
export const HOUSEKEEPING_MILLISECONDS = 3_600_000;

/** What a feature takes away of its own. Safe to run anywhere, any number of times. */
export interface Housekeeper {
  sweep(): Promise<unknown>;
}

/** Sessions that ran out, and keys of requests that nobody will repeat. Safe to run anywhere, any number of times. */
export async function keepHouse(db: Database, others: readonly Housekeeper[] = []): Promise<void> {
  await db.work(systemActor('housekeeping'), async (work) => {
    await work.query(sql`delete from web_sessions where expire < ${work.now}`);
    await work.query(
      sql`delete from idempotency_keys where created_at < ${work.now}::timestamptz - interval '7 days' and route <> 'demo'`,
    );
  });
  for (const each of others) await each.sweep();
}
