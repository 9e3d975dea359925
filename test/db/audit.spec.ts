/** The audit trail: sealed in the background without skipping anybody, and whatever is changed in it is found. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { AuditSealer } from '../../src/features/audit/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { type ChainDefect, sealTrail, verifyChain } from '../../src/platform/audit/chain.js';
import { actorName } from '../../src/platform/audit/actor-name.js';
import { destroyPersonKey, openPersonal, type SealedPersonal } from '../../src/platform/audit/personal.js';
import { sealLogFile, verifyLog } from '../../src/platform/audit/seal-log.js';
import { CONFIG } from '../../src/platform/config/tokens.js';
import type { Config } from '../../src/platform/config/config.js';
import { sql } from '../../src/platform/database/sql.js';
import { Secrets } from '../../src/platform/secrets/secrets.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');

let world: World;
let sealer: AuditSealer;
let owner: Client;

beforeAll(async () => {
  world = await openWorld();
  sealer = world.get(AuditSealer);
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  await owner?.end();
  await world?.close();
});

async function happen(action = 'thing.happened', id: string = newId()): Promise<string> {
  await world.db.work(system, async (work) => {
    work.audit({ action, subjectType: 'thing', subjectId: id, before: { name: 'a' }, after: { name: 'b' } });
    return null;
  });
  return id;
}

/** Other test databases of the server hold the snapshot's floor back for a moment. */
async function sealAll(): Promise<void> {
  for (let tries = 0; tries < 2400; tries += 1) {
    await sealer.seal();
    const [open] = await world.db.query<{ count: number }>(sql`
      select count(*)::int as count from audit_events e where not exists (select from audit_seals s
        where s.era = e.era and e.xid >= s.from_xid and e.xid < s.to_xid)`);
    if (open?.count === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The trail was not sealed in two minutes');
}

const problems = async (): Promise<string[]> =>
  (await verifyChain(world.db)).map(({ about, problem }: ChainDefect) => `${about.split(',')[0]}: ${problem}`);

/** Tampers as the owner of the tables may, looks, and takes it back. */
async function tampered(statement: string, values: readonly unknown[] = []): Promise<string[]> {
  await owner.query('begin');
  try {
    await owner.query(statement, [...values]);
    const seen = {
      query: async (query: ReturnType<typeof sql>) => {
        const { text, values: given } = query.compile();
        return (await owner.query(text, given)).rows as never[];
      },
    };
    return (await verifyChain(seen)).map(({ problem }) => problem);
  } finally {
    await owner.query('rollback');
  }
}

describe('the chain of seals', () => {
  it('covers every event, link by link, and agrees with the log outside the database', async () => {
    for (let count = 0; count < 3; count += 1) {
      await happen();
      await sealAll();
    }
    expect(await problems()).toEqual([]);
    const seals = await world.db.query<{ number: number; hash: string }>(
      sql`select number, encode(hash, 'hex') as hash from audit_seals order by number`,
    );
    expect(seals.length).toBeGreaterThanOrEqual(3);
    const { dataDir } = world.app.get<Config>(CONFIG);
    const logged = readFileSync(sealLogFile(dataDir), 'utf8').trim().split('\n');
    expect(logged.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
      seals.map(({ number, hash }) => `${number} ${hash}`),
    );
    expect(await verifyLog(world.db, dataDir)).toEqual([]);
  });

  it('finds an event that was altered, in any of its columns', async () => {
    const id = await happen();
    await sealAll();
    for (const change of [
      `action = 'thing.never'`,
      `actor = 'person:somebody'`,
      `at = at - interval '1 second'`,
      `note = 'a'`,
      `after = '{"name": "c"}'`,
      `acting_for = '${newId()}'`,
      `subject_id = 'another'`,
      `personal = '{}'`,
      `request_id = 'x'`,
    ]) {
      expect(await tampered(`update audit_events set ${change} where subject_id = $1`, [id])).toEqual([
        expect.stringMatching(/altered$/),
      ]);
    }
  });

  it('finds an event that was removed, one that was put in, and one that was moved to another time', async () => {
    const id = await happen();
    await sealAll();
    expect(await tampered(`delete from audit_events where subject_id = $1`, [id])).toEqual([
      expect.stringMatching(/^1 of its \d+ events are gone$/),
    ]);
    expect(
      await tampered(
        `insert into audit_events (xid, era, at, actor, action, subject_type, subject_id)
         select xid, era, at, actor, 'thing.invented', subject_type, subject_id from audit_events where subject_id = $1`,
        [id],
      ),
    ).toEqual([expect.stringMatching(/^1 events were put in/)]);
    expect(await tampered(`update audit_events set xid = xid + 1000000 where subject_id = $1`, [id])).toEqual([
      expect.stringMatching(/gone$/),
      expect.stringMatching(/no seal will ever cover/),
    ]);
  });

  it('finds a seal that was removed, changed, or made anew to fit what was altered', async () => {
    await happen();
    await sealAll();
    await happen();
    await sealAll();
    const [last] = await world.db.query<{ number: number }>(sql`select max(number) as number from audit_seals`);
    const number = last?.number ?? 0;
    expect(await tampered(`delete from audit_seals where number = $1`, [number - 1])).toContain(
      'a seal before it is missing',
    );
    expect(await tampered(`update audit_seals set events = events + 1 where number = $1`, [number])).toContain(
      'it was changed itself',
    );
    expect(await tampered(`update audit_seals set previous_hash = sha256('x') where number = $1`, [number])).toContain(
      'it does not follow the seal before it',
    );
    // The end of the chain cut off is what only the log outside the database can tell.
    const { dataDir } = world.app.get<Config>(CONFIG);
    const file = sealLogFile(dataDir);
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, `${before}${number + 1} ${'0'.repeat(64)} 1 2015-11-10T00:00:00.000Z\n`);
    expect(await verifyLog(world.db, dataDir)).toEqual([
      expect.objectContaining({ about: `seal ${number + 1}`, problem: 'it is in the log and gone from the database' }),
    ]);
    writeFileSync(file, before.replace(/ [0-9a-f]{64} /, ` ${'0'.repeat(64)} `));
    expect(await verifyLog(world.db, dataDir)).toEqual([
      expect.objectContaining({ problem: 'the log has another hash for it' }),
    ]);
    writeFileSync(file, before);
  });

  it('waits for a work that is still open, and misses nothing when it commits late', async () => {
    const late = newId();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = (): void => undefined;
    const isWriting = new Promise<void>((resolve) => (begun = resolve));
    const slow = world.db.work(system, async (work) => {
      // The transaction has its number from here on, long before its event is written.
      await work.query(sql`select pg_current_xact_id()`);
      begun();
      await held;
      work.audit({ action: 'thing.late', subjectType: 'thing', subjectId: late });
      return null;
    });
    await isWriting;
    const quick = await Promise.all(Array.from({ length: 5 }, () => happen()));
    await sealer.seal();
    const covered = (ids: readonly string[]): Promise<{ id: string }[]> =>
      world.db.query<{ id: string }>(sql`
        select e.subject_id as id from audit_events e join audit_seals s
          on s.era = e.era and e.xid >= s.from_xid and e.xid < s.to_xid where e.subject_id = any(${[...ids]})`);
    expect(await covered(quick)).toEqual([]);
    release();
    await slow;
    await sealAll();
    expect(await covered([late, ...quick])).toHaveLength(6);
    expect(await problems()).toEqual([]);
  });

  it('stays whole while many write and several seal at once', async () => {
    const writers = Array.from({ length: 24 }, async (_, index) => happen(`thing.number_${index}`));
    const sealers = Array.from({ length: 6 }, () => sealer.seal());
    await Promise.all([...writers, ...sealers]);
    await sealAll();
    expect(await problems()).toEqual([]);
  });

  it('goes on in a new era when the data is brought to another server, where transactions begin anew', async () => {
    await happen();
    await sealAll();
    await owner.query('begin');
    try {
      const work = {
        now: world.clock.now(),
        query: async (query: ReturnType<typeof sql>) => {
          const { text, values } = query.compile();
          return (await owner.query(text, values)).rows as never[];
        },
      };
      await owner.query(
        `insert into audit_eras (era, cluster, began_at) select max(era) + 1, 'another', now() from audit_eras`,
      );
      await owner.query(
        `insert into audit_events (era, xid, at, actor, action, subject_type, subject_id)
         select max(era), 7, now(), 'system:test', 'thing.moved', 'thing', 'x' from audit_eras`,
      );
      const made = await sealTrail(work);
      expect(made.map(({ era, toXid }) => [era, toXid === '9223372036854775807'])).toEqual([
        [1, true],
        [2, false],
      ]);
      expect(await verifyChain(work)).toEqual([]);
      await owner.query(`delete from audit_events where action = 'thing.moved'`);
      expect(await verifyChain(work)).toHaveLength(1);
    } finally {
      await owner.query('rollback');
    }
  });

  it('is closed to the application itself', async () => {
    const app = new Client({ connectionString: world.database.appUrl });
    await app.connect();
    try {
      for (const statement of [
        `insert into audit_events (xid, at, actor, action, subject_type, subject_id)
         values (7, now(), 'person:x', 'thing.forged', 'thing', 'x')`,
        `update audit_events set note = 'x'`,
        `delete from audit_events`,
        `update audit_seals set events = 0`,
        `delete from audit_seals`,
        `delete from person_keys`,
        `update secret_keys set version = 9`,
      ]) {
        await expect(app.query(statement)).rejects.toThrow(/permission denied/);
      }
    } finally {
      await app.end();
    }
  });
});

describe('what the trail says of persons', () => {
  const read = async (subjectId: string): Promise<{ personal: SealedPersonal; text: string }> => {
    const [row] = await world.db.query<{ personal: SealedPersonal; text: string }>(sql`
      select personal, audit_events::text as text from audit_events where subject_id = ${subjectId}`);
    return row as { personal: SealedPersonal; text: string };
  };

  it('is the key of who acted, not their name; the name is read where it stands', async () => {
    const actor = await world.actor('program_officer');
    const id = newId();
    await world.db.work(actor, async (work) => {
      work.audit({ action: 'thing.seen', subjectType: 'thing', subjectId: id });
      return null;
    });
    const [row] = await world.db.query<{ text: string; name: string }>(sql`
      select e::text as text, ${actorName('e.actor')} as name from audit_events e where subject_id = ${id}`);
    expect(row?.text).not.toContain(actor.name);
    expect(row?.name).toBe(actor.name);
  });

  it('is sealed under their own key, and gone when that key is destroyed, while the chain holds', async () => {
    const { personId } = await world.person([], 'Ngoc Anh');
    const id = newId();
    const rename = (after: string): Promise<null> =>
      world.db.work(system, async (work) => {
        const personal = { personId, before: { name: 'Ngoc Anh' }, after: { name: after } };
        work.audit({ action: 'person.renamed', subjectType: 'person', subjectId: id, after: { version: 2 }, personal });
        return null;
      });
    await rename('Ngoc Anh Tran');
    const secrets = world.get(Secrets);
    const { personal, text } = await read(id);
    expect(text).not.toContain('Ngoc');
    expect(await openPersonal(world.db, secrets, [personal])).toEqual([
      { before: { name: 'Ngoc Anh' }, after: { name: 'Ngoc Anh Tran' } },
    ]);
    await sealAll();

    await world.db.work(system, async (work) => {
      await destroyPersonKey(work, personId);
      return null;
    });
    expect(await openPersonal(world.db, secrets, [personal])).toEqual([undefined]);
    expect(await problems()).toEqual([]);
    // What is audited about a forgotten person later holds nothing of them either.
    const later = newId();
    await world.db.work(system, async (work) => {
      work.audit({
        action: 'person.seen',
        subjectType: 'person',
        subjectId: later,
        personal: { personId, after: { name: 'Ngoc' } },
      });
      return null;
    });
    expect((await read(later)).personal).toEqual({ personId });
  });

  it('never tells a secret: bytes and fields of sealed columns say only that they changed', async () => {
    const id = newId();
    await world.db.work(system, async (work) => {
      work.audit({
        action: 'thing.kept',
        subjectType: 'thing',
        subjectId: id,
        before: { numberSealed: null, name: 'x' },
        after: { numberSealed: 'open by mistake', raw: Buffer.from('abc'), lines: [{ sealedKey: 'x' }] },
      });
      return null;
    });
    const [row] = await world.db.query(sql`select before, after from audit_events where subject_id = ${id}`);
    expect(row).toEqual({
      before: { numberSealed: null, name: 'x' },
      after: { numberSealed: 'changed', raw: 'changed', lines: [{ sealedKey: 'changed' }] },
    });
  });

  it('says for whom somebody acted', async () => {
    const organizationId = newId();
    const id = newId();
    await world.db.work(system, async (work) => {
      work.actFor(organizationId);
      work.audit({ action: 'thing.entered', subjectType: 'thing', subjectId: id });
      return null;
    });
    expect(await world.db.query(sql`select acting_for from audit_events where subject_id = ${id}`)).toEqual([
      { acting_for: organizationId },
    ]);
  });
});
