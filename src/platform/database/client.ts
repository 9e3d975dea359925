/** Connections of commands: reads and writes on one connection of its own, told like any other query. */
import pg from 'pg';
import { type Sql, sql } from './sql.js';
import type { Queryable } from './work.js';

/** What a command has instead of a work. */
export interface ClientWork extends Queryable {
  readonly now: Date;
}

/** Each statement by itself. `now` is the clock's moment, which a command cannot ask the application for. */
export async function withConnection<T>(url: string, now: Date, run: (work: ClientWork) => Promise<T>): Promise<T> {
  const options = '-c timezone=UTC';
  const client = new pg.Client({ connectionString: url, application_name: 'granary-command', options });
  await client.connect();
  try {
    return await run({
      now,
      async query<R>(query: Sql): Promise<R[]> {
        const { text, values } = query.compile();
        return (await client.query(text, values)).rows as R[];
      },
    });
  } finally {
    await client.end();
  }
}

/** All statements in one transaction. */
export async function withClient<T>(url: string, now: Date, run: (work: ClientWork) => Promise<T>): Promise<T> {
  return withConnection(url, now, async (work) => {
    await work.query(sql`begin`);
    const answer = await run(work);
    // Without it, the end of the connection takes back what was written.
    await work.query(sql`commit`);
    return answer;
  });
}
