/** A session that was ended stays ended, whatever was in flight when it was. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWebWorld, TEST_PASSPHRASE, type WebWorld } from '../support/world.js';

let world: WebWorld;
beforeAll(async () => {
  world = await openWebWorld();
});
afterAll(async () => world?.close());

async function signIn(email: string): Promise<string> {
  const answer = await world.inject({
    method: 'POST',
    url: '/api/session',
    json: { email, password: TEST_PASSPHRASE },
  });
  expect(answer.statusCode).toBe(200);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

describe('signing out', () => {
  it('holds while pages of the same session are still being made', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    for (let round = 0; round < 10; round += 1) {
      const cookie = await signIn(person.email);
      // Each of these pages makes a token and so changes the session it loaded before the sign-out.
      const pages = Array.from({ length: 6 }, () => world.inject({ url: '/sources', headers: { cookie } }));
      const out = world.inject({ method: 'DELETE', url: '/api/session', headers: { cookie } });
      await Promise.all([...pages, out]);
      expect((await out).statusCode).toBe(204);
      const after = await world.inject({ url: '/api/me', headers: { cookie } });
      expect(after.statusCode).toBe(401);
    }
  });

  it('leaves a new session after signing in again', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    const first = await signIn(person.email);
    const second = await signIn(person.email);
    expect(second).not.toBe(first);
    await world.inject({ method: 'DELETE', url: '/api/session', headers: { cookie: first } });
    expect((await world.inject({ url: '/api/me', headers: { cookie: second } })).statusCode).toBe(200);
  });
});

describe('a body full of names that do not exist', () => {
  it('is refused in a few words', async () => {
    const json = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`field${index}`, '1']));
    const answer = await world.inject({ method: 'POST', url: '/api/session', json });
    expect(answer.statusCode).toBe(422);
    expect(answer.body.length).toBeLessThan(10_000);
  });
});
