/** The pages of participant support: a phone, two minutes, and nothing typed is lost. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HTMLElement, parse } from 'node-html-parser';
import { Teams } from '../../src/features/collaboratives/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { sql } from '../../src/platform/database/sql.js';
import { pdfFile } from '../factories/attachments.js';
import {
  collaborativeWithTeam,
  heldConvening,
  type MadeCollaborative,
  plannedConvening,
} from '../factories/collaboratives.js';
import { attendanceOf, rateCard, stipendPolicy, stipendsOf } from '../factories/participant-support.js';
import { type Answer, failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

const system = systemActor('test');
const BOUNDARY = 'granary-test';
const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

let world: WebWorld;
let made: MadeCollaborative;
let parent: Visitor;
let officer: Visitor;
let held: string;

beforeAll(async () => {
  world = await openWebWorld();
  made = await collaborativeWithTeam(world, { roles: ['student_leader'] });
  await stipendPolicy(world, made, 'parent_advisor');
  await stipendPolicy(world, made, 'student_leader');
  await rateCard(world, made);
  const scope = { scopeKind: 'collaborative' as const, scopeId: made.collaborativeId };
  const person = await world.person([{ role: 'participant', ...scope }], 'A Parent');
  await world.get(Teams).addSeat(system, made.teamId, { role: 'parent_advisor', address: person.email });
  held = (await heldConvening(world, made)).conveningId;
  await plannedConvening(world, made);
  parent = await world.signIn(person);
  officer = await world.signIn(
    await world.person([{ role: 'program_officer', scopeKind: 'fund', scopeId: made.fundId }]),
  );
}, 120_000);

afterAll(async () => {
  expect(failuresOf(world)).toEqual([]);
  await world?.close();
});

const html = (answer: Answer): HTMLElement => parse(answer.body);
const textOf = (answer: Answer, selector: string): string =>
  html(answer).querySelector(selector)?.text.replace(/\s+/g, ' ').trim() ?? '';
const valueOf = (answer: Answer, name: string): string | undefined =>
  html(answer).querySelector(`[name="${name}"]`)?.getAttribute('value');

function body(fields: Readonly<Record<string, string>>, file?: Buffer): Buffer {
  const part = (head: string, content: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      content,
      Buffer.from('\r\n'),
    ]);
  return Buffer.concat([
    ...Object.entries(fields).map(([name, value]) => part(`name="${name}"`, Buffer.from(value))),
    ...(file === undefined
      ? []
      : [part(`name="receiptId"; filename="receipt.pdf"\r\nContent-Type: application/pdf`, file)]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}

async function send(url: string, fields: Readonly<Record<string, string>>, file?: Buffer): Promise<Answer> {
  const address = `${url}?_csrf=${encodeURIComponent(await parent.csrf())}`;
  return parent.ask({ method: 'POST', url: address, headers: MULTIPART, payload: body(fields, file) });
}

describe('a participant', () => {
  it('sees what to answer, answers it, and sees the answer', async () => {
    const page = await parent.get('/support');
    expect(page.statusCode).toBe(200);
    expect(textOf(page, 'h1')).toBe('One thing to answer');
    const panel = textOf(page, '.card--panel');
    expect(panel).toContain('You are paid for this: $75.00.');
    expect(panel).toContain('5:00 p.m. to 7:00 p.m., Library');
    const action = html(page).querySelector('.card--panel form')?.getAttribute('action') ?? '';
    const answered = await parent.submit(action, { coming: 'yes' });
    expect([answered.statusCode, answered.headers['location']]).toEqual([303, '/support']);
    expect(textOf(await parent.get('/support'), '.card--panel')).toContain('You said: I will be there.');
    expect((await parent.submit(action, { coming: 'perhaps' })).statusCode).toBe(422);
  });

  it('is told in plain words that the tax form is missing, and by whom', async () => {
    const page = await parent.get('/support');
    expect(textOf(page, '.note')).toContain('We need your tax form before we can pay your stipends');
    expect(textOf(page, '.own-money__row')).toContain('$75.00');
  });

  it('keeps what was typed and the file when a claim is refused, and sees the sum before it is sent', async () => {
    const parentId = parent.person.personId;
    const attendanceId = await attendanceOf(world, held, parentId);
    const told = { attendanceId, children: '2', hours: '9', paid: '40', provider: 'A sitter' };
    const refused = await send('/support/claims/new', told, pdfFile());
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain('you can claim up to 2.5 hours');
    // What a refused claim leaves in the address bar opens its form again.
    expect(refused.body).toContain('action="/support/claims/new?');
    expect((await parent.get('/support/claims/new')).statusCode).toBe(200);
    expect([valueOf(refused, 'children'), valueOf(refused, 'hours'), valueOf(refused, 'paid')]).toEqual([
      '2',
      '9',
      '40',
    ]);
    const kept = valueOf(refused, 'receiptId') ?? '';
    expect(kept).toMatch(/^[0-9a-f-]{36}$/);
    const sent = await send('/support/claims/new', { ...told, hours: '2', receiptId: kept });
    expect(sent.statusCode).toBe(303);
    const path = String(sent.headers['location']);
    const page = await parent.get(path);
    expect(textOf(page, '.sum')).toBe(
      'You paid $40.00. The most we can pay is 2 children × 2 hours × $9.00 = $36.00. You would get $36.00.',
    );
    const edit = await parent.get(`${path}/edit`);
    expect([edit.statusCode, valueOf(edit, 'receiptId'), valueOf(edit, 'hours')]).toEqual([200, kept, '2']);
    const { version, ...fields } = {
      version: valueOf(edit, 'version') ?? '',
      children: '1',
      hours: '2',
      paid: '40',
      provider: 'A sitter',
    };
    expect((await send(`${path}/edit`, { ...fields, version, receiptId: kept })).statusCode).toBe(303);
    expect(textOf(await parent.get(path), '.sum strong')).toBe('You would get $18.00.');
    expect((await parent.submit(`${path}/submit`)).statusCode).toBe(303);
    expect(textOf(await parent.get('/support'), '.own-money')).toContain('Being checked');
    const staff = await officer.get(path);
    expect([staff.statusCode, textOf(staff, 'h1')]).toEqual([200, 'Childcare claim of A Parent for $18.00']);
    expect((await officer.get(`/attachments/${kept}`)).statusCode).toBe(200);
    const returned = await officer.submit(`${path}/return`, { note: 'The photo is dark' });
    expect(returned.statusCode).toBe(303);
    const mine = await parent.get(path);
    expect(textOf(mine, '.note')).toContain('The photo is dark');
    expect(textOf(await parent.get('/support'), 'h1')).toBe('One thing to do');
  });

  it('reaches nothing of the staff, nor of anybody else', async () => {
    const [theirs] = (await stipendsOf(world, held)).filter(({ personId }) => personId !== parent.person.personId);
    expect((await parent.get(`/support/stipends/${theirs?.id ?? ''}`)).statusCode).toBe(404);
    expect((await parent.get(`/api/support/stipends/${theirs?.id ?? ''}`)).statusCode).toBe(404);
    for (const url of [
      '/support/stipends',
      '/support/claims',
      `/support/policies/${made.collaborativeId}`,
      `/support/convenings/${held}`,
    ]) {
      expect((await parent.get(url)).statusCode).toBe(403);
    }
    const [other] = await world.db.query<{ id: string }>(sql`
      select id from attendances where state = 'expected' and person_id <> ${parent.person.personId} limit 1`);
    expect((await parent.submit(`/support/answers/${other?.id ?? ''}`, { coming: 'yes' })).statusCode).toBe(404);
    const home = (await parent.get('/api/support')).json() as { money: { kind: string }[] };
    expect(home.money.map(({ kind }) => kind)).toEqual(['stipend', 'childcare_claim']);
    expect((await officer.get('/support')).statusCode).toBe(403);
  });
});

describe('a program officer', () => {
  it('says who is paid what, with what was typed kept when it is refused', async () => {
    const path = `/support/policies/${made.collaborativeId}`;
    expect(textOf(await officer.get(path), '#policies-caption')).toBe('Stipends by year and role, US dollars');
    const given = {
      yearId: made.yearId,
      role: 'member',
      bearer: 'fund',
      basis: 'per_hour',
      rate: '25',
      capPerYear: '20',
      startsOn: '7/1/2015',
    };
    const refused = await officer.submit(`${path}/stipends`, given);
    expect([refused.statusCode, valueOf(refused, 'capPerYear')]).toEqual([422, '20']);
    expect((await officer.submit(`${path}/stipends`, { ...given, capPerYear: '' })).statusCode).toBe(303);
    const rates = { rate: '10', cap: '100', extraMinutes: '30', claimDays: '60', startsOn: '7/1/2015' };
    expect((await officer.submit(`${path}/rates`, rates)).statusCode).toBe(409);
    expect((await officer.submit(`${path}/rates`, { ...rates, startsOn: '1/1/2016' })).statusCode).toBe(303);
    const page = await officer.get(path);
    expect(textOf(page, '#rates-caption')).not.toBe('');
    const remove = html(page).querySelector('form[action*="/rates/"][action$="/remove"]')?.getAttribute('action') ?? '';
    expect((await officer.submit(remove)).statusCode).toBe(303);
  });

  it('approves those that are ticked, keeps the ticks of a refused form, and leaves the others', async () => {
    const list = await officer.get('/support/stipends');
    expect(textOf(list, '.todo__row')).toContain('2 people, $150.00 in all.');
    const page = await officer.get(`/support/convenings/${held}`);
    const boxes = html(page).querySelectorAll('.ticks input[type=checkbox]');
    expect(boxes).toHaveLength(2);
    expect((await officer.submit(`/support/convenings/${held}/approve`)).statusCode).toBe(422);
    const [first, second] = boxes.map((box) => box.getAttribute('value') ?? '') as [string, string];
    const bad = await officer.submit(`/support/convenings/${held}/approve`, {
      'stipends[0].id': first,
      'stipends[1].id': made.teamId,
    });
    expect(bad.statusCode).toBe(404);
    const done = await officer.submit(`/support/convenings/${held}/approve`, { 'stipends[1].id': second });
    expect([done.statusCode, done.headers['location']]).toEqual([303, '/support/stipends']);
    expect(textOf(await officer.get('/support/stipends'), '.todo__row')).toContain('One person, $75.00 in all.');
    const again = await officer.submit(`/support/convenings/${held}/approve`, {
      'stipends[0].id': first,
      'stipends[1].id': second,
    });
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain('the stipend is not open any more');
    const api = await officer.post('/api/support/stipends/approve', { stipends: [{ id: first }] });
    expect(api.json()).toEqual({ count: 1, amount: { amount: '75.00', currency: 'USD' } });
    expect((await officer.get(`/support/convenings/${held}`)).statusCode).toBe(404);
    const one = await officer.get(`/support/stipends/${first}`);
    expect(textOf(one, '.sum')).toBe('$75.00 for this convening. Stipend: $75.00.');
  });

  it('and everybody of the agency read the lists; nobody else does', async () => {
    for (const role of ['auditor', 'finance_officer', 'administrator', 'program_officer'] as const) {
      const visitor = await world.signIn(role);
      for (const url of ['/support/stipends', '/support/claims', '/api/support/stipends', '/api/support/claims']) {
        expect([role, url, (await visitor.get(url)).statusCode]).toEqual([role, url, 200]);
      }
    }
    const reviewer = await world.signIn('reviewer');
    expect((await reviewer.get('/support/stipends')).statusCode).toBe(403);
    const claims = await world.db.query(sql`select 1 from childcare_claims`);
    expect(claims).toHaveLength(1);
  });
});
