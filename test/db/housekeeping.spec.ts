/** Housekeeping takes what is over piece by piece, and leaves what somebody works on for the next time. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemActor } from '../../src/kernel/actor.js';
import { sql } from '../../src/platform/database/sql.js';
import { PIECE, sweepRows } from '../../src/platform/jobs/housekeeping.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const OVER = { table: 'limit_counts', where: sql`t.ends_at <= '2015-01-01'` };
const left = async (): Promise<number> =>
  (await world.db.query<{ count: number }>(sql`select count(*)::int as count from limit_counts`))[0]?.count ?? -1;

function make(from: number, to: number): Promise<unknown> {
  return world.db.work(systemActor('test'), (work) =>
    work.query(sql`insert into limit_counts (key_hash, taken, ends_at)
      select 'piece ' || n, 1, '2014-12-31' from generate_series(${from}::int, ${to}::int) n`),
  );
}

describe('sweeping', () => {
  it('takes all of it, in works of a thousand', async () => {
    await make(1, PIECE * 2 + 1);
    expect(await sweepRows(world.db, OVER)).toBe(PIECE * 2 + 1);
    expect(await left()).toBe(0);
  });

  it('by three at once takes each row once, and waits for nobody who holds one', async () => {
    await make(1, PIECE * 2);
    let release = (): void => undefined;
    const done = new Promise<null>((resolve) => (release = () => resolve(null)));
    let holder: Promise<unknown> = done;
    await new Promise<void>((locked) => {
      holder = world.db.work(systemActor('test'), async (work) => {
        await work.query(sql`select 1 from limit_counts where key_hash = 'piece 7' for update`);
        locked();
        return done;
      });
    });
    const counts = await Promise.all([1, 2, 3].map(() => sweepRows(world.db, OVER)));
    release();
    await holder;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(PIECE * 2 - 1);
    expect(await left()).toBe(1);
    expect(await sweepRows(world.db, { ...OVER, set: sql`taken = 9, ends_at = '2015-12-01'` })).toBe(1);
    expect(await sweepRows(world.db, OVER)).toBe(0);
    expect(await left()).toBe(1);
  });
});
