/**
 * A message to a hundred and twenty, while what sends it is killed hard in the middle: the worker, then PostgreSQL. Afterwards
 * each application has it once, with its mail, and the list says what became of each. The database is this file's own.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { Broadcasts } from '../../src/features/screening/index.js';
import type { PersonActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import type { Config } from '../../src/platform/config/config.js';
import { CONFIG } from '../../src/platform/config/tokens.js';
import { sql } from '../../src/platform/database/sql.js';
import { type MadeApplication, submittedApplication } from '../factories/applications.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { ROOT } from '../support/sources.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { openWorld, type World } from '../support/world.js';

// Only for a machine that is busy beyond measure: nothing here waits longer than it must.
jest.setTimeout(600_000);

const RECIPIENTS = 120;
const KILLS = 2;

let server: TestServer;
let world: World;
let round: MadeRound;
let boss: PersonActor;
let first: MadeApplication;
let workers: ChildProcess[] = [];
const complaints: string[] = [];
let isRunning = false;

beforeAll(async () => {
  spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' });
  server = await startTestServer({ durable: true });
  world = await openWorld();
  round = await publishedRound(world);
  boss = await world.actor('program_officer', { scopeKind: 'fund', scopeId: round.fundId });
  first = await submittedApplication(world, { roundId: round.roundId, requested: Money.parse('10000') });
  // One made by its use case, and the others after its picture: what is attacked is the sending.
  await asOwner(`insert into applications select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(),
      'number', a.number || '-' || n, 'receipt_number', a.receipt_number || '-' || n))).*
    from applications a, generate_series(2, ${RECIPIENTS}) n where a.id = '${first.applicationId}'`);
});

afterAll(async () => {
  await world?.close();
  await server?.stop();
});

beforeEach(async () => {
  isRunning = true;
  complaints.length = 0;
  await asOwner('delete from outbox');
  await asOwner('delete from mails');
});

afterEach(async () => {
  isRunning = false;
  for (const worker of workers) await kill(worker);
  workers = [];
});

const asOwner = (statement: string): Promise<Record<string, unknown>[]> => ask(world.database.ownerUrl, statement);
const asAdmin = (statement: string): Promise<Record<string, unknown>[]> => ask(world.database.adminUrl, statement);

async function ask(connectionString: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** The worker of the product, as it was built, in a process of its own. */
function startWorker(): void {
  const child = spawn(process.execPath, [join(ROOT, 'dist/run/worker.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      DATA_DIR: world.app.get<Config>(CONFIG, { strict: false }).dataDir,
      PUBLIC_URL: 'http://granary.test',
      SESSION_SECRET: 'a secret of tests that is long enough',
      LOG_LEVEL: 'warn',
      DATABASE_URL: world.database.appUrl,
      DATABASE_OWNER_URL: world.database.ownerUrl,
    },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  }
  // As `npm start` does: a worker that ended by itself, since its database died while it started, is followed by another.
  child.once('exit', (code) => {
    if (code !== null && isRunning) startWorker();
  });
  workers.push(child);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 240_000;
  let hurried = Date.now();
  // A question put to a server that dies may never be answered: it is put again.
  const asked = (): Promise<boolean> => Promise.race([isSo().catch(() => false), sleep(30_000, false, { ref: false })]);
  while (!(await asked())) {
    if (Date.now() > end) throw new Error(`It did not come to be in time. ${complaints.join('').slice(-3000)}`);
    if (Date.now() - hurried > 1000) {
      await letTimePass().catch(() => undefined);
      hurried = Date.now();
    }
    await sleep(100);
  }
}

/** The leases of the dead run out, and nobody waits before the next try. */
const letTimePass = (): Promise<unknown> =>
  asOwner(`update outbox set available_at = least(available_at, created_at),
    locked_until = case when locked_until < clock_timestamp() + interval '80 seconds'
      then clock_timestamp() - interval '1 second' else locked_until end where done_at is null`);

async function settled(id: string): Promise<number> {
  const [row] = await asOwner(
    `select count(*)::int as count from broadcast_items where broadcast_id = '${id}' and outcome <> 'waiting'`,
  );
  return Number(row?.['count']);
}

/** Somewhere in the middle of each stretch of the list. */
async function moment(id: string, number: number): Promise<void> {
  const stretch = RECIPIENTS / (KILLS + 1);
  const at = Math.floor(stretch * number + Math.random() * stretch * 0.7) + 1;
  await until(async () => (await settled(id)) >= at);
  await sleep(Math.random() * 30);
}

/** Sent to the list as it was looked at. */
async function send(title: string): Promise<string> {
  const broadcasts = world.get(Broadcasts);
  const { id } = await broadcasts.create(boss, {
    ...{ roundId: round.roundId, states: ['submitted'], title, body: 'For {organization}.' },
  });
  const { count, list } = await broadcasts.preview(boss, await broadcasts.get(boss, id));
  expect(count).toBe(RECIPIENTS);
  await broadcasts.send(boss, id, { count, list });
  return id;
}

/** Each once, with one mail for one message, and the row of the list says the same. */
async function expectEachOnce(id: string): Promise<void> {
  await until(async () => (await world.get(Broadcasts).get(boss, id)).state === 'sent');
  await until(async () => (await asOwner('select 1 from outbox where done_at is null')).length === 0);
  const rows = await world.db.query<{ outcome: string; own: boolean; messages: number }>(sql`
    select i.outcome, m.id is not null as own, (select count(*)::int from conversation_messages every
      join conversations c on c.id = every.conversation_id where c.subject_id = i.application_id
        and every.via = 'broadcast' and every.title = b.title) as messages
    from broadcast_items i join broadcasts b on b.id = i.broadcast_id left join conversation_messages m on m.id = i.message_id
    where i.broadcast_id = ${id}`);
  expect(rows).toHaveLength(RECIPIENTS);
  const wrong = rows.filter(({ outcome, own, messages }) => outcome !== 'sent' || !own || messages !== 1);
  expect(wrong).toEqual([]);
  const counted = await world.get(Broadcasts).get(boss, id);
  expect(counted).toMatchObject({ state: 'sent', sent: RECIPIENTS, skipped: 0 });
  const mails = await asOwner(`select count(*)::int as mails, count(distinct message_id)::int as different from mails`);
  expect(mails).toEqual([{ mails: RECIPIENTS, different: RECIPIENTS }]);
  const failed = await asOwner('select topic, last_error from outbox where failed_at is not null');
  expect(failed).toEqual([]);
}

async function serverPid(): Promise<number> {
  const [row] = await asAdmin(`select pg_read_file('postmaster.pid') as lines`);
  return parseInt(String(row?.['lines']), 10);
}

/** Once the server itself, which Granary starts again; then the process of a connection, at which the server ends all. */
async function killPostgres(number: number): Promise<void> {
  const pid = await serverPid();
  if (number === 0) {
    process.kill(pid, 'SIGKILL');
    await until(async () => (await serverPid()) !== pid);
    return;
  }
  const [row] = await asAdmin(
    `select pid from pg_stat_activity where usename = 'granary_app' order by random() limit 1`,
  );
  if (row === undefined) return;
  process.kill(Number(row['pid']), 'SIGKILL');
  const isGone = `select 1 where not exists (select from pg_stat_activity where pid = ${Number(row['pid'])})`;
  await until(async () => (await asAdmin(isGone)).length === 1);
}

describe('a message to many', () => {
  it('is sent to each once, while the worker is killed in the middle', async () => {
    const id = await send('News of a worker');
    startWorker();
    for (let number = 0; number < KILLS; number += 1) {
      await moment(id, number);
      const [last] = workers.slice(-1);
      if (last !== undefined) await kill(last);
      expect(await settled(id)).toBeLessThan(RECIPIENTS);
      await asOwner(`update outbox set locked_until = clock_timestamp() - interval '1 second' where done_at is null`);
      startWorker();
    }
    await expectEachOnce(id);
  });

  it('is sent to each once, while PostgreSQL is killed in the middle', async () => {
    const id = await send('News of a database');
    startWorker();
    for (let number = 0; number < KILLS; number += 1) {
      await moment(id, number);
      await killPostgres(number);
      await until(
        async () =>
          (
            await asOwner(`update outbox set locked_until = clock_timestamp() - interval '1 second'
        where done_at is null returning id`)
          ).length >= 0,
      );
    }
    await expectEachOnce(id);
  });
});
