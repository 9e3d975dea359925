/** The books over HTTP: who gets in, what the page and its export say, and what the API answers. */
import 'reflect-metadata';
import { parse } from 'node-html-parser';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { authorizedOf, inPool, Ledger, outsideOf } from '../../src/features/ledger/index.js';
import { openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

describe('the books', () => {
  let world: WebWorld;
  let officer: Visitor;
  const source = newId();
  const pool = newId();

  beforeAll(async () => {
    world = await openWebWorld();
    officer = await world.signIn('finance_officer');
    const move = { reason: 'allotment.made', subject: { type: 'pool', id: pool }, amount: Money.parse('1,250.50') };
    await world.db.work(systemActor('test'), async (work) => {
      await world.get(Ledger).post(work, [
        { ...move, key: `a:${source}`, from: outsideOf(source), to: authorizedOf(source), bookedOn: '2015-10-05' },
        { ...move, key: `b:${source}`, from: authorizedOf(source), to: inPool(source, pool, 'allotted') },
      ]);
      return null;
    });
  }, 60_000);

  afterAll(() => world?.close());

  it('open to finance and auditors; others are told, the signed-out are asked to sign in', async () => {
    expect((await world.inject({ url: '/api/ledger/transfers' })).statusCode).toBe(401);
    expect((await world.inject({ url: '/ledger' })).statusCode).toBe(303);
    const applicant = await world.signIn('applicant');
    expect((await applicant.get('/ledger')).statusCode).toBe(403);
    expect((await (await world.signIn('auditor')).get('/ledger')).statusCode).toBe(200);
  });

  it('show the entries behind an amount', async () => {
    const answer = await officer.get(`/ledger?holder=pool:${pool}&column=allotted`);
    expect(answer.statusCode).toBe(200);
    const html = parse(answer.body);
    expect(html.querySelector('h1')?.text).toBe('Entries behind: set aside');
    expect(html.querySelector('.lead')?.text).toContain('$1,250.50 is set aside today.');
    expect(html.querySelectorAll('#entries-caption ~ tbody tr, tbody tr')).toHaveLength(1);
    expect((await officer.get('/ledger?holder=pool:nobody')).statusCode).toBe(400);
    expect((await officer.get(`/ledger?account=${newId()}`)).statusCode).toBe(404);
  });

  it('stream out as CSV', async () => {
    const answer = await officer.get(`/ledger?source=${source}&format=csv`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="ledger-2015-11-10.csv"');
    const lines = answer.body.trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain(',1250.50,');
  });

  it('answer as JSON', async () => {
    const transfers = (await officer.get(`/api/ledger/transfers?source=${source}&limit=1`)).json();
    expect(transfers.items).toHaveLength(1);
    expect(transfers.items[0]).toMatchObject({
      amount: { amount: '1250.50', currency: 'USD' },
      from: { stage: 'authorized' },
      to: { stage: 'allotted', stageLabel: 'set aside', holder: { kind: 'pool', id: pool } },
    });
    expect(transfers.next).toEqual(expect.any(String));
    const accounts = (await officer.get(`/api/ledger/accounts?source=${source}&sort=-balance`)).json();
    expect(accounts.items.map((each: { stage: string }) => each.stage)).toEqual(['allotted', 'authorized', 'outside']);
  });

  it('have months that are closed by a form and opened again only by an approver, with a reason', async () => {
    const closed = await officer.submit('/ledger/months/close', { month: '2015-10' });
    expect(closed.statusCode).toBe(303);
    expect(parse((await officer.get('/ledger/months')).body).text).toContain('The books of October 2015 are closed.');
    expect((await officer.submit('/ledger/months/close', { month: '2015-10' })).statusCode).toBe(409);
    expect((await officer.submit('/ledger/months/reopen', { month: '2015-10', note: 'x' })).statusCode).toBe(403);
    const approver = await world.signIn('finance_approver');
    expect((await approver.submit('/ledger/months/reopen', { month: '2015-10' })).statusCode).toBe(422);
    const reopened = await approver.submit('/ledger/months/reopen', { month: '2015-10', note: 'A late bill.' });
    expect(reopened.statusCode).toBe(303);
  });
});
