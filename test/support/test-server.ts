/** startTestServer: the one PostgreSQL of a test run, with a template database that every test file copies. */
import 'reflect-metadata';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { OWNER_ROLE, startEmbedded } from '../../src/platform/database/embedded.js';
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
    const server = await startEmbedded({ stateDir, log: say, durable: options.durable });
    try {
      await makeTemplate(server.adminUrl, server.ownerUrl);
    } catch (error) {
      await server.stop();
      throw error;
    }
    // Environment variables are what jest's workers inherit.
    process.env['TEST_ADMIN_URL'] = server.adminUrl;
    process.env['TEST_OWNER_URL'] = server.ownerUrl;
    process.env['TEST_APP_URL'] = server.appUrl;
    return {
      stop: async () => {
        await server.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
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
