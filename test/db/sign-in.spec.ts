/** Getting in: passphrases, limits, mailed links, sessions, cards - as use cases, with several at once and with attacks. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Accounts, People, Roles } from '../../src/features/identity/index.js';
import { Administrators, Entry, MailedLinks, type SessionAccount, Sessions } from '../../src/features/sign-in/index.js';
import { Cards } from '../../src/features/sign-in/cards.service.js';
import { LinkEntry } from '../../src/features/sign-in/link-entry.service.js';
import { LinkRequests } from '../../src/features/sign-in/link-requests.service.js';
import { OwnSessions } from '../../src/features/sign-in/own-sessions.service.js';
import { Gate } from '../../src/features/sign-in/passphrases.js';
import { PassphraseChanges } from '../../src/features/sign-in/passphrase-changes.service.js';
import { SignInHousekeeper } from '../../src/features/sign-in/sign-in.housekeeper.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { rawSql, sql } from '../../src/platform/database/sql.js';
import { ActorSource } from '../../src/platform/http/guard.js';
import { collaborativeWithTeam } from '../factories/collaboratives.js';
import { organization } from '../factories/organizations.js';
import { type MadePerson, personWith } from '../factories/people.js';
import { CardsQuery } from '../../src/features/sign-in/sign-in.input.js';
import { refusal } from '../support/refusal.js';
import { openWorld, TEST_PASSPHRASE, type World } from '../support/world.js';

let world: World;
let actors: ActorSource;
let entry: Entry;
let links: LinkEntry;
let people: People;
let requests: LinkRequests;
let sessions: Sessions;
let administrator: PersonActor;

const HERE = '192.0.2.1';
const NEW = 'thirteen brass kettles';
/** Starting the whole application takes its time on a busy machine. */
const WORLD_MILLISECONDS = 60_000;

beforeAll(async () => {
  world = await openWorld();
  actors = world.get(ActorSource);
  entry = world.get(Entry);
  links = world.get(LinkEntry);
  people = world.get(People);
  requests = world.get(LinkRequests);
  sessions = world.get(Sessions);
  administrator = (await personWith(world, 'administrator')).actor;
}, WORLD_MILLISECONDS);
afterAll(() => world.close());

const signIn = (
  email: string,
  passphrase = TEST_PASSPHRASE,
  address = HERE,
): Promise<{ accountId: string; personId: string }> => entry.byPassphrase(email, passphrase, address);

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'in',
    (error: { code: string }) => error.code,
  );

function open(accountId: string, address = HERE): Promise<SessionAccount> {
  return world.db.work(systemActor('test'), (work) =>
    sessions.open(work, { accountId, method: 'passphrase' }, { agent: 'Firefox on Android', address }),
  );
}

interface Mail {
  readonly subject: string;
  readonly body: string;
  readonly carries_secret: boolean;
}

const mailsTo = (email: string): Promise<Mail[]> =>
  world.db.query<Mail>(
    sql`select subject, body, carries_secret from mails where recipient = ${email} order by created_at, id`,
  );

/** The token of the last link that was mailed to this address. */
async function tokenFor(email: string): Promise<string> {
  await world.drain();
  const mail = (await mailsTo(email)).at(-1);
  return /\/links\/([A-Za-z0-9_-]{43})/u.exec(mail?.body ?? '')?.[1] ?? 'no token was mailed';
}

async function ask(email: string): Promise<string> {
  await requests.askByMail(email, HERE);
  return tokenFor(email);
}

describe('a passphrase', () => {
  it('opens the account it belongs to, however the address is spelled', async () => {
    const made = await personWith(world, 'finance_officer');
    expect(await signIn(`  ${made.email.toUpperCase()} `)).toMatchObject({
      accountId: made.accountId,
      personId: made.actor.personId,
    });
  });

  it('that is wrong is refused in the same words as an unknown address and a closed account', async () => {
    const wrong = await personWith(world, 'auditor');
    const closed = await personWith(world, 'auditor');
    await world.get(Accounts).disable(administrator, closed.actor.personId, 'Left the agency');
    await people.create(administrator, { name: 'Not Yet', email: 'not.yet@example.org' });
    const refusals = await Promise.all(
      [
        signIn(wrong.email, 'not the passphrase'),
        signIn('nobody@example.org', 'not the passphrase'),
        signIn(closed.email),
        signIn('not.yet@example.org', ''),
      ].map((attempt) => attempt.catch((error: unknown) => error)),
    );
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'session.wrong', status: 401, params: {} });
  });

  it('is compared with one hash for nobody as for somebody, which is what takes the time', async () => {
    const made = await personWith(world, 'auditor');
    const family = 'a.family.of.four@example.org';
    for (const isShared of [false, true, true, true]) {
      await people.create(administrator, { name: 'One of Four', email: family, isShared });
    }
    const compared = async (email: string): Promise<number> => {
      const through = jest.spyOn(Gate.prototype, 'through');
      try {
        await expect(signIn(email, 'not the passphrase')).rejects.toMatchObject({ code: 'session.wrong' });
        return through.mock.calls.length;
      } finally {
        through.mockRestore();
      }
    };
    expect(await compared(made.email)).toBe(1);
    expect(await compared('nobody.at.all@example.org')).toBe(1);
    expect(await compared(family)).toBe(1);
  });

  it('tells two persons of one address apart', async () => {
    const email = 'family@example.org';
    const make = (name: string, passphrase: string): Promise<unknown> =>
      world.db.work(systemActor('test'), async (work) => {
        const { hashPassphrase } = await import('../../src/features/sign-in/index.js');
        return people.add(work, name, email, await hashPassphrase(passphrase));
      });
    await make('First', TEST_PASSPHRASE);
    await make('Second', NEW);
    expect((await signIn(email)).personId).not.toBe((await signIn(email, NEW)).personId);
  });
});

describe('limits', () => {
  it('pause after ten failures from one network, and only there', async () => {
    const made = await personWith(world, 'auditor');
    const from = '2001:db8:7:7::1';
    for (let failure = 0; failure < 10; failure += 1) {
      // Another address of the same network each time.
      expect(await codeOf(signIn(made.email, 'wrong', `2001:db8:7:7::${failure}`))).toBe('session.wrong');
    }
    await expect(signIn(made.email, TEST_PASSPHRASE, from)).rejects.toMatchObject({
      code: 'session.wait_or_link',
      status: 429,
      retryAfterSeconds: 900,
    });
    expect((await signIn(made.email, TEST_PASSPHRASE, '2001:db8:7:8::1')).accountId).toBe(made.accountId);
    world.clock.advance(15 * 60_000);
    expect(await codeOf(signIn(made.email, TEST_PASSPHRASE, from))).toBe('in');
    expect(await codeOf(signIn(made.email, TEST_PASSPHRASE, from))).toBe('in');
  });

  it('let a hundred guesses at once be ten', async () => {
    const made = await personWith(world, 'auditor');
    const codes = await Promise.all(
      Array.from({ length: 40 }, () => codeOf(signIn(made.email, 'a guess', '203.0.113.9'))),
    );
    expect(codes.filter((code) => code === 'session.wrong')).toHaveLength(10);
    expect(codes.filter((code) => code === 'session.wait_or_link')).toHaveLength(30);
  });

  it('after a hundred failures from everywhere keep strangers out, and neither the owner nor the mailed link', async () => {
    const made = await personWith(world, 'auditor');
    await open(made.accountId, '198.51.100.200');
    await world.db.work(systemActor('test'), async (work) => {
      const { createHash } = await import('node:crypto');
      const key = createHash('sha256').update(`try:${made.email}`).digest('hex');
      const until = new Date(work.now.getTime() + 3_600_000);
      await work.query(sql`insert into limit_counts (key_hash, taken, ends_at) values (${key}, 100, ${until})`);
      return null;
    });
    const kept = await refusal(signIn(made.email, 'a guess', '203.0.113.77'));
    expect(kept).toMatchObject({ code: 'session.link_only', status: 429, params: { minutes: 60, hours: 1 } });
    expect(kept.retryAfterSeconds).toBe(3600);
    expect(await codeOf(signIn(made.email, TEST_PASSPHRASE, '203.0.113.78'))).toBe('session.link_only');
    expect((await links.signIn(await ask(made.email))) as object).toMatchObject({ accountId: made.accountId });
    expect(await codeOf(signIn(made.email, TEST_PASSPHRASE, '198.51.100.200'))).toBe('in');
    // What was counted is forgiven.
    expect(await codeOf(signIn(made.email, TEST_PASSPHRASE, '203.0.113.78'))).toBe('in');
  });

  it('do not count what goes well: a library has one address', async () => {
    const made = await personWith(world, 'auditor');
    for (let time = 0; time < 12; time += 1) expect(await codeOf(signIn(made.email, TEST_PASSPHRASE, HERE))).toBe('in');
  });

  it('keep nothing of what was typed', async () => {
    await signIn('My Secret Typed Into The Wrong Box', 'x').catch(() => undefined);
    expect(JSON.stringify(await world.db.query(sql`select * from limit_counts`)).toLowerCase()).not.toContain('secret');
  });
});

describe('a link to sign in', () => {
  it('lets in once, and is stored nowhere but in the mail', async () => {
    const made = await personWith(world, 'applicant', { scopeKind: 'organization', scopeId: crypto.randomUUID() });
    const token = await ask(made.email);
    const everything = await Promise.all(
      ['mailed_links', 'outbox', 'audit_events'].map((table) => world.db.query(sql`select * from ${rawSql(table)}`)),
    );
    expect(JSON.stringify(everything)).not.toContain(token);
    expect((await mailsTo(made.email))[0]?.carries_secret).toBe(true);
    for (let look = 0; look < 3; look += 1) expect((await links.look(token)).people).toHaveLength(1);
    const entered = await links.signIn(token);
    expect(entered).toMatchObject({ accountId: made.accountId, method: 'link' });
    expect(await codeOf(links.signIn(token))).toBe('link.not_open');
    expect(await codeOf(links.look(token))).toBe('link.not_open');
  });

  it('pressed five times at the same moment lets in once', async () => {
    const made = await personWith(world, 'auditor');
    const token = await ask(made.email);
    const codes = await Promise.all(Array.from({ length: 5 }, () => codeOf(links.signIn(token))));
    expect(codes.sort()).toEqual(['in', ...Array.from({ length: 4 }, () => 'link.not_open')]);
  });

  it('runs out after fifteen minutes, and whoever holds it gets another to the same address', async () => {
    const made = await personWith(world, 'auditor');
    const token = await ask(made.email);
    world.clock.advance(15 * 60_000);
    expect(await codeOf(links.signIn(token))).toBe('link.not_open');
    await requests.askAgain(token, HERE);
    const another = await tokenFor(made.email);
    expect(another).not.toBe(token);
    expect(await links.signIn(another)).toMatchObject({ accountId: made.accountId });
    expect(await codeOf(requests.askAgain('x'.repeat(43), HERE))).toBe('link.not_open');
  });

  it('asked for many times by somebody else leaves the owner with one that is good', async () => {
    const made = await personWith(world, 'auditor');
    for (let time = 0; time < 20; time += 1) await requests.askByMail(made.email, `203.0.113.${time}`);
    await world.drain();
    expect(await mailsTo(made.email)).toHaveLength(5);
    // The owner asks in vain and is told the same; what lies in the mailbox opens.
    const token = await ask(made.email);
    expect(await links.signIn(token)).toMatchObject({ accountId: made.accountId });
  });

  it('is sent once though the job is delivered twice', async () => {
    const made = await personWith(world, 'auditor');
    await ask(made.email);
    await world.db.work(systemActor('test'), (work) =>
      work.query(sql`update outbox set done_at = null, locked_until = null where topic = 'link.send'`),
    );
    await world.drain();
    expect(await mailsTo(made.email)).toHaveLength(1);
  });

  it('writes the same rows for an address nobody knows, and invites it to sign up', async () => {
    const made = await personWith(world, 'auditor');
    const rowsOf = async (email: string): Promise<number[]> => {
      await requests.askByMail(email, HERE);
      const counted = await world.db.query<{ count: number }>(sql`
        select count(*)::int as count from mailed_links where address = ${email}
        union all select count(*)::int from outbox where topic = 'link.send' and done_at is null`);
      await world.drain();
      return counted.map(({ count }) => count);
    };
    await world.drain();
    expect(await rowsOf('nobody.known@example.org')).toEqual(await rowsOf(made.email));
    expect((await mailsTo('nobody.known@example.org'))[0]?.subject).toContain('Make your account');
  });

  it('of a closed account is written down and sent to nobody', async () => {
    const made = await personWith(world, 'auditor');
    const token = await ask(made.email);
    await world.get(Accounts).disable(administrator, made.actor.personId, 'Left');
    expect(await codeOf(links.signIn(token))).toBe('link.not_open');
    await requests.askByMail(made.email, HERE);
    await world.drain();
    expect(await mailsTo(made.email)).toHaveLength(1);
  });
});

describe('an address that a family shares', () => {
  const email = 'the.whole.family@example.org';
  const add = async (name: string): Promise<{ personId: string; accountId: string }> =>
    world.db.work(systemActor('test'), (work) => people.add(work, name, email, null));

  it('asks who one is, after the button', async () => {
    const [ada, ben] = [await add('Ada'), await add('Ben')];
    const token = await ask(email);
    expect(await links.signIn(token)).toBe('who');
    expect(await links.signIn(token, administrator.personId)).toBe('who');
    expect((await links.look(token)).people.map(({ name }) => name)).toEqual(['Ada', 'Ben']);
    expect(await links.signIn(token, ben.personId)).toMatchObject({ accountId: ben.accountId });
    expect(await codeOf(links.signIn(token, ada.personId))).toBe('link.not_open');
  });

  it('never lets in somebody with a role beyond their own things', async () => {
    await world.db.work(systemActor('demo'), (work) =>
      world.get(Administrators).ensureAccount(work, {
        ...{ email: 'office@example.org', name: 'Officer', passphrase: TEST_PASSPHRASE },
        grants: [{ role: 'finance_officer' }],
      }),
    );
    const guest = await world.db.work(systemActor('test'), (work) =>
      people.add(work, 'Guest', 'office@example.org', null),
    );
    const token = await ask('office@example.org');
    const look = await links.look(token);
    expect([look.people.map(({ name }) => name), look.hasOthers]).toEqual([['Guest'], true]);
    expect(await links.signIn(token)).toMatchObject({ accountId: guest.accountId });
    expect(await codeOf(signIn('office@example.org'))).toBe('in');
  });
});

describe('signing up', () => {
  it('makes a person and an account by the button, once', async () => {
    await requests.askByMail('rosa@example.org', HERE, { name: 'Rosa Rivera', next: '/organizations/register' });
    const token = await tokenFor('rosa@example.org');
    expect((await links.look(token)).link.payload).toEqual({ name: 'Rosa Rivera', next: '/organizations/register' });
    expect(await world.db.query(sql`select 1 from persons where name = 'Rosa Rivera'`)).toEqual([]);
    expect(await codeOf(links.signIn(token))).toBe('link.not_open');
    await expect(links.signUp(token, undefined)).rejects.toMatchObject({ fields: [{ field: 'name' }] });
    const entered = await links.signUp(token, 'Rosa Rivera');
    expect(entered).toMatchObject({ method: 'link', next: '/organizations/register' });
    expect(await codeOf(links.signUp(token, 'Rosa Rivera'))).toBe('link.not_open');
    expect(await world.db.query(sql`select 1 from persons where name = 'Rosa Rivera'`)).toHaveLength(1);
  });

  it('twice with two links makes one person', async () => {
    await requests.askByMail('two.links@example.org', HERE, { name: 'Two' });
    const first = await tokenFor('two.links@example.org');
    await requests.askByMail('two.links@example.org', HERE, { name: 'Two' });
    const second = await tokenFor('two.links@example.org');
    const [one, other] = await Promise.all([links.signUp(first, 'Two'), links.signUp(second, 'Two')]);
    expect(one).toMatchObject({ accountId: (other as { accountId: string }).accountId });
    expect(await world.db.query(sql`select 1 from persons where name = 'Two'`)).toHaveLength(1);
  });

  it('does not lead past a closed account', async () => {
    await requests.askByMail('closed.before@example.org', HERE, { name: 'Past' });
    const token = await tokenFor('closed.before@example.org');
    const { personId } = await world.db.work(systemActor('test'), (work) =>
      people.add(work, 'Closed', 'closed.before@example.org', null),
    );
    await world.get(Accounts).disable(administrator, personId, 'Abuse');
    expect(await codeOf(links.signUp(token, 'Past'))).toBe('link.not_open');
  });
});

describe('an invitation', () => {
  async function invite(email: string): Promise<{ id: string; token: string }> {
    const { id } = await people.create(administrator, { name: 'Ines Invited', email });
    return { id, token: await tokenFor(email) };
  }

  it('lets somebody choose a passphrase once, or come in without one', async () => {
    const { id, token } = await invite('once@example.org');
    await expect(links.choosePassphrase(token, { passphrase: 'short', repeat: 'short' })).rejects.toMatchObject({
      fields: [{ field: 'passphrase' }],
    });
    await links.choosePassphrase(token, { passphrase: NEW, repeat: NEW });
    expect(await signIn('once@example.org', NEW)).toMatchObject({ personId: id });
    expect(await codeOf(links.choosePassphrase(token, { passphrase: NEW, repeat: NEW }))).toBe('link.not_open');
    const other = await invite('without@example.org');
    expect(await links.signIn(other.token)).toMatchObject({ method: 'link' });
  });

  it('used at the same moment lets exactly one passphrase win', async () => {
    const { token } = await invite('race@example.org');
    const words = Array.from({ length: 5 }, (_, index) => `lantern of attempt ${index} here`);
    const results = await Promise.allSettled(
      words.map((passphrase) => links.choosePassphrase(token, { passphrase, repeat: passphrase })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = await Promise.all(
      words.map((word, index) => codeOf(signIn('race@example.org', word, `192.0.2.${100 + index}`))),
    );
    expect(codes.filter((code) => code === 'in')).toHaveLength(1);
  });

  it('runs out after three days and is replaced by a newer one', async () => {
    const { id, token } = await invite('late@example.org');
    await people.invite(administrator, id);
    const newer = await tokenFor('late@example.org');
    expect(newer).not.toBe(token);
    expect(await codeOf(links.look(token))).toBe('link.not_open');
    await links.look(newer);
    world.clock.advance(3 * 86_400_000);
    expect(await codeOf(links.look(newer))).toBe('link.not_open');
    // Whoever holds it gets it again, as it was.
    await requests.askAgain(newer, HERE);
    expect((await links.look(await tokenFor('late@example.org'))).link.purpose).toBe('passphrase');
  });

  it('of an account that was closed opens nothing', async () => {
    const { id, token } = await invite('closed@example.org');
    await world.get(Accounts).disable(administrator, id, 'A mistake');
    expect(await codeOf(links.choosePassphrase(token, { passphrase: NEW, repeat: NEW }))).toBe('link.not_open');
    expect(await codeOf(people.invite(administrator, id))).toBe('account.is_disabled');
  });
});

describe('sessions', () => {
  it('lead to the person and the roles that hold, and end one by one or all', async () => {
    const made = await personWith(world, 'clerk');
    const [here, there] = [await open(made.accountId), await open(made.accountId)];
    expect(await actors.load(here)).toMatchObject({ ...made.actor, sessionId: here.sessionId });
    const actor = { ...made.actor, sessionId: here.sessionId };
    const own = world.get(OwnSessions);
    expect(await own.list(actor)).toHaveLength(2);
    await own.end(actor, there.sessionId);
    expect(await actors.load(there)).toBeUndefined();
    expect(await codeOf(own.end(actor, there.sessionId))).toBe('thing.not_found');
    await open(made.accountId);
    expect(await own.endOthers(actor)).toEqual({ count: 1 });
    expect(await actors.load(here)).toBeDefined();
  });

  it('run out after twelve hours, whether or not anybody swept', async () => {
    const made = await personWith(world, 'clerk');
    const session = await open(made.accountId);
    world.clock.advance(12 * 3_600_000 + 1000);
    expect(await actors.load(session)).toBeUndefined();
  });

  it('of who holds a role at the agency end after an hour without a request, told at the door; of others not', async () => {
    const [staff, guest] = [await personWith(world, 'clerk'), await personWith(world, 'participant')];
    const [worked, left, own] = [await open(staff.accountId), await open(staff.accountId), await open(guest.accountId)];
    for (let pause = 0; pause < 3; pause += 1) {
      world.clock.advance(40 * 60_000);
      expect(await actors.load(worked)).toBeDefined();
    }
    expect(await actors.load(left)).toBeUndefined();
    expect(await actors.load(own)).toBeDefined();
    const [row] = await world.db.query(sql`
      select end_reason as reason, ended_at as "endedAt" from account_sessions where id = ${left.sessionId}`);
    expect(row).toEqual({ reason: 'idle', endedAt: world.db.now });
    expect(await sessions.overAt({ request: { session: { account: left } } as never })).toBe('idle');
    expect(await sessions.overAt({ request: { session: { account: worked } } as never })).toBeUndefined();
    const audits = await world.db.query(sql`
      select note from audit_events where subject_id = ${staff.accountId} and action = 'session.ended'`);
    expect(audits).toEqual([{ note: 'idle' }]);
  });

  it('are not opened by a passphrase that was changed after it was looked at', async () => {
    const made = await personWith(world, 'clerk');
    const looked = await signIn(made.email);
    const change = { current: made.passphrase, passphrase: NEW, repeat: NEW };
    await world.get(PassphraseChanges).change(made.actor, change, HERE);
    const late = world.db.work(systemActor('test'), (work) =>
      sessions.open(work, { ...looked, method: 'passphrase' }, { agent: 'x', address: HERE }),
    );
    expect(await codeOf(late)).toBe('session.required');
  });

  it('of somebody else are not found', async () => {
    const [mine, other] = [await personWith(world, 'clerk'), await personWith(world, 'clerk')];
    const theirs = await open(other.accountId);
    expect(await codeOf(world.get(OwnSessions).end(mine.actor, theirs.sessionId))).toBe('thing.not_found');
    expect(await actors.load({ accountId: mine.accountId, sessionId: theirs.sessionId })).toBeUndefined();
    expect(await actors.load(theirs)).toBeDefined();
  });

  it('end everywhere when the passphrase changes, save the one that changed it, and open links with them', async () => {
    const made = await personWith(world, 'clerk');
    const [here, elsewhere] = [await open(made.accountId), await open(made.accountId)];
    await people.invite(administrator, made.actor.personId);
    const token = await tokenFor(made.email);
    const actor = { ...made.actor, sessionId: here.sessionId };
    const change = { current: made.passphrase, passphrase: NEW, repeat: NEW };
    await world.get(PassphraseChanges).change(actor, change, HERE);
    expect(await actors.load(elsewhere)).toBeUndefined();
    expect(await actors.load(here)).toMatchObject({ personId: made.actor.personId });
    expect(await codeOf(links.look(token))).toBe('link.not_open');
    expect(await codeOf(signIn(made.email))).toBe('session.wrong');
    expect(await codeOf(signIn(made.email, NEW))).toBe('in');
    await world.drain();
    expect((await mailsTo(made.email)).at(-1)?.subject).toBe('Your passphrase was changed');
  });

  it('need the passphrase in use and a good new one to change it', async () => {
    const made = await personWith(world, 'clerk');
    const change = (changes: object): Promise<unknown> =>
      world
        .get(PassphraseChanges)
        .change(made.actor, { current: made.passphrase, passphrase: NEW, repeat: NEW, ...changes }, HERE);
    await expect(change({ current: 'wrong' })).rejects.toMatchObject({ fields: [{ field: 'current' }] });
    await expect(change({ repeat: 'something else here' })).rejects.toMatchObject({ fields: [{ field: 'repeat' }] });
    await expect(change({ passphrase: made.passphrase, repeat: made.passphrase })).rejects.toMatchObject({
      fields: [{ field: 'passphrase', code: 'passphrase.too_known' }],
    });
    await expect(change({ passphrase: 'passwordpassword', repeat: 'passwordpassword' })).rejects.toMatchObject({
      fields: [{ field: 'passphrase', code: 'passphrase.too_common' }],
    });
    expect(await codeOf(signIn(made.email))).toBe('in');
  });

  it('end at once when the account is closed, and stay ended when it opens again', async () => {
    const made = await personWith(world, 'clerk');
    const session = await open(made.accountId);
    await world.get(Accounts).disable(administrator, made.actor.personId, 'Left');
    expect(await actors.load(session)).toBeUndefined();
    expect(await codeOf(open(made.accountId))).toBe('session.closed');
    await world.get(Accounts).enable(administrator, made.actor.personId, 'Came back');
    expect(await actors.load(session)).toBeUndefined();
    expect(await actors.load(await open(made.accountId))).toMatchObject({ name: made.actor.name });
  });

  it('are seen at most each five minutes, and swept when nobody can use them', async () => {
    const made = await personWith(world, 'participant');
    const session = await open(made.accountId);
    const seen = async (): Promise<unknown> =>
      (
        await world.db.query(sql`select last_seen_at, end_reason from account_sessions where id = ${session.sessionId}`)
      )[0];
    const before = await seen();
    world.clock.advance(60_000);
    await actors.load(session);
    expect(await seen()).toEqual(before);
    world.clock.advance(4 * 60_000);
    await actors.load(session);
    expect(await seen()).toMatchObject({ last_seen_at: world.db.now });
    const staff = await open((await personWith(world, 'clerk')).accountId);
    world.clock.advance(62 * 60_000);
    await world.get(SignInHousekeeper).sweep();
    expect(await seen()).toMatchObject({ end_reason: null });
    const idle = sql`select end_reason from account_sessions where id = ${staff.sessionId}`;
    expect(await world.db.query(idle)).toEqual([{ end_reason: 'idle' }]);
    world.clock.advance(11 * 3_600_000);
    await world.get(SignInHousekeeper).sweep();
    expect(await seen()).toMatchObject({ end_reason: 'run_out' });
  });
});

describe('a new address', () => {
  it('is taken by the link that went there, and the old one is told', async () => {
    const made = await personWith(world, 'clerk');
    await requests.askToChange(made.actor, 'address', 'moved.to@example.org');
    const token = await tokenFor('moved.to@example.org');
    const old = await ask(made.email);
    expect(await links.takeAddress(token)).toEqual({ personId: made.actor.personId, kind: 'address' });
    expect(await codeOf(signIn('moved.to@example.org'))).toBe('in');
    expect(await codeOf(signIn(made.email))).toBe('session.wrong');
    expect(await codeOf(links.takeAddress(token))).toBe('link.not_open');
    await world.drain();
    expect((await mailsTo(made.email)).at(-1)?.subject).toContain('address was changed');
    // A link that was on its way to the old address finds nobody there.
    expect(await codeOf(links.signIn(old))).toBe('link.not_open');
  });

  it('is given by an administrator to somebody who lost their mailbox, and confirmed by the link alone', async () => {
    const made = await personWith(world, 'participant');
    const input = { email: 'found.again@example.org', reason: 'Came to the office with a badge' };
    expect(await codeOf(requests.askToChangeFor(made.actor, administrator.personId, input))).toBe('permission.missing');
    expect(await codeOf(requests.askToChangeFor(administrator, administrator.personId, input))).toBe('address.own');
    await requests.askToChangeFor(administrator, made.actor.personId, input);
    expect(await codeOf(signIn(made.email))).toBe('in');
    await links.takeAddress(await tokenFor('found.again@example.org'));
    expect(await codeOf(signIn('found.again@example.org'))).toBe('in');
    expect((await mailsTo(made.email)).at(-1)?.subject).toContain('address was changed');
  });

  it('is not given by an administrator to somebody with a grave role, or one administrator would be two', async () => {
    const second = await personWith(world, 'administrator');
    const input = { email: 'my.second.mailbox@example.org', reason: 'Says they lost it' };
    const asked = requests.askToChangeFor(administrator, second.actor.personId, input);
    expect(await codeOf(asked)).toBe('address.grave_role');
    // Nor before the role is proposed, to be used after it.
    const made = await personWith(world, 'reviewer');
    await requests.askToChangeFor(administrator, made.actor.personId, input);
    const token = await tokenFor(input.email);
    const grant = { role: 'finance_approver', scopeKind: 'agency', reason: 'Asked for' } as const;
    await world.get(Roles).grant(administrator, made.actor.personId, grant);
    expect(await codeOf(links.takeAddress(token))).toBe('address.grave_role');
    // Their own choice it still is.
    await requests.askToChange(second.actor, 'address', 'my.own.choice@example.org');
    expect(await codeOf(links.takeAddress(await tokenFor('my.own.choice@example.org')))).toBe('in');
  });
});

describe('cards', () => {
  let facilitator: MadePerson;
  let participant: MadePerson;
  let collaborativeId: string;

  beforeAll(async () => {
    collaborativeId = await makeCollaborative();
    const scope = { scopeKind: 'collaborative', scopeId: collaborativeId } as const;
    facilitator = await personWith(world, 'facilitator', scope);
    participant = await personWith(world, 'participant', scope);
  });

  const issue = (actor = facilitator.actor): ReturnType<Cards['issue']> =>
    world.get(Cards).issue(actor, { personId: participant.actor.personId, collaborativeId });

  it('let a participant in with code and PIN, which are kept nowhere', async () => {
    const card = await issue();
    expect(card.pin).toMatch(/^\d{6}$/u);
    const rows = JSON.stringify(await world.db.query(sql`select * from entry_cards`));
    expect(rows).not.toContain(card.token);
    expect(await world.get(Cards).enter(card.token, card.pin, HERE)).toEqual({ accountId: participant.accountId });
    const [line] = (await world.get(Cards).list(facilitator.actor, new CardsQuery())).items;
    expect(line).toMatchObject({ personId: participant.actor.personId, cardId: card.cardId });
    // Whoever has a mailbox hears of it: nobody makes themselves a card for somebody else unseen.
    await world.drain();
    const mail = (await mailsTo(participant.email)).at(-1);
    expect(mail?.subject).toBe('A card was made for you');
    expect(mail?.body).not.toContain(card.pin);
  });

  it('are listed page by page, each participant once', async () => {
    const scope = { scopeKind: 'collaborative', scopeId: await makeCollaborative() } as const;
    const own = await personWith(world, 'facilitator', scope);
    const names: string[] = [];
    for (let count = 0; count < 5; count += 1) names.push((await personWith(world, 'participant', scope)).actor.name);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await world.get(Cards).list(own.actor, Object.assign(new CardsQuery(), { limit: 2, after }));
      seen.push(...page.items.map(({ name }) => name));
      expect(page.count).toBe(1 + names.length);
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(names));
  });

  it('are issued for participants of one’s own collaborative alone', async () => {
    const other = await personWith(world, 'facilitator', {
      scopeKind: 'collaborative',
      scopeId: await makeCollaborative(),
    });
    expect(await codeOf(issue(other.actor))).toBe('thing.not_found');
    const { items: theirs } = await world.get(Cards).list(other.actor, new CardsQuery());
    expect(theirs.map(({ personId }) => personId)).not.toContain(participant.actor.personId);
    const stranger = await personWith(world, 'reviewer');
    const input = { personId: stranger.actor.personId, collaborativeId };
    expect(await codeOf(world.get(Cards).issue(facilitator.actor, input))).toBe('thing.not_found');
  });

  it('end after five wrong PINs though a hundred are tried at once, and the facilitator is told', async () => {
    const card = await issue();
    const wrong = card.pin === '000000' ? '111111' : '000000';
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        codeOf(world.get(Cards).enter(card.token, wrong, `198.51.100.${index}`)),
      ),
    );
    expect(codes.filter((code) => code === 'input.has_problems')).toHaveLength(4);
    expect(codes.filter((code) => code === 'card.worn_out')).toHaveLength(1);
    expect(await codeOf(world.get(Cards).enter(card.token, card.pin, HERE))).toBe('card.not_open');
    await world.drain();
    expect((await mailsTo(facilitator.email)).at(-1)?.subject).toContain('card was ended');
  });

  it('that are replaced or ended open nothing', async () => {
    const [first, second] = [await issue(), await issue()];
    expect(await codeOf(world.get(Cards).look(first.token))).toBe('card.not_open');
    await world.get(Cards).revoke(facilitator.actor, second.cardId, 'Lost');
    expect(await codeOf(world.get(Cards).enter(second.token, second.pin, HERE))).toBe('card.not_open');
  });

  it('never open a session for somebody with a role beyond their own things', async () => {
    const card = await issue();
    const early = await world.db.work(systemActor('test'), (work) =>
      sessions.open(work, { accountId: participant.accountId, method: 'card' }, { agent: 'x', address: HERE }),
    );
    expect(await actors.load(early)).toBeDefined();
    await world.db.work(systemActor('demo'), (work) =>
      world.get(Administrators).ensureAccount(work, {
        ...{ email: participant.email, name: 'x', passphrase: TEST_PASSPHRASE },
        grants: [{ role: 'reviewer' }],
      }),
    );
    // Nor does one that is open already go on with the new role.
    expect(await actors.load(early)).toBeUndefined();
    // Whoever seats an applicant does not get to sign for their organization by it.
    const scope = { scopeKind: 'collaborative', scopeId: collaborativeId } as const;
    const seated = await personWith(world, 'participant', scope);
    const { id: organizationId } = await organization(world);
    await world.db.work(systemActor('test'), (work) =>
      world.get(Roles).addFollowing(work, seated.actor.personId, organizationId, 'Registered it'),
    );
    const theirs = { personId: seated.actor.personId, collaborativeId };
    expect(await codeOf(world.get(Cards).issue(facilitator.actor, theirs))).toBe('card.not_for_roles');
    const { accountId } = await world.get(Cards).enter(card.token, card.pin, HERE);
    const opened = world.db.work(systemActor('test'), (work) =>
      sessions.open(work, { accountId, method: 'card' }, { agent: 'x', address: HERE }),
    );
    expect(await codeOf(opened)).toBe('card.not_for_roles');
    expect(await codeOf(issue())).toBe('card.not_for_roles');
  });

  async function makeCollaborative(): Promise<string> {
    return (await collaborativeWithTeam(world, { roles: ['superintendent'] })).collaborativeId;
  }
});

describe('links of other features', () => {
  it('are told apart by their purpose', async () => {
    const made = await personWith(world, 'auditor');
    const token = await ask(made.email);
    const open = world.get(MailedLinks);
    expect(await codeOf(open.read(world.db, token, 'sign_up'))).toBe('link.not_open');
    expect((await open.read(world.db, token, 'sign_in')).address).toBe(made.email);
    expect(await codeOf(world.db.work(systemActor('test'), (work) => open.use(work, token, 'passphrase')))).toBe(
      'link.not_open',
    );
  });
});
