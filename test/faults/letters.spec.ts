/**
 * Fifty award letters, with a mail each, while what makes them is killed hard: the worker, Redis, PostgreSQL. Afterwards
 * each exists once and is right, and no row is lost or doubled. The database is this file's own, because it is killed.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { LETTER_KIND } from '../../src/features/awards/award.lifecycle.js';
import { AwardTerms } from '../../src/features/awards/award-terms.service.js';
import { DocumentKinds, Documents } from '../../src/features/documents/index.js';
import { verifyLedger } from '../../src/features/ledger/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { Mailer } from '../../src/platform/mail/mail.js';
import { approvedApplication, draftOf, drawUp, termsInput } from '../factories/awards.js';
import { publishedRound } from '../factories/rounds.js';
import { ask, kill, Workers } from '../support/killing.js';
import { ROOT } from '../support/sources.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { openWorld, type World } from '../support/world.js';

// Only for a machine that is busy beyond measure: nothing here waits longer than it must.
jest.setTimeout(600_000);

const LETTERS = 50;
const JOBS = 2 * LETTERS;
const KILLS = 3;
/** As many jobs as a worker has in hand at once. */
const IN_HAND = 4;
const SYSTEM = systemActor('test');
const AMOUNT = Money.ofCents(2_500_000);

let server: TestServer;
let world: World;
let redis: TestRedis;
let mailServer: SMTPServer;
const applicationIds: string[] = [];
let awardIds: string[] = [];
let workers: Workers;
/** The Message-ID of each mail that the mail server took, as often as it took it. */
let delivered: string[] = [];

beforeAll(async () => {
  spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' });
  server = await startTestServer({ durable: true });
  world = await openWorld();
  workers = new Workers(world);
  redis = await startRedis();
  mailServer = await startMailServer();
  const whole = Money.ofCents(AMOUNT.cents * BigInt(LETTERS));
  const round = await publishedRound(world, { setAside: whole, ceiling: AMOUNT });
  for (let number = 0; number < LETTERS; number += 1) {
    const { applicationId } = await approvedApplication(world, { round, requested: AMOUNT });
    applicationIds.push(applicationId);
  }
});

afterAll(async () => {
  mailServer?.close();
  await redis?.stop();
  await world?.close();
  await server?.stop();
});

beforeEach(async () => {
  delivered = [];
  for (const table of ['document_requests', 'documents', 'outbox', 'mails']) await asAdmin(`delete from ${table}`);
});

afterEach(async () => {
  await workers?.killAll();
});

async function startMailServer(): Promise<SMTPServer> {
  const made = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, callback) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        delivered.push(/^Message-ID: (<.+>)/im.exec(text)?.[1] ?? '');
        callback();
      });
    },
  });
  // A client that was killed in the middle of its mail.
  made.on('error', () => undefined);
  made.listen(0, '127.0.0.1');
  await once(made.server, 'listening');
  return made;
}

const asAdmin = (statement: string): Promise<Record<string, unknown>[]> => ask(world.database.adminUrl, statement);

function startWorker(mode: Mode): ChildProcess {
  const { port } = mailServer.server.address() as { port: number };
  return workers.start({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    ...(mode === 'relay' && { REDIS_URL: redis.url }),
  });
}

const until: Workers['until'] = (isSo, hurry) => workers.until(isSo, hurry);

const done = async (): Promise<number> => {
  const row = await world.db.find<{ done: number }>(sql`select count(done_at)::int as done from outbox`);
  return row?.done ?? 0;
};

/** The leases of the dead run out, what was lost with Redis is due again, and nobody waits before the next try. */
const letTimePass = (): Promise<unknown> =>
  asAdmin(`update outbox set locked_until = clock_timestamp() - interval '1 second',
             relayed_at = relayed_at - interval '10 minutes', available_at = least(available_at, created_at)
           where done_at is null`);

/** Not of those whose worker lives: only what waits after a failure, or was handed to a Redis that forgot it. */
const letWaitsPass = (): Promise<unknown> =>
  asAdmin(`update outbox set relayed_at = relayed_at - interval '10 minutes', available_at = least(available_at, created_at)
           where done_at is null and locked_until is null`);

/** A random moment in the middle of each stretch of the jobs. */
async function moment(number: number): Promise<void> {
  const stretch = JOBS / (KILLS + 1);
  const at = Math.floor(stretch * number + Math.random() * stretch * 0.7);
  await until(async () => (await done()) >= at, letWaitsPass);
  await sleep(Math.random() * 30);
}

/** A letter and a mail for each award, asked for until it was heard, as a person would who saw it fail. */
async function askForLetters(): Promise<void> {
  const documents = world.get(Documents);
  const mailer = world.get(Mailer);
  const params = { agency: 'Example Agency' };
  for (const awardId of awardIds) {
    await world.db.work(SYSTEM, async (work) => {
      await documents.request(work, LETTER_KIND, awardId);
      await mailer.send(work, {
        about: null,
        ...{ to: `${awardId}@example.org`, subjectKey: 'mail.invitation.subject', params, template: 'mail/invitation' },
        view: { name: 'A person', agency: 'Example Agency', helpPhone: null, link: 'none', expires: 'soon' },
      });
    });
  }
}

interface Letter {
  readonly awardId: string;
  readonly state: string;
  readonly requestedId: string;
  readonly documentId: string;
  readonly contentHash: string;
  readonly content: Buffer;
}

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

async function transfers(): Promise<string[]> {
  const rows = await world.db.query<{ key: string }>(sql`select key from ledger_transfers order by id`);
  return rows.map(({ key }) => key);
}

/** Each letter once, ready, with the bytes that its award gives now; each mail once in the database, and sent. */
async function expectAllRight(kills: number, transfersBefore: readonly string[]): Promise<void> {
  const jobs = await asAdmin(
    'select count(*)::int as jobs, count(done_at)::int as done, count(failed_at)::int as failed from outbox',
  );
  expect(jobs).toEqual([{ jobs: JOBS, done: JOBS, failed: 0 }]);
  const letters = await world.db.query<Letter>(sql`
    select r.subject_id as "awardId", r.state, r.document_id as "requestedId", d.id as "documentId",
           d.content_hash as "contentHash", d.content
    from document_requests r full join documents d
      on d.subject_id = r.subject_id and d.kind = r.kind and d.inputs_fingerprint = r.inputs_fingerprint`);
  expect(letters.map(({ awardId }) => awardId).sort()).toEqual([...awardIds].sort());
  const kind = world.get(DocumentKinds).get(LETTER_KIND);
  for (const letter of letters) {
    expect(letter).toMatchObject({ state: 'ready', requestedId: letter.documentId });
    expect(hashOf(letter.content)).toBe(letter.contentHash);
    expect(hashOf(await kind.draw(await kind.load(world.db, letter.awardId)))).toBe(letter.contentHash);
  }

  const mails = await world.db.query<{ messageId: string; isSent: boolean }>(
    sql`select message_id as "messageId", sent_at is not null as "isSent" from mails`,
  );
  expect(mails).toHaveLength(LETTERS);
  expect(mails.filter(({ isSent }) => !isSent)).toEqual([]);
  const known = mails.map(({ messageId }) => messageId).sort();
  expect([...new Set(delivered)].sort()).toEqual(known);
  for (const id of known) expect(delivered.filter((each) => each === id).length).toBeLessThanOrEqual(1 + kills);
  expect(delivered.length).toBeLessThanOrEqual(LETTERS + kills * IN_HAND);

  expect(await transfers()).toEqual(transfersBefore);
  expect(await verifyLedger(world.database.ownerUrl)).toEqual([]);
}

type Mode = 'drainer' | 'relay';

describe('fifty awards', () => {
  it('are drawn up once each, with their transfers, while PostgreSQL is killed', async () => {
    const drafts = applicationIds.map((id) => draftOf(world, id, AMOUNT));
    let isOver = false;
    let kills = 0;
    const killing = (async () => {
      while (!isOver && kills < KILLS) {
        await sleep(100 + Math.random() * 400);
        if (isOver) break;
        await workers.killPostgres(kills);
        kills += 1;
      }
    })();
    for (const draft of drafts) {
      const isThere = async (): Promise<boolean> =>
        (await world.db.query(sql`select 1 from awards where application_id = ${draft.applicationId}`)).length > 0;
      // What was answered with a failure may have been done all the same: whoever asks again looks first.
      await until(async () => {
        if (await isThere()) return true;
        await drawUp(world, draft).catch(() => undefined);
        return isThere();
      });
    }
    isOver = true;
    await killing;
    expect(kills).toBeGreaterThan(0);

    const awards = await world.db.query<{ id: string; applicationId: string }>(
      sql`select id, application_id as "applicationId" from awards`,
    );
    expect(awards.map(({ applicationId }) => applicationId).sort()).toEqual([...applicationIds].sort());
    const moved = await world.db.query<{ subject: string; cents: string }>(
      sql`select subject_id as subject, sum(amount_cents)::text as cents from ledger_transfers t
          where subject_type = 'award' group by 1`,
    );
    expect(moved.map(({ subject }) => subject).sort()).toEqual(awards.map(({ id }) => id).sort());
    expect(new Set(moved.map(({ cents }) => cents))).toEqual(new Set([String(AMOUNT.cents)]));
    expect(await verifyLedger(world.database.ownerUrl)).toEqual([]);

    awardIds = awards.map(({ id }) => id);
    for (const id of awardIds) await world.get(AwardTerms).update(SYSTEM, id, termsInput(world));
  });
});

describe.each<Mode>(['drainer', 'relay'])('fifty letters by the %s', (mode) => {
  it('are made once each while the worker is killed', async () => {
    const before = await transfers();
    await askForLetters();
    let worker = startWorker(mode);
    for (let number = 0; number < KILLS; number += 1) {
      await moment(number);
      await kill(worker);
      expect(await done()).toBeLessThan(JOBS);
      await letTimePass();
      worker = startWorker(mode);
    }
    await until(async () => (await done()) === JOBS, letWaitsPass);
    await expectAllRight(KILLS, before);
  });

  it('are made once each while PostgreSQL is killed', async () => {
    const before = await transfers();
    await askForLetters();
    startWorker(mode);
    for (let number = 0; number < KILLS; number += 1) {
      await moment(number);
      await workers.killPostgres(number);
      // What the worker could not write down any more ends with its lease.
      await letTimePass();
    }
    await until(async () => (await done()) === JOBS, letTimePass);
    await expectAllRight(KILLS, before);
  });
});

describe('fifty letters by the relay', () => {
  it('are made once each while Redis is killed and forgets all it had', async () => {
    const before = await transfers();
    await askForLetters();
    startWorker('relay');
    for (let number = 0; number < KILLS; number += 1) {
      await moment(number);
      await redis.kill();
      await sleep(Math.random() * 500);
      await redis.start();
    }
    await until(async () => (await done()) === JOBS, letWaitsPass);
    await expectAllRight(0, before);
  });
});
