/** createTestDatabase: a migrated database of its own for one test file, copied from the run's template. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { OWNER_ROLE } from '../../src/platform/database/embedded.js';

export interface TestDatabase {
  readonly name: string;
  /** The application's login: what the product itself connects as. */
  readonly appUrl: string;
  /** The owner of the tables, for what only migrations and backups do. */
  readonly ownerUrl: string;
  /** The superuser, for looking in from outside. */
  readonly adminUrl: string;
  /** Removes the database and ends whatever is still connected to it. */
  drop(): Promise<void>;
}

/** `empty` gives a database that no migration has touched. */
export async function createTestDatabase(options: { readonly empty?: boolean } = {}): Promise<TestDatabase> {
  return copyDatabase(options.empty === true ? 'template0' : 'granary_template');
}

/** A database like this one, under a name of its own unless one is given. */
export async function copyDatabase(
  template: string,
  name = `test_${process.pid}_${randomBytes(5).toString('hex')}`,
): Promise<TestDatabase> {
  await asAdmin(`create database ${name} owner ${OWNER_ROLE} template ${template} strategy wal_log`);
  return {
    name,
    appUrl: urlFor('TEST_APP_URL', name),
    ownerUrl: urlFor('TEST_OWNER_URL', name),
    adminUrl: urlFor('TEST_ADMIN_URL', name),
    drop: () => asAdmin(`drop database if exists ${name} with (force)`),
  };
}

async function asAdmin(statement: string): Promise<void> {
  const client = new Client({ connectionString: urlFor('TEST_ADMIN_URL', 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The address of a database of the run's server, by the setting that names whose login it is. */
export function urlFor(setting: string, database: string): string {
  const text = process.env[setting];
  if (text === undefined) throw new Error('No test server runs: this test belongs into a project with a database.');
  const url = new URL(text);
  url.pathname = `/${database}`;
  return url.href;
}
