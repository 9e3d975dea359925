/** The second step as people and attackers meet it: at the door, over their roles, and when the phone is gone. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { generateSync } from 'otplib';
import { Client } from 'pg';
import { sql } from '../../src/platform/database/sql.js';
import {
  type Answer,
  failuresOf,
  openWebWorld,
  TEST_PASSPHRASE,
  type TestPerson,
  type Visitor,
  type WebWorld,
} from '../support/world.js';

let world: WebWorld;
beforeAll(async () => {
  world = await openWebWorld({ secondFactor: 'required' });
});
afterAll(async () => world?.close());

const minutes = (count: number): void => world.clock.advance(count * 60_000);
const codeOf = (secret: string, steps = 0): string =>
  generateSync({ secret, epoch: Math.floor(world.clock.now().getTime() / 1000) + steps * 30 });

interface Holder {
  readonly visitor: Visitor;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

/** Somebody who has set their second step up. */
async function holder(person: TestPerson): Promise<Holder> {
  const visitor = await world.signIn(person);
  const { secret } = (await visitor.post('/api/me/second-factor/begin')).json() as { secret: string };
  const confirmed = await visitor.ask({
    method: 'POST',
    url: '/api/me/second-factor',
    json: { code: codeOf(secret) },
  });
  expect(confirmed.statusCode).toBe(200);
  const cookie = `granary=${cookieOf(confirmed)}`;
  const ask: Visitor['ask'] = (asked) => world.inject({ ...asked, headers: { cookie, ...asked.headers } });
  const { recoveryCodes } = confirmed.json() as { recoveryCodes: string[] };
  return {
    visitor: {
      ...visitor,
      cookie,
      ask,
      get: (url) => ask({ url }),
      post: (url, json = {}) => ask({ method: 'POST', url, json }),
    },
    secret,
    recoveryCodes,
  };
}

function cookieOf(answer: Answer): string {
  return answer.cookies.find(({ name }) => name === 'granary')?.value ?? '';
}

const signIn = (email: string, code?: string, address = '10.0.0.1'): Promise<Answer> =>
  world.app.inject({
    method: 'POST',
    url: '/api/session',
    remoteAddress: address,
    payload: { email, password: TEST_PASSPHRASE, ...(code !== undefined && { code }) },
  });

/** A browser: keeps its cookie, sends the token of the page it is on. */
class Browser {
  cookie = '';
  page = parse('');
  constructor(private readonly address = '10.0.0.9') {}

  async open(url: string): Promise<Answer> {
    return this.take(await world.app.inject({ url, headers: { cookie: this.cookie }, remoteAddress: this.address }));
  }

  async send(url: string, form: Record<string, string>): Promise<Answer> {
    const token = this.page.querySelector('input[name=_csrf]')?.getAttribute('value') ?? '';
    return this.take(
      await world.app.inject({
        method: 'POST',
        url,
        headers: { cookie: this.cookie, 'content-type': 'application/x-www-form-urlencoded' },
        payload: String(new URLSearchParams({ _csrf: token, ...form })),
        remoteAddress: this.address,
      }),
    );
  }

  private take(answer: Answer): Answer {
    const value = cookieOf(answer);
    if (value !== '') this.cookie = `granary=${value}`;
    if (String(answer.headers['content-type']).startsWith('text/html')) this.page = parse(answer.body);
    return answer;
  }
}

describe('roles that ask for a second step', () => {
  it.each(['finance_officer', 'finance_approver', 'agency_signatory', 'administrator'] as const)(
    'wait for it: %s',
    async (role) => {
      const visitor = await world.signIn(role);
      const me = (await visitor.get('/api/me')).json() as { roles: unknown[] };
      expect(me.roles).toEqual([]);
      const own = (await visitor.get('/api/me/second-factor')).json();
      expect(own).toMatchObject({ since: null, withheld: [{ role }] });
    },
  );

  it('leave the others alone', async () => {
    const person = await world.person([{ role: 'program_officer' }, { role: 'finance_officer' }]);
    const visitor = await world.signIn(person);
    const me = (await visitor.get('/api/me')).json();
    expect(me).toMatchObject({ roles: [{ role: 'program_officer' }] });
    expect((await visitor.get('/sources')).statusCode).toBe(200);
  });

  it('say so where they are refused, with the way on', async () => {
    const visitor = await world.signIn('administrator');
    const answer = await visitor.get('/people');
    expect(answer.statusCode).toBe(403);
    expect(parse(answer.body).querySelector('main a[href="/me/second-factor"]')).not.toBeNull();
    const api = await visitor.get('/api/people');
    expect(api.json()).toMatchObject({ status: 403, code: 'second_factor.role_waits' });
    expect((await visitor.get('/settings')).statusCode).toBe(403);
  });

  it('are led to the set-up after signing in, and told on the home page', async () => {
    const person = await world.person([{ role: 'finance_approver' }]);
    const browser = new Browser();
    await browser.open('/sign-in');
    const answer = await browser.send('/sign-in', { email: person.email, password: TEST_PASSPHRASE });
    expect(answer.headers.location).toBe('/me/second-factor');
    await browser.open('/');
    expect(browser.page.querySelector('main a[href="/me/second-factor"]')).not.toBeNull();
  });

  it('tell a member of a committee in time, who loses nothing but the vote on a device of their own', async () => {
    const visitor = await world.signIn('committee_member');
    const page = parse((await visitor.get('/')).body);
    expect(page.querySelector('main')?.text).toContain('You need it to vote on your own phone');
    expect((await visitor.get('/meetings')).statusCode).toBe(200);
    expect(parse((await (await world.signIn('reviewer')).get('/')).body).querySelector('main')?.text).not.toContain(
      'second step',
    );
  });

  it('work as soon as it is set up, page by page', async () => {
    const person = await world.person([{ role: 'administrator' }]);
    const browser = new Browser();
    await browser.open('/sign-in');
    await browser.send('/sign-in', { email: person.email, password: TEST_PASSPHRASE });
    await browser.open('/me/second-factor');
    expect((await browser.send('/me/second-factor/begin', {})).headers.location).toBe('/me/second-factor/set-up');
    await browser.open('/me/second-factor/set-up');
    expect(browser.page.querySelector('svg.qr-code path')?.getAttribute('d')?.length).toBeGreaterThan(500);
    const secret = browser.page.querySelector('.second-step__code')?.text.replaceAll(' ', '') ?? '';
    const wrong = await browser.send('/me/second-factor/set-up', { code: '000000' });
    expect(wrong.statusCode).toBe(422);
    expect(browser.page.querySelector('#code, [name=code]')?.getAttribute('aria-invalid')).toBe('true');
    const before = browser.cookie;
    const done = await browser.send('/me/second-factor/set-up', { code: ` ${codeOf(secret)} ` });
    expect(done.statusCode).toBe(200);
    expect(done.headers['cache-control']).toBe('no-store');
    expect(browser.page.querySelectorAll('.second-step__codes code').length).toBe(10);
    expect(browser.cookie).not.toBe(before);
    expect((await browser.open('/people')).statusCode).toBe(200);
    // What led to it is nowhere in the page any more, nor are the codes.
    await browser.open('/me/second-factor/set-up');
    expect(browser.page.querySelector('svg.qr-code')).toBeNull();
  });
});

describe('at the door', () => {
  let person: TestPerson;
  let held: Holder;
  beforeAll(async () => {
    person = await world.person([{ role: 'finance_officer' }]);
    held = await holder(person);
  });

  it('a program is told that a code is due, and gets in with both', async () => {
    minutes(1);
    const without = await signIn(person.email);
    expect(without.statusCode).toBe(401);
    expect(without.json()).toMatchObject({ code: 'session.second_factor_required' });
    const wrong = await signIn(person.email, '123456');
    expect(wrong.statusCode).toBe(401);
    expect(wrong.json()).toMatchObject({ code: 'session.code_wrong' });
    const right = await signIn(person.email, codeOf(held.secret));
    expect(right.statusCode).toBe(200);
    expect(right.json()).toMatchObject({ roles: [{ role: 'finance_officer' }] });
  });

  it('nobody is signed in before the code, whatever they ask', async () => {
    const waiting = await signIn(person.email);
    const cookie = `granary=${cookieOf(waiting)}`;
    for (const url of ['/api/me', '/api/me/second-factor', '/api/sources']) {
      expect((await world.inject({ url, headers: { cookie } })).statusCode).toBe(401);
    }
    const remove = await world.inject({
      method: 'POST',
      url: '/api/me/second-factor/remove',
      headers: { cookie },
      json: {},
    });
    expect(remove.statusCode).toBe(401);
  });

  it('a code works once: of twenty at once with the same one, one gets in', async () => {
    minutes(2);
    const code = codeOf(held.secret);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => signIn(person.email, code, `10.1.${index}.1`)),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBe(1);
    expect((await signIn(person.email, code, '10.1.99.1')).statusCode).toBe(401);
    // Nor does an earlier half minute's, once a later one was used.
    expect((await signIn(person.email, codeOf(held.secret, -1), '10.1.99.2')).statusCode).toBe(401);
  });

  it('a phone whose clock is half a minute off gets in; one that is further off does not', async () => {
    minutes(5);
    expect((await signIn(person.email, codeOf(held.secret, 2), '10.2.0.1')).statusCode).toBe(401);
    expect((await signIn(person.email, codeOf(held.secret, -2), '10.2.0.1')).statusCode).toBe(401);
    expect((await signIn(person.email, codeOf(held.secret, -1), '10.2.0.1')).statusCode).toBe(200);
    expect((await signIn(person.email, codeOf(held.secret, 1), '10.2.0.1')).statusCode).toBe(200);
  });

  it('pages ask for it and lead where somebody wanted to go', async () => {
    minutes(5);
    const browser = new Browser();
    await browser.open('/sign-in?next=%2Fsources');
    const first = await browser.send('/sign-in', { email: person.email, password: TEST_PASSPHRASE, next: '/sources' });
    expect(first.headers.location).toBe('/sign-in/code?next=%2Fsources');
    await browser.open(String(first.headers.location));
    const wrong = await browser.send('/sign-in/code', { code: '000000', next: '/sources' });
    expect(wrong.statusCode).toBe(422);
    expect(browser.page.querySelector('input[name=next]')?.getAttribute('value')).toBe('/sources');
    expect(browser.page.querySelector('input[name=code]')?.getAttribute('value') ?? '').toBe('');
    const right = await browser.send('/sign-in/code', { code: codeOf(held.secret), next: '//evil.example' });
    expect(right.headers.location).toBe('/');
    expect((await browser.open('/sources')).statusCode).toBe(200);
  });

  it('a code is no longer waited for once the passphrase was changed', async () => {
    const own = await world.person();
    const { visitor, secret } = await holder(own);
    const browser = new Browser();
    await browser.open('/sign-in');
    await browser.send('/sign-in', { email: own.email, password: TEST_PASSPHRASE });
    await browser.open('/sign-in/code');
    const NEW = 'thirteen brass kettles';
    const json = { current: TEST_PASSPHRASE, passphrase: NEW, repeat: NEW };
    expect((await visitor.ask({ method: 'POST', url: '/api/me/passphrase', json })).statusCode).toBe(200);
    minutes(1);
    const late = await browser.send('/sign-in/code', { code: codeOf(secret) });
    expect(late.statusCode).toBe(401);
    expect((await browser.open('/me')).statusCode).toBe(303);
  });

  it('a code is waited for ten minutes, no longer', async () => {
    minutes(5);
    const browser = new Browser();
    await browser.open('/sign-in');
    await browser.send('/sign-in', { email: person.email, password: TEST_PASSPHRASE });
    await browser.open('/sign-in/code');
    minutes(11);
    const late = await browser.send('/sign-in/code', { code: codeOf(held.secret) });
    expect(late.headers.location).toBe('/sign-in');
    expect((await browser.open('/sources')).statusCode).toBe(303);
  });

  it('guessing ends soon, from one place and from many; whoever is known goes on', async () => {
    minutes(30);
    const here = await Promise.all(Array.from({ length: 15 }, () => signIn(person.email, '111111', '10.5.0.1')));
    expect(here.filter(({ statusCode }) => statusCode === 401).length).toBeLessThanOrEqual(10);
    expect(here.some(({ statusCode }) => statusCode === 429)).toBe(true);
    for (let place = 0; place < 70; place += 1) await signIn(person.email, '222222', `10.6.${place}.1`);
    // Even the right code is not taken from a strange place now, nor is it told apart from a wrong one.
    expect((await signIn(person.email, codeOf(held.secret), '10.7.0.1')).statusCode).toBe(429);
    // From where they got in before it is, and so is a recovery code from anywhere.
    expect((await signIn(person.email, codeOf(held.secret), '10.2.0.1')).statusCode).toBe(200);
    expect((await signIn(person.email, held.recoveryCodes[0], '10.8.0.1')).statusCode).toBe(200);
    const mails = await world.db.query<{ count: number }>(
      sql`select count(*)::int as count from mails where recipient = ${person.email} and subject like 'Many wrong%'`,
    );
    expect(mails).toEqual([{ count: 1 }]);
  }, 120_000);
});

describe('recovery codes', () => {
  it('work once each, however they are typed; new ones end the old', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    const { recoveryCodes, secret, visitor } = await holder(person);
    expect(recoveryCodes.length).toBe(10);
    const [first = '', second = '', third = ''] = recoveryCodes;
    const typed = first.toUpperCase().replaceAll('-', ' ');
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, at) => signIn(person.email, typed, `10.9.${at}.1`)),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBe(1);
    expect((await signIn(person.email, first, '10.9.9.1')).statusCode).toBe(401);
    expect((await signIn(person.email, `${second.slice(0, -1)}z`, '10.9.9.1')).statusCode).toBe(401);
    minutes(1);
    expect((await visitor.post('/api/session/confirm', { code: codeOf(secret) })).statusCode).toBe(200);
    const renewed = (await visitor.post('/api/me/second-factor/codes')).json() as { recoveryCodes: string[] };
    expect((await signIn(person.email, third, '10.9.9.2')).statusCode).toBe(401);
    expect((await signIn(person.email, renewed.recoveryCodes[3], '10.9.9.2')).statusCode).toBe(200);
    const [stored] = await world.db.query<{ text: string }>(sql`
      select string_agg(row_to_json(c)::text, '') || string_agg(coalesce(c.code_hash, ''), '') as text from recovery_codes c`);
    for (const code of [...recoveryCodes, ...renewed.recoveryCodes]) {
      expect(stored?.text).not.toContain(code.slice(3).replaceAll('-', ''));
    }
  });

  it('lead a person to their second step, and tell them by mail', async () => {
    const person = await world.person();
    const { recoveryCodes } = await holder(person);
    const browser = new Browser('10.10.0.1');
    await browser.open('/sign-in');
    await browser.send('/sign-in', { email: person.email, password: TEST_PASSPHRASE });
    await browser.open('/sign-in/code');
    const answer = await browser.send('/sign-in/code', { code: recoveryCodes[4] ?? '' });
    expect(answer.headers.location).toBe('/me/second-factor');
    await browser.open('/me/second-factor');
    expect(browser.page.querySelector('[role=status]')?.text).toContain('9 are left');
    const mails = await world.db.query(
      sql`select 1 from mails where recipient = ${person.email} and subject = 'A recovery code was used'`,
    );
    expect(mails.length).toBe(1);
  });
});

describe('taking it off and changing it', () => {
  it('asks for a fresh code, not for a passphrase, and signs out everywhere else', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    const { visitor, secret } = await holder(person);
    minutes(1);
    const other = await signIn(person.email, codeOf(secret));
    const otherCookie = `granary=${cookieOf(other)}`;
    minutes(20);
    const stale = await visitor.post('/api/me/second-factor/remove');
    expect(stale.json()).toMatchObject({ status: 401, code: 'session.confirmation_required' });
    expect((await visitor.post('/api/session/confirm', { password: TEST_PASSPHRASE })).statusCode).toBe(200);
    expect((await visitor.post('/api/me/second-factor/remove')).statusCode).toBe(401);
    expect((await visitor.post('/api/session/confirm', { code: codeOf(secret) })).statusCode).toBe(200);
    expect((await visitor.post('/api/me/second-factor/remove')).statusCode).toBe(200);
    expect((await world.inject({ url: '/api/me', headers: { cookie: otherCookie } })).statusCode).toBe(401);
    const [row] = await world.db.query(sql`
      select f.secret_sealed from second_factors f join accounts a on a.id = f.account_id
      where a.person_id = ${person.personId} and f.end_reason = 'removed'`);
    expect(row).toEqual({ secret_sealed: null });
    expect((await signIn(person.email)).statusCode).toBe(200);
  });

  it('moves to another app without a moment in which neither counts', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    const { visitor, secret, recoveryCodes } = await holder(person);
    const begun = (await visitor.post('/api/me/second-factor/begin')).json() as { secret: string };
    minutes(1);
    expect((await signIn(person.email, codeOf(begun.secret))).statusCode).toBe(401);
    expect((await signIn(person.email, codeOf(secret))).statusCode).toBe(200);
    const moved = await visitor.post('/api/me/second-factor', { code: codeOf(begun.secret) });
    expect(moved.statusCode).toBe(200);
    minutes(1);
    expect((await signIn(person.email, codeOf(secret))).statusCode).toBe(401);
    expect((await signIn(person.email, recoveryCodes[0])).statusCode).toBe(401);
    expect((await signIn(person.email, codeOf(begun.secret))).statusCode).toBe(200);
  });

  it('a second tab that began again leaves one secret that counts', async () => {
    const person = await world.person();
    const visitor = await world.signIn(person);
    const begun = await Promise.all(Array.from({ length: 6 }, () => visitor.post('/api/me/second-factor/begin')));
    expect(begun.map(({ statusCode }) => statusCode)).toEqual(begun.map(() => 201));
    const rows = await world.db.query(sql`
      select 1 from second_factors f join accounts a on a.id = f.account_id
      where a.person_id = ${person.personId} and f.ended_at is null`);
    expect(rows.length).toBe(1);
  });
});

describe('phone and recovery codes lost', () => {
  it('one administrator asks, another confirms, and neither is the person; all is told', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    const { visitor: own } = await holder(person);
    const admins: Visitor[] = [];
    for (let count = 0; count < 2; count += 1) {
      admins.push((await holder(await world.person([{ role: 'administrator' }]))).visitor);
    }
    const [asker, other] = admins as [Visitor, Visitor];
    const asked = await asker.post(`/api/people/${person.personId}/second-factor-reset`, { reason: 'Called back.' });
    expect(asked.statusCode).toBe(201);
    const { id } = asked.json() as { id: string };
    const twice = await other.post(`/api/people/${person.personId}/second-factor-reset`, { reason: 'Again.' });
    expect(twice.json()).toMatchObject({ status: 409, code: 'second_factor_reset.asked_already' });
    const byAsker = await asker.post(`/api/second-factor-resets/${id}/confirm`);
    expect(byAsker.json()).toMatchObject({ status: 403, code: 'second_factor_reset.asked_by_you' });
    expect((await own.post(`/api/second-factor-resets/${id}/confirm`)).statusCode).toBe(403);
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => other.post(`/api/second-factor-resets/${id}/confirm`)),
    );
    expect(outcomes.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409, 409]);
    expect((await own.get('/api/me')).statusCode).toBe(401);
    const back = await signIn(person.email);
    expect(back.statusCode).toBe(200);
    // The role waits again until a new one is set up.
    expect(back.json()).toMatchObject({ roles: [] });
    const subjects = await world.db.query<{ subject: string }>(
      sql`select subject from mails where recipient = ${person.email} order by created_at, id`,
    );
    expect(subjects.map(({ subject }) => subject)).toEqual([
      'Your second step is set up',
      'Somebody asked to take your second step off',
      'Your second step was taken off',
    ]);
  });

  it('nobody asks for themselves, nor where nothing is set up', async () => {
    const person = await world.person([{ role: 'administrator' }]);
    const { visitor } = await holder(person);
    const own = await visitor.post(`/api/people/${person.personId}/second-factor-reset`, { reason: 'Mine.' });
    expect(own.json()).toMatchObject({ status: 403, code: 'second_factor_reset.own' });
    const bare = await world.person();
    const none = await visitor.post(`/api/people/${bare.personId}/second-factor-reset`, { reason: 'None.' });
    expect(none.json()).toMatchObject({ status: 409, code: 'second_factor_reset.nothing_set_up' });
  });

  it('the pages lead through it', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    await holder(person);
    const asker = await holder(await world.person([{ role: 'administrator' }]));
    const other = await holder(await world.person([{ role: 'administrator' }]));
    const [one, two] = [new Browser(), new Browser()];
    one.cookie = asker.visitor.cookie;
    two.cookie = other.visitor.cookie;
    await one.open(`/people/${person.personId}/sign-in`);
    // What the help line needs: by what they get in, and what gets them in again.
    for (const words of [person.email, 'Last signed in', 'press “Mail me a link”', 'a recovery code']) {
      expect(one.page.querySelector('main')?.text).toContain(words);
    }
    const asked = await one.send(`/people/${person.personId}/second-factor-reset`, { reason: 'Called back at work.' });
    const path = String(asked.headers.location);
    await one.open(path);
    expect(one.page.querySelector('main')?.text).toContain('You asked for this');
    await two.open('/');
    expect(two.page.querySelector(`main a[href="${path}"]`)).not.toBeNull();
    await two.open(path);
    expect((await two.send(`${path}/confirm`, {})).headers.location).toBe(path);
    await two.open(path);
    expect(two.page.querySelector('main')?.text).toContain('Taken off');
  });
});

describe('what is stored', () => {
  it('has no secret, code or recovery code lying open anywhere', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    const { secret, recoveryCodes } = await holder(person);
    const client = new Client({ connectionString: world.database.adminUrl });
    await client.connect();
    const tables = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public'`,
    );
    const needles = [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))];
    for (const { name } of tables.rows) {
      const rows = await client.query<{ text: string }>(`select row_to_json(t)::text as text from "${name}" t`);
      const text = rows.rows.map((row) => row.text).join('\n');
      expect({ table: name, found: needles.filter((needle) => text.includes(needle)) }).toEqual({
        table: name,
        found: [],
      });
    }
    await client.end();
    expect(world.troubles.join('\n')).not.toContain(secret);
  });

  it('nothing failed on our side', () => {
    expect(failuresOf(world)).toEqual([]);
  });
});
