/** The audit trail over HTTP: who reads it, how it is asked, what leaves it; and a payee's number on its way through pages. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { sql } from '../../src/platform/database/sql.js';
import { Applications } from '../../src/features/applications/index.js';
import { AuditSealer } from '../../src/features/audit/index.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { Rounds } from '../../src/features/rounds/index.js';
import { Money } from '../../src/kernel/money.js';
import { submittedApplication } from '../factories/applications.js';
import { publishedRound } from '../factories/rounds.js';
import { failuresOf, openWebWorld, type TestPerson, type Visitor, type WebWorld } from '../support/world.js';

const system = systemActor('test');

let world: WebWorld;
let auditor: Visitor;
let ngoc: TestPerson;
const thing = newId();

beforeAll(async () => {
  world = await openWebWorld();
  auditor = await world.signIn('auditor');
  ngoc = await world.person([{ role: 'program_officer' }], '=HYPERLINK("x") Ngoc');
  const actor = { kind: 'person' as const, personId: ngoc.personId, name: ngoc.name, grants: [] };
  await world.db.work(actor, async (work) => {
    work.audit({
      action: 'award.accept',
      subjectType: 'award',
      subjectId: thing,
      note: '=1+1',
      before: { state: 'offered', amount: { amount: '10.00', currency: 'USD' } },
      after: { state: 'accepted', amount: { amount: '12.50', currency: 'USD' } },
      personal: { personId: ngoc.personId, after: { name: 'Told to auditors alone' } },
    });
    return null;
  });
}, 60_000);

afterAll(() => world?.close());

describe('the audit trail', () => {
  it('opens to auditors and administrators, to nobody else, and takes no writing', async () => {
    expect((await world.inject({ url: '/api/audit' })).statusCode).toBe(401);
    for (const role of ['applicant', 'reviewer', 'program_officer', 'finance_officer', 'committee_member'] as const) {
      const visitor = await world.signIn(role);
      expect((await visitor.get('/audit')).statusCode).toBe(403);
      expect((await visitor.get('/api/audit')).statusCode).toBe(403);
    }
    expect((await (await world.signIn('administrator')).get('/audit')).statusCode).toBe(200);
    for (const url of ['/audit', '/audit/events/1', '/api/audit', '/api/audit/events/1']) {
      expect([403, 404]).toContain((await auditor.post(url)).statusCode);
    }
  });

  it('is asked by person, thing, action and time, alone and together', async () => {
    const count = async (query: string): Promise<number> => {
      const answer = await auditor.get(`/api/audit?${query}`);
      expect(answer.statusCode).toBe(200);
      return answer.json<{ items: unknown[] }>().items.length;
    };
    const all = `person=${ngoc.personId}`;
    expect(await count(all)).toBe(1);
    expect(await count(`thing=award&id=${thing}`)).toBe(1);
    expect(await count(`thing=round&id=${thing}`)).toBe(0);
    expect(await count(`${all}&action=award`)).toBe(1);
    expect(await count(`${all}&action=award.accept`)).toBe(1);
    expect(await count(`${all}&action=award.acc`)).toBe(0);
    expect(await count(`who=ngoc&thing=award`)).toBe(1);
    expect(await count(`${all}&from=2015-11-10&to=2015-11-10`)).toBe(1);
    expect(await count(`${all}&from=2015-11-11`)).toBe(0);
    expect(await count(`${all}&to=2015-11-09`)).toBe(0);
    expect(await count(`who=%25`)).toBe(0);
    expect((await auditor.get('/api/audit?from=2015-11-11&to=2015-11-10')).statusCode).toBe(422);
    expect((await auditor.get('/api/audit?person=nobody')).statusCode).toBe(400);
  });

  it('shows who, what, to what, and what changed; times in the agency’s zone, UTC beside', async () => {
    const list = await auditor.get(`/audit?thing=award&id=${thing}`);
    expect(list.statusCode).toBe(200);
    const html = parse(list.body);
    const row = html.querySelector('tbody tr');
    expect(row?.text).toContain('12:00 p.m.');
    expect(row?.text).toContain('State: offered → accepted');
    expect(row?.text).toContain('Amount: $10.00 → $12.50');
    // What is sealed about a person is opened for one event at a time only.
    expect(list.body).not.toContain('Told to auditors alone');
    const href = row?.querySelector('a')?.getAttribute('href') ?? '';
    await world.get(AuditSealer).seal();
    const event = await auditor.get(href);
    expect(event.statusCode).toBe(200);
    expect(event.body).toContain('Told to auditors alone');
    expect(event.body).toContain('2015-11-10T20:00:00.000Z');
    expect((await auditor.get('/audit/events/999999999')).statusCode).toBe(404);
    expect((await auditor.get('/audit/events/1%27--')).statusCode).toBe(404);
  });

  it('speaks in words: of actions, kinds, states, days and what Granary did itself; and is asked in them', async () => {
    const id = newId();
    await world.db.work(systemActor('file-scanner'), async (work) => {
      work.audit({
        action: 'session.opened',
        subjectType: 'disbursement',
        subjectId: id,
        before: { state: 'in_session' },
        after: { state: 'program_approved', spentOn: '2015-11-03', present: [newId(), newId()] },
      });
      return null;
    });
    for (const asked of [`thing=disbursement&id=${id}`, 'action=signed+in', 'action=session.opened', 'who=granary']) {
      const list = parse((await auditor.get(`/audit?${asked}`)).body);
      const row = list.querySelectorAll('tbody tr').find((each) => each.text.includes('program approved'));
      const said = row?.text.replace(/\s+/g, ' ') ?? '';
      expect(said).toContain('Granary, file scanner');
      expect(said).toContain('Signed in');
      expect(said).toContain('Request for money');
      expect(said).toContain('State: in session → program approved; Present: 2 entries; Spent on: Nov 3, 2015');
      const event = await auditor.get(row?.querySelector('a')?.getAttribute('href') ?? '');
      expect(parse(event.body).querySelector('main')?.text).not.toMatch(/session\.opened|in_session|program_approved/);
    }
    expect((await auditor.get('/audit?action=never+done')).body).toContain('Nothing in the trail fits that.');
  });

  it('calls what stands among the values by its name, save what is closed to who reads', async () => {
    const { roundId } = await publishedRound(world);
    const { applicationId } = await submittedApplication(world, { roundId, requested: Money.parse('20000') });
    const torn = await world.signIn('auditor');
    await world.db.work(system, async (work) => {
      const { personId } = torn.person;
      await world.get(Conflicts).declare(work, { personId, applicationId, type: 'family', level: 'direct' } as never);
      const after = { roundId, applicationId, sentBy: ngoc.personId, otherId: newId() };
      work.audit({ action: 'agency.told', subjectType: 'agency', subjectId: newId(), after });
      return null;
    });
    const [event] = await world.db.query<{ id: string }>(sql`select id from audit_events where action = 'agency.told'`);
    const said = async (visitor: Visitor): Promise<string> =>
      parse((await visitor.get(`/audit/events/${event?.id}`)).body).querySelector('main')?.text ?? '';
    const { name } = await world.get(Rounds).get(system, roundId);
    const { title } = await world.get(Applications).get(system, applicationId);
    const [open, closed] = [await said(auditor), await said(torn)];
    for (const words of [open, closed]) {
      expect(words).toContain(name);
      expect(words).toContain(ngoc.name);
    }
    expect(open).toContain(title);
    expect(closed).not.toContain(title);
  });

  it('pages without a gap or a repeat while events are added', async () => {
    const id = newId();
    const add = (): Promise<null> =>
      world.db.work(system, async (work) => {
        for (let count = 0; count < 30; count += 1) {
          work.audit({ action: 'thing.counted', subjectType: 'thing', subjectId: id });
        }
        return null;
      });
    await add();
    const seen: string[] = [];
    let next: number | null = null;
    do {
      const after: string = next === null ? '' : `&after=${next}`;
      const answer = await auditor.get(`/api/audit?thing=thing&id=${id}&limit=7${after}`);
      const page = answer.json<{ items: { id: string }[]; next: number | null }>();
      seen.push(...page.items.map((item) => item.id));
      if (next === null) await add();
      next = page.next;
    } while (next !== null);
    expect(seen).toHaveLength(30);
    expect(new Set(seen).size).toBe(30);
  });

  it('leaves as a spreadsheet that starts no formula and says nothing of persons that is sealed', async () => {
    const answer = await auditor.get(`/audit?thing=award&id=${thing}&format=csv`);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="audit-2015-11-10.csv"');
    const lines = answer.body.replace('\uFEFF', '').trimEnd().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`,'=1+1,`);
    expect(lines[1]).toContain(`"'=HYPERLINK(""x"") Ngoc"`);
    expect(answer.body).not.toContain('Told to auditors alone');
    const other = await world.signIn('finance_officer');
    expect((await other.get('/audit?format=csv')).statusCode).toBe(403);
  });

  it('is one press away from the page of a thing', async () => {
    const page = await auditor.get(`/people/${ngoc.personId}`);
    expect(page.statusCode).toBe(200);
    const links = parse(page.body)
      .querySelectorAll('footer a')
      .map((link) => link.getAttribute('href'));
    expect(links).toContain(`/audit?thing=person&id=${ngoc.personId}`);
    const officer = await world.signIn('program_officer');
    const own = await officer.get('/me');
    expect(own.body).not.toContain('/audit');
  });
});

describe('a payee’s bank account on its way through pages', () => {
  const NUMBER = '73190428551';
  let payeeId: string;

  beforeAll(async () => {
    payeeId = newId();
    await world.db.work(system, async (work) => {
      await work.query(sql`insert into payees (id, version, created_at, person_id, name, method)
        values (${payeeId}, 1, ${work.now}, ${ngoc.personId}, 'Ngoc', 'check')`);
      return null;
    });
  });

  it('is typed twice, masked at once, confirmed by another, and stands in no page but the one that unmasks it', async () => {
    const officer = await world.signIn('finance_officer');
    const approver = await world.signIn('finance_approver');
    const form = { detail: 'checking', routingNumber: '125000024', number: NUMBER, again: NUMBER };
    const wrong = await officer.submit(`/payments/payees/${payeeId}/bank-account`, { ...form, again: '73190428552' });
    expect(wrong.statusCode).toBe(422);
    expect(wrong.body).not.toContain(NUMBER);
    expect(wrong.body).toContain('125000024');
    // A refused form chooses nothing for anybody.
    const bare = await officer.submit(`/payments/payees/${payeeId}/bank-account`, { ...form, detail: '' });
    expect(parse(bare.body).querySelector('select option')?.getAttribute('value')).toBe('');
    const done = await officer.submit(`/payments/payees/${payeeId}/bank-account`, form);
    expect(done.statusCode).toBe(303);
    const shown = await officer.get(`/payments/payees/${payeeId}`);
    expect(shown.body).toContain('ending in 8551');
    const href = /\/payments\/payee-secrets\/[0-9a-f-]{36}/.exec(shown.body)?.[0] ?? '';

    const own = await officer.submit(`${href}/confirm`, { note: 'Called them' });
    expect(own.statusCode).toBe(403);
    expect((await approver.submit(`${href}/confirm`, { note: 'Called them' })).statusCode).toBe(303);
    const short = await approver.submit(`${href}/unmask`, { reason: 'x' });
    expect(short.statusCode).toBe(422);
    expect(short.body).not.toContain(NUMBER);
    const open = await approver.submit(`${href}/unmask`, { reason: 'The bank asks for the whole number' });
    expect(open.statusCode).toBe(200);
    expect(open.body).toContain(NUMBER);
    expect(open.headers['cache-control']).toBe('no-store');

    expect((await auditor.submit(`${href}/unmask`, { reason: 'Because I would like to' })).statusCode).toBe(403);
    for (const url of [
      href,
      `/payments/payees/${payeeId}`,
      `/api${href}`,
      `/api/payments/payees/${payeeId}/secrets`,
      '/audit',
    ]) {
      const page = await auditor.get(url);
      expect(page.statusCode).toBe(200);
      expect(page.body).not.toContain(NUMBER);
    }
    expect((await auditor.get('/audit?action=payee_secret')).body).toContain('The bank asks for the whole number');
    const [kept] = await world.db.query<{ text: string }>(
      sql`select string_agg(k::text, ' ') as text from idempotency_keys k`,
    );
    expect(kept?.text ?? '').not.toContain(NUMBER);
    expect(failuresOf(world)).toEqual([]);
  });
});
