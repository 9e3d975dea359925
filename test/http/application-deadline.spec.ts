/** The last minute over real connections: forms pressed twice, lines that drop, bodies that come slowly; and its pages. */
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { Client } from 'pg';
import { ApplicationColleagues, Applications, Partners, partnersOf } from '../../src/features/applications/index.js';
import { Rounds } from '../../src/features/rounds/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { type MadeRound, publishedRound, type RoundOptions } from '../factories/rounds.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const system = systemActor('test');
const SECOND = 1000;
const SIGNED = { agreed: true, signedName: 'Kim Director' } as const;
const WAITS = 300;
const TOGETHER = 50;

let world: WebWorld;
let port: number;

beforeAll(async () => {
  // The night in which half past one comes twice.
  world = await openWebWorld({ start: new Date('2015-10-30T19:00:00Z') });
  // One for each line that is listened for.
  world.app.getHttpServer().setMaxListeners(100);
  await world.app.listen(0, '127.0.0.1');
  port = Number(new URL(await world.app.getUrl()).port);
});
afterAll(async () => {
  expect(world === undefined ? [] : failuresOf(world)).toEqual([]);
  await world?.close();
});

const openRound = (options: RoundOptions = {}): Promise<MadeRound> =>
  publishedRound(world, { ceiling: Money.parse('100000'), ...options });
const dueOf = async (roundId: string): Promise<Date> => (await world.get(Rounds).get(system, roundId)).dueAt;
const stateOf = async ({ applicationId }: MadeApplication): Promise<string> =>
  (await world.get(Applications).get(system, applicationId)).state;

async function signIn(owner: {
  readonly email: string;
  readonly personId: string;
  readonly accountId: string;
}): Promise<Visitor> {
  return world.signIn({ ...owner, name: 'Somebody' });
}

/** The bytes of a request as a browser sends them, headers and body apart. */
function request(cookie: string, id: string, key: string): { head: string; body: string } {
  const body = JSON.stringify(SIGNED);
  const head = [
    `POST /api/applications/${id}/submit HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    `cookie: ${cookie}`,
    'content-type: application/json',
    'accept: application/json',
    `idempotency-key: ${key}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    '',
  ].join('\r\n');
  return { head, body };
}

const opened = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  });

/** What comes back until the server closes the line. */
const answerOf = (socket: Socket): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (data) => (text += String(data)));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...rest] = text.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), body: rest.join('\r\n\r\n') });
    });
  });

/** Takes the jobs that wait. */
async function forgetJobs(): Promise<void> {
  const owner = new Client({ connectionString: world.database.adminUrl });
  await owner.connect();
  try {
    await owner.query('delete from outbox where done_at is null');
  } finally {
    await owner.end();
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** When the request with this key is in, its body too. */
const heardBy = (key: string): Promise<void> =>
  new Promise((resolve) => {
    const server = world.app.getHttpServer();
    const look = (request: IncomingMessage): void => {
      if (request.headers['idempotency-key'] !== key) return;
      server.off('request', look);
      request.once('end', () => resolve());
    };
    server.on('request', look);
  });

/** When the headers of the request with this key are in. */
const headedBy = (key: string): Promise<void> =>
  new Promise((resolve) => {
    const server = world.app.getHttpServer();
    const look = (request: IncomingMessage): void => {
      if (request.headers['idempotency-key'] !== key) return;
      server.off('request', look);
      resolve();
    };
    server.on('request', look);
  });

async function send(cookie: string, made: MadeApplication, key: string): Promise<{ status: number; body: string }> {
  const socket = await opened();
  const answer = answerOf(socket);
  const { head, body } = request(cookie, made.applicationId, key);
  // Not ended: who closes its half is taken for gone.
  socket.write(head + body);
  return answer;
}

async function inBatches<T, R>(
  items: readonly T[],
  run: (item: T, index: number) => Promise<R>,
  most = 10,
): Promise<R[]> {
  const done: R[] = [];
  for (let start = 0; start < items.length; start += most) {
    done.push(...(await Promise.all(items.slice(start, start + most).map((item, at) => run(item, start + at)))));
  }
  return done;
}

describe('the last minute', () => {
  it('200 send over real lines, some twice, some over a line that drops: each exactly once, none after the limit', async () => {
    const { roundId } = await openRound({ dueAt: new Date('2015-11-01T08:30:00Z') });
    const dueAt = await dueOf(roundId);
    const { id: organizationId } = await organization(world);
    const owner = await organizationMember(world, organizationId, 'owner');
    const made = await inBatches(Array.from({ length: 200 }), () =>
      draftApplication(world, { roundId, organizationId }),
    );
    const isLate = (index: number): boolean => index % 20 === 19;
    const isDropped = (index: number): boolean => index % 10 === 3;
    const isSlow = (index: number): boolean => index % 20 === 7;
    const isCut = (index: number): boolean => index % 20 === 11;
    const slow: { index: number; finish: () => Promise<{ status: number; body: string }> }[] = [];
    const keys = made.map(() => newId());
    world.clock.set(new Date(dueAt.getTime() - SECOND));
    const { cookie } = await signIn(owner);
    const outcomes = await inBatches(
      made,
      async (each, index) => {
        const key = keys[index] ?? '';
        if (isLate(index)) return [];
        if (isDropped(index)) {
          const socket = await opened();
          const { head, body } = request(cookie, each.applicationId, key);
          const heard = heardBy(key);
          socket.write(head + body);
          // What never reached us whole was never sent; what did loses its line while it is worked on.
          await heard;
          socket.destroy();
          return [];
        }
        if (isSlow(index) || isCut(index)) {
          const socket = await opened();
          const { head, body } = request(cookie, each.applicationId, key);
          const headed = headedBy(key);
          const answer = isSlow(index) ? answerOf(socket) : undefined;
          socket.write(head + body.slice(0, 10));
          await headed;
          if (answer === undefined) socket.destroy();
          else slow.push({ index, finish: () => (socket.write(body.slice(10)), answer) });
          return [];
        }
        const twice =
          index % 4 === 0 ? [send(cookie, each, key)] : index % 4 === 1 ? [send(cookie, each, newId())] : [];
        return Promise.all([send(cookie, each, key), ...twice]);
      },
      TOGETHER,
    );
    for (const [index, answers] of outcomes.entries()) {
      const taken = answers.filter(({ status }) => status === 200);
      const others = answers.filter(({ status }) => status !== 200);
      if (answers.length > 0) expect([index, taken.length]).toEqual([index, index % 4 === 0 ? 2 : 1]);
      for (const { status } of others) expect(status).toBe(409);
    }
    // Whoever lost the line tries again when they find out; that is after the limit, and yet the same request.
    world.clock.set(new Date(dueAt.getTime() + 30 * SECOND));
    for (const [index, each] of made.entries()) {
      if (!isDropped(index)) continue;
      const { status } = await send(cookie, each, keys[index] ?? '');
      expect([index, status]).toEqual([index, 200]);
    }
    // The rest of what began in time comes among those that begin too late, or begin again what never came whole.
    const ends = await inBatches(
      made
        .map((each, index) => ({ each, index }))
        .filter(({ index }) => isSlow(index) || isLate(index) || isCut(index)),
      async ({ each, index }) => {
        const begun = slow.find((one) => one.index === index);
        return { index, ...(await (begun?.finish() ?? send(cookie, each, keys[index] ?? ''))) };
      },
      TOGETHER,
    );
    expect(slow).toHaveLength(10);
    for (const { index, status, body } of ends) {
      expect([index, status]).toEqual([index, isSlow(index) ? 200 : 409]);
      if (!isSlow(index)) expect(body).toContain('action.blocked');
    }
    const rows = await world.db.query<{ id: string; state: string; sent: number; receipts: string[] | null }>(sql`
      select a.id, a.state, count(s.id)::int as sent, array_agg(s.receipt_number) as receipts
      from applications a left join application_submissions s on s.application_id = a.id
      where a.round_id = ${roundId} group by a.id, a.state`);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const [index, { applicationId }] of made.entries()) {
      const { state, sent } = byId.get(applicationId) ?? {};
      expect([index, state, sent]).toEqual([
        index,
        ...(isLate(index) || isCut(index) ? ['draft', 0] : ['submitted', 1]),
      ]);
    }
    const receipts = rows.filter(({ sent }) => sent > 0).flatMap((row) => row.receipts ?? []);
    expect(new Set(receipts).size).toBe(180);
    const [latest] = await world.db.query<{ at: Date }>(sql`
      select max(arrived_at) as at from application_submissions s join applications a on a.id = s.application_id
      where a.round_id = ${roundId}`);
    expect(latest?.at.getTime()).toBeLessThanOrEqual(dueAt.getTime());
    const mails = await world.db.query(sql`select 1 from mails where subject like 'We received%'`);
    expect(mails.length % 180).toBe(0);
    // That receipts are drawn is tested on one; here are 180, and the tests that follow would wait for them.
    await forgetJobs();
  }, 500_000);

  it('a body that comes slowly after its headers came in time is in time; one whose headers came late is not', async () => {
    world.clock.set(new Date('2015-11-02T19:00:00Z'));
    const { roundId } = await openRound();
    const [slow, late] = [await draftApplication(world, { roundId }), await draftApplication(world, { roundId })];
    const dueAt = await dueOf(roundId);
    const begin = async (
      made: MadeApplication,
    ): Promise<{ finish: () => Promise<{ status: number; body: string }> }> => {
      const { cookie } = await signIn(made.owner as never);
      const { head, body } = request(cookie, made.applicationId, newId());
      const socket = await opened();
      const answer = answerOf(socket);
      socket.write(head + body.slice(0, 10));
      await pause(WAITS);
      return {
        finish: () => {
          socket.write(body.slice(10));
          return answer;
        },
      };
    };
    world.clock.set(dueAt);
    const inTime = await begin(slow);
    world.clock.set(new Date(dueAt.getTime() + SECOND));
    const tooLate = await begin(late);
    world.clock.set(new Date(dueAt.getTime() + 4 * 60 * SECOND));
    expect((await inTime.finish()).status).toBe(200);
    expect((await tooLate.finish()).status).toBe(409);
    expect([await stateOf(slow), await stateOf(late)]).toEqual(['submitted', 'draft']);
    const [row] = await world.db.query<{ at: Date }>(
      sql`select submitted_at as at from applications where id = ${slow.applicationId}`,
    );
    expect(row?.at).toEqual(dueAt);
  });
});

describe('the pages', () => {
  const textOf = (html: string): string => parse(html).querySelector('main')?.textContent.replace(/\s+/g, ' ') ?? '';

  it('sign and send: the words, the name and the tick are asked for; then the receipt is shown', async () => {
    world.clock.set(new Date('2015-11-03T19:00:00Z'));
    const { roundId } = await openRound();
    const made = await draftApplication(world, { roundId });
    const visitor = await signIn(made.owner as never);
    const href = `/applications/${made.applicationId}`;
    expect(parse((await visitor.get(href)).body).querySelector(`a[href="${href}/submit"]`)).not.toBeNull();
    const page = await visitor.get(`${href}/submit`);
    expect(textOf(page.body)).toContain('that I may bind this organization');
    const unticked = await visitor.submit(`${href}/submit`, { signedName: 'Kim Director' });
    expect(unticked.statusCode).toBe(422);
    expect(parse(unticked.body).querySelector('[name="signedName"]')?.getAttribute('value')).toBe('Kim Director');
    const unsigned = await visitor.post(`/api${href}/submit`, {});
    expect(unsigned.statusCode).toBe(422);
    const sent = await visitor.submit(`${href}/submit`, { signedName: 'Kim Director', agreed: 'yes' });
    expect([sent.statusCode, sent.headers.location]).toEqual([303, `${href}/receipt`]);
    const receipt = await visitor.get(`${href}/receipt`);
    expect(textOf(receipt.body)).toContain('Kim Director');
    expect(textOf(receipt.body)).toMatch(/[0-9a-f]{64}/);
    const shown = JSON.parse((await visitor.get(`/api${href}/receipt`)).body) as { receiptNumber: string };
    expect(shown.receiptNumber).toMatch(/^R-2015-/);
    expect((await visitor.get(`${href}/submit`)).statusCode).toBe(409);
  });

  it('too late: the page says so kindly, what was written is kept, and more time is one link away', async () => {
    world.clock.set(new Date('2015-11-03T19:00:00Z'));
    const { roundId } = await openRound();
    const made = await draftApplication(world, { roundId });
    const href = `/applications/${made.applicationId}`;
    world.clock.set(new Date((await dueOf(roundId)).getTime() + SECOND));
    const visitor = await signIn(made.owner as never);
    const late = await visitor.submit(`${href}/submit`, { signedName: 'Kim Director', agreed: 'yes' });
    expect(late.statusCode).toBe(409);
    expect(textOf(late.body)).toContain('The time to send it is over');
    expect(parse(late.body).querySelector(`a[href="${href}/more-time"]`)).not.toBeNull();
    expect(textOf((await visitor.get(href)).body)).toContain('What you wrote is kept');
    const asked = await visitor.submit(`${href}/more-time`, { wantedOn: '12/31/2015', reason: 'The power was out' });
    expect(asked.statusCode).toBe(303);
    const request = String(asked.headers.location);
    const officer = await world.signIn('program_officer');
    expect(textOf((await officer.get('/extensions')).body)).toContain('Came too late');
    expect(textOf((await officer.get(request)).body)).toContain('The power was out');
    const wrong = await officer.submit(`${request}/grant`, { dueOn: '1/1/2015', dueTime: '5 pm', note: 'So be it' });
    expect(wrong.statusCode).toBe(422);
    const granted = await officer.submit(`${request}/grant`, {
      dueOn: '12/31/2015',
      dueTime: '5 pm',
      note: 'So be it',
    });
    expect(granted.statusCode).toBe(303);
    const again = await visitor.submit(`${href}/submit`, { signedName: 'Kim Director', agreed: 'yes' });
    expect(again.statusCode).toBe(303);
  });

  it('a partner without an account reads its part by the link, and only that; a scanner that looks uses nothing up', async () => {
    world.clock.set(new Date('2015-11-03T19:00:00Z'));
    const { roundId } = await openRound({ partnersMustConfirm: true });
    const hostile = '<script>alert(1)</script>';
    const partners = [{ name: `Club ${hostile}`, role: hostile, level: 'vendor' as const }];
    const made = await draftApplication(world, { roundId, partners, title: 'Rivers' });
    const [partner] = await partnersOf(world.db, [made.applicationId]);
    const visitor = await signIn(made.owner as never);
    const href = `/applications/${made.applicationId}`;
    const invited = await visitor.submit(`${href}/confirmations`, {
      ...{ partnerId: partner?.id ?? '', address: 'club@partner.example' },
    });
    expect(invited.statusCode).toBe(303);
    await world.drain();
    const [mail] = await world.db.query<{ body: string }>(
      sql`select body from mails where recipient = 'club@partner.example'`,
    );
    const [, token = ''] = /\/partner\/([\w-]{43})/u.exec(mail?.body ?? '') ?? [];
    for (let looks = 0; looks < 3; looks += 1) await world.inject({ url: `/partner/${token}` });
    const page = await world.inject({ url: `/partner/${token}` });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toContain(hostile);
    expect(textOf(page.body)).toContain('Rivers');
    expect(textOf(page.body)).not.toContain('What we will do with students');
    const cookie = page.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const html = parse(page.body);
    const valueOf = (name: string): string => html.querySelector(`[name="${name}"]`)?.getAttribute('value') ?? '';
    const form = { _csrf: valueOf('_csrf'), part: valueOf('part'), name: 'Kim Partner' };
    const post = (more: Record<string, string>) =>
      world.inject({ method: 'POST', url: `/partner/${token}`, headers: { cookie }, form: { ...form, ...more } });
    expect(
      (await world.inject({ method: 'POST', url: `/partner/${token}`, form: { ...form, agreed: 'yes' } })).statusCode,
    ).toBe(403);
    expect((await post({})).statusCode).toBe(422);
    expect((await post({ agreed: 'yes', part: '0'.repeat(64) })).statusCode).toBe(409);
    expect((await post({ agreed: 'yes', state: 'confirmed' })).statusCode).toBe(422);
    expect((await post({ agreed: 'yes' })).headers.location).toBe('/partner-thanks');
    expect((await world.inject({ url: `/partner/${token}` })).statusCode).toBe(404);
    expect(textOf((await visitor.get(`${href}/confirmations`)).body)).toContain('Confirmed');
  });

  it('a colleague comes in by the link and finds one application, not the organization', async () => {
    world.clock.set(new Date('2015-11-03T19:00:00Z'));
    const { roundId } = await openRound();
    const made = await draftApplication(world, { roundId });
    const other = await draftApplication(world, { roundId, organizationId: made.organizationId });
    const person = await world.person();
    const { applicationId: id } = made;
    await world.get(ApplicationColleagues).invite(made.owner, id, { address: person.email, access: 'edit' });
    await world.drain();
    const [mail] = await world.db.query<{ body: string }>(sql`
      select body from mails where recipient = ${person.email} order by created_at desc limit 1`);
    const [, token = ''] = /\/colleague\/([\w-]{43})/u.exec(mail?.body ?? '') ?? [];
    const visitor = await world.signIn(person);
    expect((await visitor.get(`/applications/${id}`)).statusCode).toBeGreaterThanOrEqual(403);
    const came = await visitor.submit(`/colleague/${token}`, {});
    expect(came.headers.location).toBe(`/applications/${id}`);
    const statuses = async (...urls: string[]): Promise<number[]> =>
      Promise.all(urls.map(async (url) => (await visitor.get(url)).statusCode));
    expect(await statuses('/', '/applications', `/applications/${id}`, `/applications/${id}/confirmations`)).toEqual([
      ...[200, 200, 200, 200],
    ]);
    const closed = [`/applications/${other.applicationId}`, `/organizations/${made.organizationId}`];
    for (const status of await statuses(...closed)) expect([403, 404]).toContain(status);
    expect((await visitor.submit(`/applications/${id}/submit`, { signedName: 'X', agreed: 'yes' })).statusCode).toBe(
      403,
    );
    expect(await world.get(Partners).namingMe(made.owner)).toEqual([]);
  });
});
