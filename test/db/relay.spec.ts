import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createOutboxLoop } from '../../src/application.js';
import { systemActor } from '../../src/kernel/actor.js';
import type { Config } from '../../src/platform/config/config.js';
import { CONFIG, LOGGER } from '../../src/platform/config/tokens.js';
import { sql } from '../../src/platform/database/sql.js';
import type { OutboxLoop } from '../../src/platform/jobs/drainer.js';
import { Relay } from '../../src/platform/jobs/relay.js';
import { MailDelivery } from '../../src/platform/mail/mail.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { openWorld, type World } from '../support/world.js';
import { until } from '../support/until.js';

const SYSTEM = systemActor('test');

let redis: TestRedis;
let world: World;
let workers: OutboxLoop[] = [];

beforeAll(async () => {
  redis = await startRedis();
  world = await openWorld();
});
afterAll(async () => {
  await world?.close();
  await redis?.stop();
});
beforeEach(() => world.db.work(SYSTEM, (work) => work.query(sql`delete from outbox`)));
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  jest.restoreAllMocks();
});

/** As a worker process with `REDIS_URL` has it. */
async function worker(): Promise<OutboxLoop> {
  const config = { ...world.app.get<Config>(CONFIG, { strict: false }), redisUrl: redis.url };
  const made = await createOutboxLoop(world.app, {
    config,
    logger: world.app.get(LOGGER, { strict: false }),
    clock: world.clock,
    databaseUrl: world.database.appUrl,
    setRole: false,
  });
  expect(made).toBeInstanceOf(Relay);
  workers.push(made);
  return made;
}

const queue = (count: number): Promise<void> =>
  world.db.work(SYSTEM, async (work) => {
    for (let number = 1; number <= count; number += 1) work.queue('mail.deliver', { number });
  });

async function counts(): Promise<{ done: number; all: number }> {
  const [row] = await world.db.query<{ done: number; all: number }>(
    sql`select count(done_at)::int as done, count(*)::int as all from outbox`,
  );
  return row ?? { done: 0, all: 0 };
}

function countRuns(
  handle: (id: string, attempt: number) => Promise<void> | void = () => undefined,
): Map<string, number> {
  const runs = new Map<string, number>();
  jest.spyOn(world.get(MailDelivery), 'handle').mockImplementation(async (_payload, job) => {
    runs.set(job.id, (runs.get(job.id) ?? 0) + 1);
    await handle(job.id, job.attempt);
  });
  return runs;
}

describe('workers that share Redis', () => {
  it('run each job once between them', async () => {
    const runs = countRuns();
    (await worker()).start();
    (await worker()).start();
    await queue(60);
    await until(async () => (await counts()).done === 60);
    expect([...runs.values()]).toEqual(Array.from({ length: 60 }, () => 1));
  });

  it('try a job again that failed, when its time has come', async () => {
    const runs = countRuns((_id, attempt) => {
      if (attempt === 1) throw new Error('Not yet');
    });
    (await worker()).start();
    await queue(1);
    await until(async () => {
      const row = await world.db.find<{ failed: boolean }>(
        sql`select last_error is not null and locked_until is null as failed from outbox`,
      );
      return row?.failed === true;
    });
    world.clock.advance(60_000);
    await world.db.work(SYSTEM, (work) => work.query(sql`notify outbox`));
    await until(async () => (await counts()).done === 1);
    expect([...runs.values()]).toEqual([2]);
  });

  it('lose nothing when Redis is killed and forgets all it had', async () => {
    const runs = countRuns();
    (await worker()).start();
    await redis.kill();
    await queue(30);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await counts()).toEqual({ done: 0, all: 30 });
    await redis.start();
    // What was handed to the Redis that died is handed on again when its time is over.
    await world.db.work(SYSTEM, (work) =>
      work.query(sql`update outbox set relayed_at = relayed_at - interval '10 minutes' where done_at is null`),
    );
    await until(async () => (await counts()).done === 30);
    expect([...runs.values()].every((count) => count === 1)).toBe(true);
  });

  it('leave a job to the one that has it, also when it is delivered twice', async () => {
    const runs = countRuns(() => new Promise((resolve) => setTimeout(resolve, 600)));
    (await worker()).start();
    (await worker()).start();
    await queue(1);
    await until(async () => runs.size === 1);
    await world.db.work(SYSTEM, (work) => work.query(sql`update outbox set relayed_at = null`));
    await queue(1);
    await until(async () => (await counts()).done === 2);
    expect([...runs.values()]).toEqual([1, 1]);
  });
});
