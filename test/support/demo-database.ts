/** createDemoDatabase: a copy of the whole demonstration, which is made once in a run, by whoever needs it first. */
import { Client } from 'pg';
import { copyDatabase, type TestDatabase, urlFor } from './database.js';

/** A day after the made-up part of the demonstration begins. */
export const DEMO_TODAY = new Date('2026-03-10T19:00:00Z');
export const DEMO_PASSPHRASE = 'walnut harbor violin march';

/** A copy is read with the keys that the first was written with. */
export const DEMO_KEYS = {
  SECRET_KEYS: `1:${Buffer.alloc(32, 'demonstration').toString('base64')}`,
  FINGERPRINT_KEY: Buffer.alloc(32, 'fingerprints').toString('base64'),
};

const TEMPLATE = 'granary_demonstration';
const IN_THE_MAKING = 'granary_demonstration_in_the_making';
const LOCK = 1_790_002_026;

/** `make` fills a migrated database and leaves no connection to it behind. */
export async function createDemoDatabase(make: (database: TestDatabase) => Promise<void>): Promise<TestDatabase> {
  const client = new Client({ connectionString: urlFor('TEST_ADMIN_URL', 'postgres') });
  await client.connect();
  try {
    // Whoever comes second waits for the first.
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const found = await client.query('select from pg_database where datname = $1', [TEMPLATE]);
    if (found.rowCount === 0) {
      await client.query(`drop database if exists ${IN_THE_MAKING} with (force)`);
      await make(await copyDatabase('granary_template', IN_THE_MAKING));
      await client.query(`alter database ${IN_THE_MAKING} rename to ${TEMPLATE}`);
      await client.query(`alter database ${TEMPLATE} with allow_connections false`);
    }
  } finally {
    await client.end();
  }
  return copyDatabase(TEMPLATE);
}
