/** startTestServer: the one PostgreSQL of a test run, with a template database that every test file copies. */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { APP_ROLE, type EmbeddedServer, OWNER_ROLE, startEmbedded } from '../../src/platform/database/embedded.js';
import { migrate } from '../../src/platform/database/migrate.js';

export interface TestServer {
  stop(): Promise<void>;
}

export const TEMPLATE = 'granary_template';
const FOLDER = 'granary-test-';

export async function startTestServer(options: { readonly durable: boolean }): Promise<TestServer> {
  sweep();
  const stateDir = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  // The server's own user must be able to pass through.
  chmodSync(stateDir, 0o755);
  const remove = (): void => rmSync(stateDir, { recursive: true, force: true });
  try {
    const server = await openServer(stateDir, options.durable);
    try {
      await makeTemplate(server.adminUrl, server.ownerUrl);
    } catch (error) {
      await server.stop();
      throw error;
    }
    // Environment variables are what jest's workers inherit.
    const { TEST_ADMIN_URL, TEST_OWNER_URL, TEST_APP_URL } = process.env;
    Object.assign(process.env, {
      TEST_ADMIN_URL: server.adminUrl,
      TEST_OWNER_URL: server.ownerUrl,
      TEST_APP_URL: server.appUrl,
    });
    return {
      stop: async () => {
        // A file that had a server of its own leaves its worker to files that share one.
        for (const [name, value] of Object.entries({ TEST_ADMIN_URL, TEST_OWNER_URL, TEST_APP_URL })) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
        await server.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

type Server = Pick<EmbeddedServer, 'adminUrl' | 'ownerUrl' | 'appUrl' | 'stop'>;

/** The embedded server; or the one of `TEST_SERVER_URL`, a superuser's address, to test with another version. */
async function openServer(stateDir: string, durable: boolean): Promise<Server> {
  const given = process.env['TEST_SERVER_URL'];
  if (given === undefined) return startEmbedded({ stateDir, log: say, durable });
  const password = randomBytes(24).toString('hex');
  const urlOf = (role: string): string => {
    const url = new URL(given);
    return Object.assign(url, { username: role, password }).href;
  };
  const admin = new Client({ connectionString: given });
  await admin.connect();
  try {
    await admin.query(`drop database if exists ${TEMPLATE} with (force)`);
    for (const role of [OWNER_ROLE, APP_ROLE]) {
      const found = await admin.query('select from pg_roles where rolname = $1', [role]);
      await admin.query(`${found.rowCount === 0 ? 'create' : 'alter'} role ${role} login password '${password}'`);
    }
  } finally {
    await admin.end();
  }
  return { adminUrl: given, ownerUrl: urlOf(OWNER_ROLE), appUrl: urlOf(APP_ROLE), stop: async () => undefined };
}

async function makeTemplate(adminUrl: string, ownerUrl: string): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`create database ${TEMPLATE} owner ${OWNER_ROLE}`);
    const template = new URL(ownerUrl);
    template.pathname = `/${TEMPLATE}`;
    await migrate(template.href);
    // A connection to it would keep others from copying it.
    await admin.query(`alter database ${TEMPLATE} with allow_connections false`);
  } finally {
    await admin.end();
  }
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** Removes what runs that were killed left behind; the folder's name says whose it was. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(FOLDER))) {
    const pid = Number(name.slice(FOLDER.length).split('-')[0]);
    try {
      process.kill(pid, 0);
    } catch {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}
