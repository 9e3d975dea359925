/** Lending an approval as people meet it: the page, the second step that money needs, and who sees what. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { generateSync } from 'otplib';
import { sql } from '../../src/platform/database/sql.js';
import { type Answer, openWebWorld, type TestPerson, type Visitor, type WebWorld } from '../support/world.js';

const WORLD_MILLISECONDS = 60_000;
let plain: WebWorld;
let strict: WebWorld;

beforeAll(async () => {
  plain = await openWebWorld();
  strict = await openWebWorld({ secondFactor: 'required' });
}, WORLD_MILLISECONDS);
afterAll(async () => {
  await plain?.close();
  await strict?.close();
});

const grantOf = async (world: WebWorld, { personId }: TestPerson): Promise<string> =>
  (await world.db.find<{ id: string }>(sql`select id from role_grants where person_id = ${personId}`))?.id ?? '';

const day = (world: WebWorld, after: number): string => world.db.currentCalendar.addDays(world.db.today, after);

/** Somebody who set a second step up, and gave it in this session. */
async function secured(world: WebWorld, person: TestPerson): Promise<Visitor> {
  const visitor = await world.signIn(person);
  const { secret } = (await visitor.post('/api/me/second-factor/begin')).json() as { secret: string };
  const epoch = Math.floor(world.clock.now().getTime() / 1000);
  const confirmed = await visitor.post('/api/me/second-factor', { code: generateSync({ secret, epoch }) });
  expect(confirmed.statusCode).toBe(200);
  const cookie = confirmed.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const ask: Visitor['ask'] = (asked) => world.inject({ ...asked, headers: { cookie, ...asked.headers } });
  return {
    ...visitor,
    ...{ cookie, ask },
    get: (url) => ask({ url }),
    post: (url, json = {}) => ask({ method: 'POST', url, json }),
  };
}

const rows = (answer: Answer, id: string): string[] =>
  parse(answer.body)
    .querySelectorAll(`[aria-labelledby="${id}-caption"] tbody tr`)
    .map((row) => row.text.replace(/\s+/g, ' ').trim());

describe('the page of one’s own', () => {
  it('lends by a plain form, shows what was typed again, and both see it and can end it', async () => {
    const [giver, holder] = [await plain.signIn('program_officer'), await plain.signIn('clerk')];
    const form = {
      grantId: await grantOf(plain, giver.person),
      approvals: 'request_program',
      holderId: holder.person.personId,
      endsOn: day(plain, 5),
      limit: '1,000',
      reason: 'On leave in the mountains',
    };
    const late = await giver.submit('/me/delegations', { ...form, endsOn: day(plain, 400) });
    expect(late.statusCode).toBe(422);
    expect(late.body).toContain('Enter a day within 90 days from today.');
    expect(late.body).toContain('On leave in the mountains');
    const given = await giver.submit('/me/delegations', form);
    expect([given.statusCode, given.headers['location']]).toEqual([303, '/me/delegations']);
    const mine = await giver.get('/me/delegations');
    expect(rows(mine, 'given-table')[0]).toContain(holder.person.name);
    expect(rows(mine, 'given-table')[0]).toContain('Up to $1,000');
    const theirs = await holder.get('/me/delegations');
    expect(rows(theirs, 'held-table')[0]).toContain(giver.person.name);
    expect(theirs.body).not.toContain('Let a colleague approve for you');
    expect((await holder.get('/')).body).toContain(`You act for ${giver.person.name}`);
    expect((await holder.get('/me')).body).toContain('/me/delegations');
    expect((await holder.get('/me/access')).body).toContain(`For ${giver.person.name}, until`);
    const why = await holder.get('/why?permission=disbursement.approve_program');
    expect(why.body).toContain('It was lent to you');
    expect(why.body).toContain(`For ${giver.person.name}, until`);
    // What was lent opens the requests; it adds no role to the line under the name, and nothing else to do.
    expect((await holder.get('/requests')).statusCode).toBe(200);
    expect((await holder.post('/api/rounds')).statusCode).toBe(403);
    const [id] = (await holder.get('/api/me/delegations')).json().items.map((each: { id: string }) => each.id);
    const stranger = await plain.signIn('program_officer');
    expect((await stranger.post(`/api/me/delegations/${id}/end`, { note: 'Mischief' })).statusCode).toBe(404);
    expect((await stranger.post(`/api/delegations/${id}/end`, { note: 'Mischief' })).statusCode).toBe(403);
    const ended = await holder.submit(`/me/delegations/${id}/end`, { note: 'Not needed' });
    expect(ended.statusCode).toBe(303);
    expect((await holder.get('/requests')).statusCode).toBe(403);
    expect(rows(await giver.get('/me/delegations'), 'over-table')[0]).toContain('Not needed');
  });

  it('is there for colleagues, the list of all for administrators and auditors', async () => {
    for (const role of ['administrator', 'auditor'] as const) {
      expect((await (await plain.signIn(role)).get('/delegations')).statusCode).toBe(200);
    }
    for (const role of ['program_officer', 'applicant', 'participant'] as const) {
      expect((await (await plain.signIn(role)).get('/delegations')).statusCode).toBe(403);
    }
    expect((await (await plain.signIn('applicant')).get('/me/delegations')).statusCode).toBe(403);
    expect((await (await plain.signIn('auditor')).post('/api/me/delegations', {})).statusCode).toBe(403);
  });

  it('takes no field that nobody asked for', async () => {
    const giver = await plain.signIn('finance_approver');
    const holder = await plain.signIn('clerk');
    const json = {
      ...{ grantId: await grantOf(plain, giver.person), approvals: ['batch_release'] },
      ...{ holderId: holder.person.personId, endsOn: day(plain, 3), reason: 'Leave' },
    };
    const forged = await giver.post('/api/me/delegations', {
      ...json,
      needsConfirmation: false,
      confirmedAt: '2015-01-01',
    });
    expect([forged.statusCode, forged.json().code]).toEqual([422, 'input.has_problems']);
    expect((await holder.get('/payments/batches')).statusCode).toBe(403);
    const { id } = (await giver.post('/api/me/delegations', json)).json() as { id: string };
    expect((await holder.get('/payments/batches')).statusCode).toBe(403);
    const administrator = await plain.signIn('administrator');
    // Without a reason the list comes back, and nothing is changed.
    for (const verb of ['decline', 'end']) {
      expect((await administrator.submit(`/delegations/${id}/${verb}`)).statusCode).toBe(422);
    }
    const declined = await administrator.submit(`/delegations/${id}/decline`, { note: 'Not now' });
    expect([declined.statusCode, declined.headers['location']]).toEqual([303, '/delegations']);
  });
});

describe('what is lent from a money role', () => {
  it('works only once an administrator confirmed it and the holder gave a second step', async () => {
    const person = async (role: 'finance_approver' | 'clerk' | 'administrator'): Promise<TestPerson> =>
      strict.person([{ role }]);
    const [approver, clerk] = [await person('finance_approver'), await person('clerk')];
    const weak = await strict.signIn(approver);
    const json = {
      ...{ grantId: await grantOf(strict, approver), approvals: ['batch_approve'], holderId: clerk.personId },
      ...{ endsOn: day(strict, 3), reason: 'On leave' },
    };
    const refused = await weak.post('/api/me/delegations', json);
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'second_factor.role_waits']);
    const giver = await secured(strict, approver);
    const given = await giver.post('/api/me/delegations', json);
    expect([given.statusCode, given.json().needsConfirmation]).toEqual([201, true]);
    const administrator = await secured(strict, await person('administrator'));
    const list = await administrator.get('/delegations');
    expect(rows(list, 'delegations-table')[0]).toContain('To be confirmed');
    const { id } = given.json() as { id: string };
    expect((await administrator.post(`/api/delegations/${id}/confirm`)).statusCode).toBe(200);
    const holder = await strict.signIn(clerk);
    const waits = await holder.get('/payments/batches');
    expect(waits.statusCode).toBe(403);
    expect(waits.body).toContain('second step');
    const strong = await secured(strict, clerk);
    expect((await strong.get('/payments/batches')).statusCode).toBe(200);
    expect((await strong.get('/payments/batches/new')).statusCode).toBe(403);
  });
});
