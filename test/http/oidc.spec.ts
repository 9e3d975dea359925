/** Signing in by the agency's own service, held against a real OpenID Connect provider that runs beside the tests. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { generateSync } from 'otplib';
import { sql } from '../../src/platform/database/sql.js';
import { OIDC_SECRET, type OidcHost, startOidcHost } from '../support/oidc-host.js';
import {
  type Answer,
  failuresOf,
  openWebWorld,
  type TestPerson,
  type Visitor,
  type WebWorld,
} from '../support/world.js';

const CALLBACK = 'http://granary.test/sign-in/oidc/return';
const settings = (issuer: string): Record<string, string> => ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: 'granary',
  OIDC_CLIENT_SECRET: OIDC_SECRET,
  OIDC_NAME: 'County account',
});

let world: WebWorld;
let host: OidcHost;
beforeAll(async () => {
  host = await startOidcHost(CALLBACK);
  world = await openWebWorld({ secondFactor: 'required', env: settings(host.issuer) });
});
afterAll(async () => {
  await world?.close();
  await host?.stop();
});

const cookieOf = (answer: Answer): string => {
  const value = answer.cookies.find(({ name }) => name === 'granary')?.value;
  return value === undefined ? '' : `granary=${value}`;
};
const pathOf = (address: string): string => address.replace('http://granary.test', '');

/** Goes to the service from the sign-in page and comes back. */
async function come(
  as: string,
  amr: readonly string[] = [],
  cookie = '',
  query = '',
): Promise<{ answer: Answer; cookie: string; back: string }> {
  const begun = await world.inject({ url: `/sign-in/oidc${query}`, headers: { cookie } });
  expect(begun.statusCode).toBe(303);
  const held = cookieOf(begun) || cookie;
  const back = pathOf(await host.walk(String(begun.headers.location), as, amr));
  const answer = await world.inject({ url: back, headers: { cookie: held } });
  return { answer, cookie: cookieOf(answer) || held, back };
}

async function whoIs(cookie: string): Promise<unknown> {
  const answer = await world.inject({ url: '/api/me', headers: { cookie } });
  return answer.statusCode === 200 ? (answer.json() as { person: { id: string } }).person.id : answer.statusCode;
}

/** The person connects their account, by pages. */
async function connect(person: TestPerson, as: string): Promise<Visitor> {
  const visitor = await world.signIn(person);
  const { answer } = await come(as, [], visitor.cookie);
  expect(answer.headers.location).toBe('/me/oidc');
  const page = parse((await visitor.get('/me/oidc')).body);
  expect(page.querySelector('main')?.text).toContain('County account');
  const connected = await visitor.submit('/me/oidc/connect');
  expect(connected.headers.location).toBe('/me/oidc');
  return visitor;
}

describe('the way there', () => {
  it('is offered on the sign-in page and asks for a code with PKCE, state and nonce', async () => {
    const page = parse((await world.inject({ url: '/sign-in?next=%2Ffunding' })).body);
    const link = page.querySelectorAll('a').find((each) => each.getAttribute('href')?.startsWith('/sign-in/oidc'));
    expect(link?.text).toContain('County account');
    const begun = await world.inject({ url: String(link?.getAttribute('href')) });
    const address = new URL(String(begun.headers.location));
    expect(address.origin).toBe(host.issuer);
    const asked = Object.fromEntries(address.searchParams);
    expect(asked).toMatchObject({
      client_id: 'granary',
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid email',
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge'] as const) expect(asked[name]?.length).toBeGreaterThan(30);
    expect(begun.headers.location).not.toContain(OIDC_SECRET);
  });

  it('is not begun by another site', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    const answer = await world.inject({ url: '/sign-in/oidc?next=%2Ffunding', headers });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in']);
  });

  it('is not there where the agency has none', async () => {
    const without = await openWebWorld();
    try {
      for (const url of ['/sign-in/oidc', '/sign-in/oidc/return?code=1&state=2']) {
        expect((await without.inject({ url })).statusCode).toBe(404);
      }
      const visitor = await without.signIn();
      expect((await visitor.get('/me/oidc')).statusCode).toBe(200);
      expect((await visitor.get('/me')).body).not.toContain('/me/oidc');
    } finally {
      await without.close();
    }
  });

  it('says so kindly when the service does not answer', async () => {
    const dead = await openWebWorld({ env: settings('http://127.0.0.1:9') });
    try {
      const answer = await dead.inject({ url: '/sign-in/oidc' });
      expect(answer.statusCode).toBe(503);
      expect(parse(answer.body).querySelector('main')?.text).toContain('County account does not answer');
      expect(failuresOf(dead)).toEqual([]);
    } finally {
      await dead.close();
    }
  });

  it('takes no for an answer', async () => {
    const { answer, cookie } = await come('');
    expect(answer.headers.location).toBe('/sign-in');
    const page = parse((await world.inject({ url: '/sign-in', headers: { cookie } })).body);
    expect(page.querySelector('[role=status]')?.text).toContain('You left the sign-in service');
  });
});

describe('an account that was connected', () => {
  it('opens by it, and leads on', async () => {
    const person = await world.person();
    await connect(person, 'ada');
    const { answer, cookie } = await come('ada', [], '', '?next=%2Ffunding');
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/funding']);
    expect(await whoIs(cookie)).toBe(person.personId);
    const [row] = await world.db.query(sql`
      select method from account_sessions where account_id = ${person.accountId} order by opened_at desc, id desc limit 1`);
    expect(row).toEqual({ method: 'oidc' });
  });

  it('opens for the subject, never for the address: another one with the same address stays out', async () => {
    const person = await world.person();
    await connect(person, 'bea');
    const { answer, cookie } = await come('bea.unverified');
    expect(answer.statusCode).toBe(403);
    expect(await whoIs(cookie)).toBe(401);
  });

  it('counts as the second step when the service asked for one, and only then', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    await connect(person, 'cleo');
    const plain = await come('cleo', ['pwd']);
    expect(plain.answer.headers.location).toBe('/me/second-factor');
    const waiting = (await world.inject({ url: '/api/me', headers: { cookie: plain.cookie } })).json();
    expect(waiting).toMatchObject({ roles: [] });
    const strong = await come('cleo', ['pwd', 'mfa']);
    expect(strong.answer.headers.location).toBe('/');
    const full = (await world.inject({ url: '/api/me', headers: { cookie: strong.cookie } })).json();
    expect(full).toMatchObject({ roles: [{ role: 'finance_officer' }] });
  });

  it('with a second step of its own still asks for the code', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    const visitor = await connect(person, 'dora');
    const { secret } = (await visitor.post('/api/me/second-factor/begin')).json() as { secret: string };
    const code = generateSync({ secret, epoch: Math.floor(world.clock.now().getTime() / 1000) });
    expect((await visitor.post('/api/me/second-factor', { code })).statusCode).toBe(200);
    const { answer, cookie } = await come('dora');
    expect(answer.headers.location).toBe('/sign-in/code');
    expect(await whoIs(cookie)).toBe(401);
  });

  it('that is closed opens no more, and one that was disconnected neither', async () => {
    const person = await world.person();
    const visitor = await connect(person, 'edda');
    const page = parse((await visitor.get('/me/oidc')).body);
    const action = page
      .querySelectorAll('main form')
      .map((form) => form.getAttribute('action') ?? '')
      .find((each) => each.endsWith('/end'));
    expect((await visitor.submit(String(action))).statusCode).toBe(303);
    expect((await come('edda')).answer.statusCode).toBe(403);
    await connect(person, 'edda');
    await world.db.work({ kind: 'system', name: 'test' }, async (work) => {
      await work.query(sql`update accounts set disabled_at = ${work.now} where id = ${person.accountId}`);
      return null;
    });
    const { answer, cookie } = await come('edda');
    expect(answer.statusCode).toBe(403);
    expect(await whoIs(cookie)).toBe(401);
  });

  it('stays with its owner: nobody else connects the same identity, also not at once', async () => {
    const [one, two] = [await world.person(), await world.person()];
    const visitors = [await world.signIn(one), await world.signIn(two)];
    for (const visitor of visitors) {
      await come('flora', [], visitor.cookie);
      await visitor.csrf();
    }
    const answers = await Promise.all(visitors.map((visitor) => visitor.submit('/me/oidc/connect')));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([303, 409]);
    const rows = await world.db.query(
      sql`select 1 from external_identities where subject = 'flora' and ended_at is null`,
    );
    expect(rows.length).toBe(1);
  });
});

describe('an account that was not connected', () => {
  it('is not taken by a verified address that is known here', async () => {
    const person = await world.person();
    await world.db.work({ kind: 'system', name: 'test' }, async (work) => {
      await work.query(sql`update identifiers set value = 'gaia@county.example' where person_id = ${person.personId}`);
      return null;
    });
    const { answer, cookie } = await come('gaia', ['mfa']);
    expect(answer.statusCode).toBe(403);
    expect(parse(answer.body).querySelector('main')?.text).toContain('no account here is connected');
    expect(await whoIs(cookie)).toBe(401);
  });

  async function admitted(address: string): Promise<TestPerson> {
    const administrator = await world.person([{ role: 'administrator' }]);
    await connect(administrator, `admin${address}`.replace(/[@.]/g, ''));
    const strong = await come(`admin${address}`.replace(/[@.]/g, ''), ['mfa']);
    const person = await world.person();
    const answer = await world.inject({
      method: 'POST',
      url: `/api/people/${person.personId}/admission`,
      json: { address },
      headers: { cookie: strong.cookie },
    });
    expect(answer.statusCode).toBe(201);
    return person;
  }

  it('is connected at the first visit where an administrator let the verified address in, once', async () => {
    const person = await admitted('hera@county.example');
    const unverified = await come('hera.unverified');
    expect(unverified.answer.statusCode).toBe(403);
    const many = await Promise.all(Array.from({ length: 4 }, () => come('hera')));
    const ids = await Promise.all(many.map(({ cookie }) => whoIs(cookie)));
    expect(ids).toContain(person.personId);
    expect(ids.every((id) => id === person.personId || id === 401)).toBe(true);
    const rows = await world.db.query(sql`select 1 from external_identities where subject = 'hera'`);
    expect(rows.length).toBe(1);
    expect(await whoIs((await come('hera')).cookie)).toBe(person.personId);
  });

  it('is not, once the days are over', async () => {
    await admitted('iris@county.example');
    world.clock.advance(15 * 86_400_000);
    expect((await come('iris')).answer.statusCode).toBe(403);
    world.clock.advance(-15 * 86_400_000);
  });
});

describe('somebody who tampers', () => {
  it('gets nowhere with another browser, another state, a used code or an old attempt', async () => {
    const person = await world.person();
    await connect(person, 'juno');
    const begun = await world.inject({ url: '/sign-in/oidc' });
    const mine = cookieOf(begun);
    const back = pathOf(await host.walk(String(begun.headers.location), 'juno'));
    // Without the cookie of the browser that began it, or with that of another attempt.
    expect((await world.inject({ url: back })).headers.location).toBe('/sign-in');
    const other = cookieOf(await world.inject({ url: '/sign-in/oidc' }));
    const foreign = await world.inject({ url: back, headers: { cookie: other } });
    expect(foreign.statusCode).toBe(401);
    const forged = await world.inject({ url: '/sign-in/oidc' });
    const changed = back.replace(/state=[^&]+/, 'state=guessed');
    expect((await world.inject({ url: changed, headers: { cookie: cookieOf(forged) } })).statusCode).toBe(401);
    const good = await world.inject({ url: back, headers: { cookie: mine } });
    expect(good.statusCode).toBe(303);
    // The attempt was good once, and so was its code.
    const replay = await world.inject({ url: back, headers: { cookie: cookieOf(good) } });
    expect(replay.headers.location).toBe('/sign-in');
    const late = await world.inject({ url: '/sign-in/oidc' });
    const lateBack = pathOf(await host.walk(String(late.headers.location), 'juno'));
    world.clock.advance(16 * 60_000);
    const tooLate = await world.inject({ url: lateBack, headers: { cookie: cookieOf(late) } });
    expect(tooLate.headers.location).toBe('/sign-in');
  });

  it('gets nowhere with a word that is signed by another key than the service’s', async () => {
    const person = await world.person();
    const visitor = await world.signIn(person);
    const { answer, cookie } = await come('forged', [], visitor.cookie);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers.location).toBeUndefined();
    expect(parse((await world.inject({ url: '/me/oidc', headers: { cookie } })).body).text).not.toContain('forged@');
    expect((await come('forged')).answer.statusCode).toBe(401);
    expect(await world.db.query(sql`select 1 from external_identities where subject = 'forged'`)).toEqual([]);
    // The same without a forged signature is good: it was the key that was looked at.
    expect((await come('forger', [], visitor.cookie)).answer.headers.location).toBe('/me/oidc');
  });

  it('cannot have their own identity connected with an account by leading its owner along a link', async () => {
    const victim = await world.person();
    const visitor = await world.signIn(victim);
    // The attacker is signed in at the service in the victim's browser and sends them to both addresses.
    const { answer } = await come('mallory', [], visitor.cookie);
    expect(answer.headers.location).toBe('/me/oidc');
    const rows = await world.db.query(sql`select 1 from external_identities where subject = 'mallory'`);
    expect(rows).toEqual([]);
    const page = parse((await visitor.get('/me/oidc')).body);
    expect(page.querySelector('main')?.text).toContain('mallory@County.example');
    const forged = await visitor.ask({ method: 'POST', url: '/me/oidc/connect', form: {} });
    expect(forged.statusCode).toBe(403);
  });

  it('cannot connect what another person brought back in the same browser', async () => {
    const [one, two] = [await world.person(), await world.person()];
    const first = await world.signIn(one);
    await come('nora', [], first.cookie);
    const second = await world.signIn(two);
    const answer = await second.submit('/me/oidc/connect');
    expect(answer.statusCode).toBe(409);
  });
});

describe('all in all', () => {
  it('nothing failed on our side, and no secret was logged', () => {
    expect(failuresOf(world)).toEqual([]);
    expect(world.troubles.join('\n')).not.toContain(OIDC_SECRET);
    expect(world.troubles.join('\n')).not.toMatch(/code=|id_token|access_token/);
  });
});
