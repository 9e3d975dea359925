/** Several reads that see the same moment, so that the rows of a report add up to its total while money moves. */
import type { Database } from '../../platform/database/database.js';
import type { Queryable } from '../../platform/database/work.js';

export async function inSnapshot<T>(db: Database, run: (from: Queryable) => Promise<T>): Promise<T> {
  const client = await db.readPool.connect();
  let failed = true;
  try {
    await client.query('begin isolation level repeatable read read only');
    const answer = await run({
      query: async (query) => {
        const { text, values } = query.compile();
        return (await client.query(text, values)).rows;
      },
    });
    await client.query('commit');
    failed = false;
    return answer;
  } finally {
    // A connection that failed halfway is not used again.
    client.release(failed);
  }
}
