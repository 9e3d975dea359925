/** Pages and API about one's own data, retention, holds and disposals, as people and programs meet them. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { sql } from '../../src/platform/database/sql.js';
import { failuresOf, openWebWorld, type TestPerson, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;
let anna: Visitor;
let boris: Visitor;
let auditor: Visitor;

beforeAll(async () => {
  world = await openWebWorld();
  anna = await world.signIn('administrator');
  boris = await world.signIn('administrator');
  auditor = await world.signIn('auditor');
}, 120_000);
afterAll(async () => world?.close());

async function words(visitor: Visitor, url: string): Promise<string> {
  const answer = await visitor.get(url);
  if (answer.statusCode !== 200) return `answered ${answer.statusCode}: ${answer.body}`;
  return (parse(answer.body).querySelector('main')?.text ?? '').replace(/\s+/gu, ' ');
}

const REASON = 'Asked by letter of March 3';

async function proposed(person: TestPerson): Promise<string> {
  const answer = await anna.submit(`/people/${person.personId}/data/propose`, { reason: REASON });
  expect(answer.statusCode).toBe(303);
  return String(answer.headers.location);
}

describe('what is held about you', () => {
  it('is a page with your own data and nobody else’s, linked from your own page', async () => {
    const person = await world.person([], 'Maria Own');
    const visitor = await world.signIn(person);
    const mine = parse((await visitor.get('/me')).body);
    expect(mine.querySelectorAll('main a').map((link) => link.getAttribute('href'))).toContain('/me/data');
    const page = await words(visitor, '/me/data');
    for (const said of ['Maria Own', person.email, 'Where you signed in', 'This stays, and why']) {
      expect(page).toContain(said);
    }
    expect(page).not.toContain(anna.person.email);
    expect(page).not.toMatch(/personal\.|my_data\./);
    expect(page).toContain('Signed in');
    expect(page).not.toContain('session.opened');
  });

  it('can be taken along, and is kept by no cache', async () => {
    const person = await world.person([], 'Maria Along');
    const visitor = await world.signIn(person);
    const answer = await visitor.get('/me/data/download');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="my-data.json"');
    expect(answer.headers['cache-control']).toContain('no-store');
    const data = JSON.parse(answer.body) as { person: { name: string }; sections: { key: string; rows: unknown[] }[] };
    expect(data.person.name).toBe('Maria Along');
    expect(data.sections.find(({ key }) => key === 'identifiers')?.rows).toMatchObject([{ value: person.email }]);
    const api = await visitor.get('/api/me/data');
    expect((api.json() as { person: { id: string } }).person.id).toBe(person.personId);
  });

  it('is asked of nobody who is not signed in', async () => {
    expect((await world.inject({ url: '/api/me/data' })).statusCode).toBe(401);
    expect((await world.inject({ url: '/me/data' })).statusCode).toBe(303);
  });
});

describe('what is held about somebody who cannot sign in', () => {
  it('is handed to them by an administrator, whose name and reason stand in the trail', async () => {
    const person = await world.person([], 'Asks At The Desk');
    const path = `/people/${person.personId}/data/export`;
    const short = await anna.submit(path, { purpose: 'short' });
    expect(short.statusCode).toBe(422);
    expect(parse(short.body).querySelector('[name="purpose"]')?.getAttribute('value')).toBe('short');
    const answer = await anna.submit(path, { purpose: 'Asked at the desk on March 3' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="personal-data.json"');
    expect(answer.body).toContain(person.email);
    expect((await auditor.submit(path, { purpose: 'Just curious about them' })).statusCode).toBe(403);
    const events = await world.db.query<{ actor: string; note: string }>(sql`
      select actor, note from audit_events where action = 'personal_data.exported' and subject_id = ${person.personId}`);
    expect(events).toEqual([{ actor: `person:${anna.person.personId}`, note: 'Asked at the desk on March 3' }]);
    const api = await boris.post(`/api${path}`, { purpose: 'Asked by letter of March 4' });
    expect((api.json() as { person: { id: string } }).person.id).toBe(person.personId);
  });
});

describe('the years', () => {
  it('stand in a table that administrators change and auditors read', async () => {
    const page = await words(auditor, '/retention');
    expect(page).toContain('People who no longer take part');
    expect(page).toContain('Not confirmed by the agency yet');
    expect((await auditor.get('/retention/messages')).statusCode).toBe(403);
    const form = parse((await anna.get('/retention/messages')).body);
    expect(form.querySelector('[name="years"]')?.getAttribute('value')).toBe('2');

    const wrong = await anna.submit('/retention/messages', { years: '0', basis: 'Board', version: '0' });
    expect(wrong.statusCode).toBe(422);
    expect(parse(wrong.body).querySelector('[name="years"]')?.getAttribute('value')).toBe('0');
    const right = await anna.submit('/retention/messages', { years: '4', basis: 'Resolution 9', version: '0' });
    expect(right.statusCode).toBe(303);
    expect(await words(auditor, '/retention')).toContain('Resolution 9');
    const stale = await boris.submit('/retention/messages', { years: '5', basis: 'Old page', version: '0' });
    expect(stale.statusCode).toBe(409);
    expect((await anna.get('/retention/nothing')).statusCode).toBe(404);
    const api = await anna.ask({ method: 'PUT', url: '/api/retention/nothing', json: { years: 3, basis: 'x' } });
    expect(api.statusCode).toBe(404);
  });
});

describe('a legal hold', () => {
  it('is placed in two short steps by one administrator and lifted by another', async () => {
    const person = await world.person([], 'Held Person');
    expect(await words(anna, '/legal-holds')).toContain('No legal holds');
    const kinds = parse((await anna.get('/legal-holds/new')).body);
    expect(kinds.querySelectorAll('main .listed a')).toHaveLength(5);
    const url = `/legal-holds/new?kind=person&subject=${person.personId}`;
    const form = parse((await anna.get(url)).body);
    expect(form.querySelectorAll('[name="subjectId"] option[value]').map((each) => each.text)).toContain('Held Person');

    const refused = await anna.submit('/legal-holds', { kind: 'person', subjectId: person.personId, reason: 'short' });
    expect(refused.statusCode).toBe(422);
    expect(parse(refused.body).querySelector('[name="reason"]')?.text).toContain('short');
    const sent = { kind: 'person', subjectId: person.personId, reason: 'Claim 14-2-00012-1' };
    const made = await anna.submit('/legal-holds', sent);
    expect(made.statusCode).toBe(303);
    const path = String(made.headers.location);
    expect(await words(anna, path)).toContain('a different administrator lifts it');
    expect((await anna.submit(`${path}/lift`, { note: 'Over' })).statusCode).toBe(403);
    expect((await auditor.submit(`${path}/lift`, { note: 'Over' })).statusCode).toBe(403);
    expect(await words(auditor, path)).toContain('Held Person');

    const data = await words(anna, `/people/${person.personId}/data`);
    expect(data).toContain('A legal hold keeps everything about them');
    const lifted = await boris.post(`/api${path}/lift`, { note: 'Settled' });
    expect(lifted.statusCode).toBe(200);
    expect(lifted.json()).toMatchObject({ state: { state: 'lifted' }, liftedByName: boris.person.name, actions: [] });
    expect((await boris.submit(`${path}/lift`, { note: 'Again' })).statusCode).toBe(409);
  });
});

describe('a disposal', () => {
  it('is proposed, looked through, approved by another one, carried out and logged', async () => {
    const person = await world.person([], 'Gone Soon');
    const ours = parse((await anna.get(`/people/${person.personId}`)).body);
    expect(ours.querySelectorAll('main a').map((link) => link.getAttribute('href'))).toContain(
      `/people/${person.personId}/data`,
    );
    const path = await proposed(person);
    expect(await words(anna, path)).toContain('You proposed this');
    expect((await anna.submit(`${path}/approve`)).statusCode).toBe(403);
    expect((await auditor.submit(`${path}/approve`)).statusCode).toBe(403);
    expect(await words(boris, path)).toContain('Gone Soon');
    expect(await words(boris, '/')).toContain('Look through what would be disposed of');
    expect(await words(anna, `/people/${person.personId}/data`)).toContain('The removal is proposed');

    expect((await boris.submit(`${path}/approve`)).statusCode).toBe(303);
    await world.drain();
    const done = await words(auditor, path);
    expect(done).toContain('1 has gone');
    expect(done).toContain('Addresses and numbers: 1');
    expect(done).not.toContain('Gone Soon');
    expect(await words(anna, `/people/${person.personId}/data`)).toContain(
      'This person’s data is removed'.replace('’', "'"),
    );
    const trail = parse((await auditor.get('/audit?thing=disposal&id=no+longer+take')).body).querySelector('tbody tr');
    expect(trail?.text).toContain('People who no longer take part');
    const log = (await auditor.get('/api/disposals/log')).json() as { items: { itemCount: number }[] };
    expect(log.items[0]?.itemCount).toBe(1);
    // Whoever still has the address and the passphrase stands before a closed door.
    await expect(world.signIn(person)).rejects.toThrow('401');
  });

  it('ends the sessions of whom it is about', async () => {
    const person = await world.person([], 'Still Here');
    const visitor = await world.signIn(person);
    expect((await visitor.get('/me')).statusCode).toBe(200);
    const path = await proposed(person);
    await boris.post(`/api${path}/approve`);
    await world.drain();
    expect((await visitor.get('/me')).statusCode).toBe(303);
    expect((await visitor.get('/api/me/data')).statusCode).toBe(401);
  });

  it('of a person something keeps is not even proposed, and the page says what', async () => {
    const person = await world.person([{ role: 'reviewer' }], 'Busy Reviewer');
    const page = parse((await anna.get(`/people/${person.personId}/data`)).body);
    expect(page.querySelector('main')?.text).toContain('They hold a role');
    expect(page.querySelector('[name="reason"]')).toBeNull();
    const api = await anna.post(`/api/people/${person.personId}/data/propose`, { reason: REASON });
    expect(api.statusCode).toBe(409);
    expect(api.json()).toMatchObject({ code: 'disposal.person_kept', blockers: [{ code: 'privacy.holds_role' }] });
  });

  it('that is declined leaves everything', async () => {
    const person = await world.person([], 'Stays Here');
    const path = await proposed(person);
    expect((await boris.submit(`${path}/decline`)).statusCode).toBe(422);
    expect((await boris.submit(`${path}/decline`, { note: 'They changed their mind' })).statusCode).toBe(303);
    expect(await words(boris, path)).toContain('Nothing has gone');
    expect(await words(anna, `/people/${person.personId}`)).toContain('Stays Here');
    expect(await words(auditor, '/disposals?state=declined')).toContain('Declined');
  });
});

describe('all in all', () => {
  it('nothing failed on our side', () => {
    expect(failuresOf(world)).toEqual([]);
  });
});
