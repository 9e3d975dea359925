/** The trail, attacked by whoever owns the tables: its end cut off and grown anew, and events that changed places. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { AuditSealer } from '../../src/features/audit/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { verifyChain } from '../../src/platform/audit/chain.js';
import { verifyLog } from '../../src/platform/audit/seal-log.js';
import { CONFIG } from '../../src/platform/config/tokens.js';
import type { Config } from '../../src/platform/config/config.js';
import { sql } from '../../src/platform/database/sql.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
let owner: Client;

beforeAll(async () => {
  world = await openWorld();
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await world?.close();
});

async function happen(note: string): Promise<string> {
  const id = newId();
  await world.db.work(systemActor('test'), async (work) => {
    work.audit({ action: 'thing.happened', subjectType: 'thing', subjectId: id, note });
    return null;
  });
  return id;
}

/** Other test databases of the server hold the snapshot's floor back for a moment. */
async function sealAll(): Promise<number> {
  for (let tries = 0; tries < 2400; tries += 1) {
    await world.get(AuditSealer).seal();
    const [row] = await world.db.query<{ open: number; last: number }>(sql`
      select (select count(*)::int from audit_events e where not exists (select from audit_seals s
        where s.era = e.era and e.xid >= s.from_xid and e.xid < s.to_xid)) as open,
        (select coalesce(max(number), 0)::int from audit_seals) as last`);
    if (row?.open === 0) return row.last;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The trail was not sealed in two minutes');
}

const defects = async (): Promise<string[]> =>
  [...(await verifyChain(world.db)), ...(await verifyLog(world.db, world.app.get<Config>(CONFIG).dataDir))].map(
    ({ problem }) => problem,
  );

describe('the trail', () => {
  it('is found out where two events changed places, whichever of their columns went along', async () => {
    const [one, two] = [await happen('Paid $10'), await happen('Paid $10,000')];
    await sealAll();
    expect(await defects()).toEqual([]);
    const swap = (columns: string): string => `
      update audit_events e set (${columns}) = (select ${columns
        .split(', ')
        .map((each) => `o.${each}`)
        .join(
          ', ',
        )} from audit_events o where o.subject_id = case e.subject_id when '${one}' then '${two}' else '${one}' end
        and o.action = 'thing.happened') where e.subject_id in ('${one}', '${two}') and e.action = 'thing.happened'`;
    for (const columns of ['note, subject_id', 'xid, at', 'at, note, subject_id, request_id']) {
      await owner.query('begin');
      try {
        await owner.query(`alter table audit_events disable trigger user`);
        const changed = await owner.query(swap(columns));
        expect(changed.rowCount).toBe(2);
        const seen = {
          query: async (query: ReturnType<typeof sql>) => {
            const { text, values } = query.compile();
            return (await owner.query(text, values)).rows as never[];
          },
        };
        expect((await verifyChain(seen)).length).toBeGreaterThan(0);
      } finally {
        await owner.query('rollback');
      }
    }
  });

  it('whose end is cut off, and that then grows on, differs from the log beside the database', async () => {
    await happen('Kept');
    const kept = await sealAll();
    const gone = await happen('To be forgotten');
    await sealAll();
    await owner.query(`alter table audit_events disable trigger user`);
    await owner.query(`delete from audit_events where subject_id = $1`, [gone]);
    await owner.query(`delete from audit_seals where number > $1`, [kept]);
    await owner.query(`alter table audit_events enable trigger user`);
    // The chain alone is whole again; the log still has what stood there.
    await happen('What came afterwards');
    await sealAll();
    expect(await verifyChain(world.db)).toEqual([]);
    expect(await defects()).toContain('the log has another hash for it');
  });
});
