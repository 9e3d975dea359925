/** What tests share that kill what they watch: workers of their own, a wait that outlives a dead server, its death. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Config } from '../../src/platform/config/config.js';
import { CONFIG } from '../../src/platform/config/tokens.js';
import { ROOT } from './sources.js';
import type { World } from './world.js';

/** One statement on a connection of its own, which may be refused while the server dies or comes back. */
export async function ask(connectionString: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Workers of the product, as it was built, in processes of their own: they start as quickly as they will for real. */
export class Workers {
  private readonly running = new Set<ChildProcess>();
  private readonly complaints: string[] = [];

  constructor(private readonly world: World) {}

  start(own: NodeJS.ProcessEnv = {}): ChildProcess {
    const { world } = this;
    const child = spawn(process.execPath, [join(ROOT, 'dist/run/worker.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        // The keys that the database is sealed with lie there.
        DATA_DIR: world.app.get<Config>(CONFIG, { strict: false }).dataDir,
        PUBLIC_URL: 'http://granary.test',
        SESSION_SECRET: 'a secret of tests that is long enough',
        LOG_LEVEL: 'warn',
        DATABASE_URL: world.database.appUrl,
        DATABASE_OWNER_URL: world.database.ownerUrl,
        ...own,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.complaints.push(chunk.toString()));
    }
    this.running.add(child);
    // As `npm start` does: a worker that ended by itself, since its database died while it started, is followed by another.
    child.once('exit', (code) => {
      if (this.running.delete(child) && code !== null) this.start(own);
    });
    return child;
  }

  async killAll(): Promise<void> {
    const all = [...this.running];
    this.running.clear();
    for (const child of all) await kill(child);
  }

  /** Waits for what these bring about, whatever dies meanwhile; `hurry` is done each second. */
  async until(isSo: () => Promise<boolean>, hurry: () => Promise<unknown> = async () => undefined): Promise<void> {
    const end = performance.now() + 240_000;
    let hurried = performance.now();
    // A question put to a server that dies may never be answered: it is put again.
    const asked = (): Promise<boolean> =>
      Promise.race([isSo().catch(() => false), sleep(30_000, false, { ref: false })]);
    while (!(await asked())) {
      if (performance.now() > end) {
        throw new Error(`It did not come to be in time. ${this.complaints.join('').slice(-3000)}`);
      }
      if (performance.now() - hurried > 1000) {
        await hurry().catch(() => undefined);
        hurried = performance.now();
      }
      await sleep(50);
    }
  }

  /**
   * Kills PostgreSQL hard and waits until it has come back: the first time the server itself, which Granary starts again,
   * but only a few times in an hour; then the process of a connection, at which the server ends all and recovers.
   */
  async killPostgres(number: number): Promise<void> {
    const asAdmin = (statement: string): Promise<Record<string, unknown>[]> =>
      ask(this.world.database.adminUrl, statement);
    const serverPid = async (): Promise<number> => {
      const [row] = await asAdmin(`select pg_read_file('postmaster.pid') as lines`);
      return parseInt(String(row?.['lines']), 10);
    };
    const server = await serverPid();
    if (number === 0) {
      process.kill(server, 'SIGKILL');
      await this.until(async () => (await serverPid()) !== server);
      return;
    }
    const connections = `select pid from pg_stat_activity where usename = 'granary_app' order by random() limit 1`;
    const [row] = await asAdmin(connections);
    if (row === undefined) return;
    const pid = Number(row['pid']);
    process.kill(pid, 'SIGKILL');
    const isGone = `select 1 as gone where not exists (select from pg_stat_activity where pid = ${pid})`;
    await this.until(async () => (await asAdmin(isGone)).length === 1);
  }
}
