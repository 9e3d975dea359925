/** A session that was ended stays ended, whatever was in flight when it was. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { type Answer, openWebWorld, TEST_PASSPHRASE, type WebWorld } from '../support/world.js';

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

describe('an hour without a step', () => {
  it('signs staff out, says so, and leads back; a form sent then says what became of it', async () => {
    const person = await world.person([{ role: 'program_officer' }]);
    const cookie = await signIn(person.email);
    const get = (url: string): Promise<Answer> => world.inject({ url, headers: { cookie } });
    expect((await get('/rounds')).statusCode).toBe(200);
    world.clock.advance(62 * 60_000);
    const late = await world.inject({ method: 'POST', url: '/api/funds', headers: { cookie }, json: {} });
    expect(late.json()).toMatchObject({ status: 401, code: 'session.over' });
    const gone = await get('/rounds?state=draft');
    expect([gone.statusCode, gone.headers.location]).toEqual([303, '/sign-in?next=%2Frounds%3Fstate%3Ddraft']);
    const door = parse((await get('/sign-in?next=%2Frounds')).body);
    expect(door.querySelector('.note')?.text).toContain('signed out after 60 minutes');
    expect(door.querySelector('.note')?.text).toContain('go on where you were');
    const stranger = parse((await world.inject({ url: '/sign-in' })).body);
    expect(stranger.querySelector('.note')).toBeNull();
    expect((await world.inject({ url: '/api/me' })).json()).toMatchObject({ code: 'session.required' });
    world.clock.advance(-62 * 60_000);
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
