/**
 * A message to a hundred and twenty, while what sends it is killed hard in the middle: the worker, then PostgreSQL. Afterwards
 * each application has it once, with its mail, and the list says what became of each. The database is this file's own.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Broadcasts } from '../../src/features/screening/index.js';
import type { PersonActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { type MadeApplication, submittedApplication } from '../factories/applications.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { ask, Workers } from '../support/killing.js';
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
let workers: Workers;

beforeAll(async () => {
  spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' });
  server = await startTestServer({ durable: true });
  world = await openWorld();
  workers = new Workers(world);
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
  await asOwner('delete from outbox');
  await asOwner('delete from mails');
});

afterEach(async () => {
  await workers?.killAll();
});

const asOwner = (statement: string): Promise<Record<string, unknown>[]> => ask(world.database.ownerUrl, statement);

const until = (isSo: () => Promise<boolean>): Promise<void> => workers.until(isSo, letTimePass);

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

describe('a message to many', () => {
  it('is sent to each once, while the worker is killed in the middle', async () => {
    const id = await send('News of a worker');
    workers.start();
    for (let number = 0; number < KILLS; number += 1) {
      await moment(id, number);
      await workers.killAll();
      expect(await settled(id)).toBeLessThan(RECIPIENTS);
      await asOwner(`update outbox set locked_until = clock_timestamp() - interval '1 second' where done_at is null`);
      workers.start();
    }
    await expectEachOnce(id);
  });

  it('is sent to each once, while PostgreSQL is killed in the middle', async () => {
    const id = await send('News of a database');
    workers.start();
    for (let number = 0; number < KILLS; number += 1) {
      await moment(id, number);
      await workers.killPostgres(number);
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
