/** Privacy: what is held, how long it stays, who decides that it goes, what keeps it - and that it is gone, everywhere. */
import 'reflect-metadata';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { Attachments, verifyFiles } from '../../src/features/documents/index.js';
import { verifyLedger } from '../../src/features/ledger/index.js';
import { ChildcareClaims } from '../../src/features/participant-support/index.js';
import { Payees } from '../../src/features/payments/index.js';
import { Disposals, hashOf, LegalHolds, PersonalDataBook, Retention } from '../../src/features/privacy/index.js';
import { DisposalReads } from '../../src/features/privacy/disposals.reads.js';
import { PrivacyTasks } from '../../src/features/privacy/privacy.tasks.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { rawSql, sql } from '../../src/platform/database/sql.js';
import { openPersonal } from '../../src/platform/audit/personal.js';
import { Secrets } from '../../src/platform/secrets/secrets.js';
import { collaborativeWithTeam, heldConvening, type MadeCollaborative } from '../factories/collaboratives.js';
import { organization, organizationMember } from '../factories/organizations.js';
import {
  approvedStipends,
  approver,
  rateCard,
  stipendPolicy,
  submittedClaim,
} from '../factories/participant-support.js';
import { attendanceOf } from '../factories/participant-support.js';
import { committedPool, openPayables, payableRequest, releasedBatch } from '../factories/payments.js';
import { refusal } from '../support/refusal.js';
import { ListQuery } from '../../src/platform/lists/list.js';
import { openWorld, type TestPerson, WORLD_START, type World } from '../support/world.js';

const system = systemActor('test');
const YEAR = 365.25 * 24 * 60 * 60 * 1000;

let world: World;
let disposals: Disposals;
let holds: LegalHolds;
let retention: Retention;
let book: PersonalDataBook;
let reads: DisposalReads;
let anna: PersonActor;
let boris: PersonActor;

beforeAll(async () => {
  world = await openWorld();
  disposals = world.get(Disposals);
  holds = world.get(LegalHolds);
  retention = world.get(Retention);
  book = world.get(PersonalDataBook);
  reads = world.get(DisposalReads);
  anna = await world.actor('administrator');
  boris = await world.actor('administrator');
}, 120_000);
afterAll(async () => world?.close());
beforeEach(() => world.clock.set(WORLD_START));

const pass = (years: number): void => world.clock.set(new Date(world.clock.now().getTime() + years * YEAR));
const nameOf = async ({ personId }: { personId: string }): Promise<string> =>
  (await world.db.query<{ name: string }>(sql`select name from persons where id = ${personId}`))[0]?.name ?? '';
const rows = async (query: string): Promise<Record<string, unknown>[]> => world.db.query(rawSql(query));
const actorOf = ({ personId, name }: TestPerson): PersonActor => ({ kind: 'person', personId, name, grants: [] });

/** Proposed by Anna, approved by Boris, carried out. */
async function removed(person: { personId: string }): Promise<string> {
  const { id } = await disposals.propose(anna, person.personId, { reason: 'Asked by letter of March 3' });
  await disposals.take(boris, id, 'approve', {});
  await world.drain();
  return id;
}

/** Every text and every number of every row, save what is bytes. */
async function everywhere(needle: string): Promise<string[]> {
  const tables = await rows(`select tablename as name from pg_tables where schemaname = 'public'`);
  const found: string[] = [];
  for (const { name } of tables) {
    const [hit] = await rows(
      `select count(*)::int as n from "${String(name)}" t where to_jsonb(t)::text ilike '%${needle}%'`,
    );
    if (Number(hit?.['n']) > 0) found.push(String(name));
  }
  return found.sort();
}

async function asApp(statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: world.database.appUrl });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

async function writeTo(address: string, subjectKey = 'mail.subject.test'): Promise<void> {
  await world.db.work(system, async (work) => {
    await work.query(sql`
      insert into mails (id, message_id, recipient, subject, body, carries_secret, created_at, sent_at)
      values (gen_random_uuid(), gen_random_uuid()::text, ${address}, ${subjectKey}, 'Dear you', false, ${work.now}, ${work.now})`);
    return null;
  });
}

/** A participant who came, was paid, and claimed childcare; all of it settled. */
async function paidParticipant(): Promise<{
  made: MadeCollaborative;
  personId: string;
  email: string;
  attendanceId: string;
}> {
  const made = await collaborativeWithTeam(world, { roles: ['parent_advisor', 'student_leader'] });
  const parent = made.people[0];
  if (parent === undefined) throw new Error('Nobody has a seat');
  await stipendPolicy(world, made, 'parent_advisor');
  await rateCard(world, made);
  const { conveningId } = await heldConvening(world, made);
  const officer = await approver(world, made);
  await approvedStipends(world, conveningId, officer);
  const [payee] = await rows(`select id from payees where person_id = '${parent.personId}'`);
  await world.get(Payees).recordTaxForm(system, String(payee?.['id']), { onFileOn: world.db.today });
  await releasedBatch(world);
  const attendanceId = await attendanceOf(world, conveningId, parent.personId);
  return { made, personId: parent.personId, email: parent.email, attendanceId };
}

describe('what is held about a person', () => {
  it('is all there, in sections with words, and every section can be read', async () => {
    const { made, personId, email, attendanceId } = await paidParticipant();
    await writeTo(email);
    const parent = made.people[0];
    await submittedClaim(world, parent?.actor as PersonActor, attendanceId);
    const held = await book.own(parent?.actor as PersonActor);
    const by = new Map(held.sections.map((section) => [section.key, section]));
    expect(by.get('person')?.rows[0]?.['name']).toBe(await nameOf({ personId }));
    expect(by.get('identifiers')?.rows[0]?.['value']).toBe(email);
    expect(by.get('stipends')?.rows[0]?.['amount']).toEqual(Money.parse('75'));
    expect(by.get('payments')?.rows).toHaveLength(1);
    expect(by.get('childcare_claims')?.rows[0]?.['children']).toBe('2');
    expect(by.get('attendances')?.rows.length).toBeGreaterThan(0);
    expect(by.get('mails')?.rows.length).toBeGreaterThan(0);
    expect(by.get('files')?.rows).toHaveLength(1);
    for (const { title, why, columns } of held.sections) {
      for (const words of [title, why, ...columns.map(({ label }) => label)]) expect(words).not.toMatch(/^personal\./);
    }
    expect(JSON.parse(JSON.stringify(await book.download(parent?.actor as PersonActor)))).toMatchObject({
      person: { id: personId },
    });
  });

  it('is shown to nobody else', async () => {
    const other = await world.person();
    const held = await book.own(actorOf(other));
    const text = JSON.stringify(held);
    for (const { email } of [await paidParticipant()]) expect(text).not.toContain(email);
    expect(text).toContain(other.email);
    expect((await refusal(book.own(system))).code).toBe('permission.missing');
    expect((await refusal(book.removal(actorOf(other), anna.personId))).code).toBe('permission.missing');
  });

  it('leaves out mail to an address that others share', async () => {
    const [one, two] = [await world.person(), await world.person()];
    await world.db.work(system, async (work) => {
      await work.query(sql`insert into identifiers (id, version, created_at, person_id, kind, value)
        values (gen_random_uuid(), 1, ${work.now}, ${two.personId}, 'address', ${one.email})`);
      return null;
    });
    await writeTo(one.email);
    await writeTo(two.email);
    const mails = async (person: TestPerson): Promise<number> =>
      (await book.own(actorOf(person))).sections.find(({ key }) => key === 'mails')?.rows.length ?? -1;
    expect(await mails(one)).toBe(0);
    expect(await mails(two)).toBe(1);
  });
});

describe('a person who is forgotten', () => {
  it('is nowhere any more, by name or address, and the books still add up', async () => {
    const { made, personId, attendanceId } = await paidParticipant();
    const name = `Zerlinda Quux ${made.district.replaceAll(' ', '')}`;
    const address = 'zerlinda.quux@example.org';
    await world.db.work(system, async (work) => {
      await work.query(sql`update persons set name = ${name} where id = ${personId}`);
      await work.query(sql`update identifiers set value = ${address} where person_id = ${personId}`);
      await work.query(sql`update payees set name = ${name} where person_id = ${personId}`);
      await work.query(sql`update payments set payee_name = ${name}
        where payee_id in (select id from payees where person_id = ${personId})`);
      work.audit({
        ...{ action: 'person.changed', subjectType: 'person', subjectId: personId },
        personal: { personId, after: { name, address } },
      });
      return null;
    });
    const acting: PersonActor = { kind: 'person', personId, name, grants: made.people[0]?.actor.grants ?? [] };
    const claimId = await submittedClaim(world, acting, attendanceId, { provider: `Aunt of ${name}` });
    await writeTo(address);
    // A link that was mailed before anybody was known by the address, and an address written in capitals.
    await world.db.work(system, async (work) => {
      await work.query(sql`
        insert into mailed_links (id, created_at, purpose, address, mail, minutes, expires_at)
        values (gen_random_uuid(), ${work.now}, 'sign_up', ${address}, '{}', 30, ${work.now})`);
      return null;
    });
    await writeTo(address.toUpperCase());
    expect(await everywhere(name)).toEqual(expect.arrayContaining(['persons', 'payees', 'payments']));
    expect(await everywhere(address)).toEqual(expect.arrayContaining(['identifiers', 'mails']));

    await world.get(ChildcareClaims).withdraw(acting, claimId, {});
    pass(9);
    expect(await disposals.proposeDue()).toBeGreaterThan(0);
    const [proposed] = await rows(
      `select d.id from disposals d join disposal_items i on i.disposal_id = d.id where i.subject_id = '${personId}'`,
    );
    const id = String(proposed?.['id']);
    await disposals.take(anna, id, 'approve', {});
    await world.drain();

    expect(await nameOf({ personId })).toBe('Former participant');
    expect(await everywhere(name)).toEqual([]);
    expect(await everywhere(address)).toEqual([]);
    expect(await verifyLedger(world.db)).toEqual([]);
    const [stipend] = await rows(
      `select amount_cents::text as cents from stipends where person_id = '${personId}' limit 1`,
    );
    expect(stipend?.['cents']).toBe('7500');
    const account = await rows(`select disabled_at, passphrase_hash from accounts where person_id = '${personId}'`);
    expect(account[0]?.['disabled_at'] instanceof Date || account.length === 0).toBe(true);

    const trail = await world.db.query<{ personal: { personId: string; sealed?: string } }>(sql`
      select personal from audit_events where personal ->> 'personId' = ${personId}`);
    expect(trail.length).toBeGreaterThan(0);
    const opened = await openPersonal(
      world.db,
      world.get(Secrets),
      trail.map(({ personal }) => personal),
    );
    expect(opened.every((each) => each === undefined)).toBe(true);

    const [entry] = (await reads.log(boris, new ListQuery(), id)).items;
    expect(entry).toMatchObject({ action: 'anonymize', approvedByName: anna.name });
    const [logged] = await world.db.query<{ idHashes: string[] }>(sql`
      select id_hashes as "idHashes" from disposal_log where disposal_id = ${id}`);
    expect(logged?.idHashes).toContain(hashOf(personId));
    expect(await rows(`select 1 from disposal_items where disposal_id = '${id}'`)).toEqual([]);
    expect((await reads.get(boris, id)).state).toBe('done');
  }, 60_000);

  it('keeps the name beside what they decided for the public, and loses all the rest', async () => {
    const member = await world.person([{ role: 'committee_member' }], 'Committee Person');
    await world.db.work(system, async (work) => {
      await work.query(sql`update role_grants set ended_at = ${work.now}, end_reason = 'Term over'
        where person_id = ${member.personId}`);
      return null;
    });
    await removed(member);
    expect(await nameOf(member)).toBe('Committee Person');
    expect(await everywhere(member.email)).toEqual([]);
  });

  it('is forgotten once', async () => {
    const person = await world.person();
    await removed(person);
    const again = disposals.propose(anna, person.personId, { reason: 'Once more, by mistake' });
    expect((await refusal(again)).code).toBe('disposal.anonymized_already');
    expect(await book.removal(anna, person.personId)).toMatchObject({ anonymized: true, blockers: [] });
  });
});

describe('what keeps a person', () => {
  const kept = async (personId: string): Promise<string[]> => {
    const error = await refusal(disposals.propose(anna, personId, { reason: 'Asked by letter' }));
    expect(error.code).toBe('disposal.person_kept');
    return error.blockers.map(({ code }) => code).sort();
  };

  it('is a role, a membership, a seat, money that is owed or was paid lately', async () => {
    expect(await kept((await world.person([{ role: 'reviewer' }])).personId)).toEqual(['privacy.holds_role']);
    const { id } = await organization(world);
    const member = await organizationMember(world, id);
    expect(await kept(member.personId)).toEqual(['privacy.is_member']);

    const { personId } = await paidParticipant();
    expect(await kept(personId)).toEqual(['privacy.has_seat', 'privacy.paid_lately']);
    pass(3);
    expect(await kept(personId)).toEqual(['privacy.paid_lately']);
    pass(5);
    await removed({ personId });
    expect(await nameOf({ personId })).toBe('Former participant');
  }, 60_000);

  it('is a payable of which they are the beneficiary', async () => {
    const person = await world.person();
    const pool = await committedPool(world, Money.parse('100'));
    const { id } = await organization(world);
    await openPayables(world, [
      payableRequest(pool, { kind: 'organization', id }, Money.parse('40'), { beneficiaryPersonId: person.personId }),
    ]);
    expect(await kept(person.personId)).toEqual(['privacy.is_owed']);
  });

  it('is a legal hold on them, on their organization, or on everything', async () => {
    const person = await world.person();
    const { id: hold } = await holds.place(anna, {
      ...{ kind: 'person', subjectId: person.personId, reason: 'Claim 14-2-00012-1' },
    });
    expect(await kept(person.personId)).toEqual(['privacy.legal_hold']);
    await holds.lift(boris, hold, { note: 'Settled' });

    const { id: all } = await holds.place(anna, { kind: 'agency', reason: 'State audit is open' });
    expect(await kept(person.personId)).toEqual(['privacy.legal_hold']);
    await holds.lift(boris, all, { note: 'Closed' });

    const { id } = await organization(world);
    const member = await organizationMember(world, id);
    await world.db.work(system, async (work) => {
      await work.query(sql`update organization_members set ended_at = ${work.now} where id = ${member.memberId}`);
      return null;
    });
    const { id: third } = await holds.place(anna, {
      kind: 'organization',
      subjectId: id,
      reason: 'Claim of the county',
    });
    expect(await kept(member.personId)).toEqual(['privacy.legal_hold']);
    await holds.lift(boris, third, { note: 'Settled' });
    await removed(member);
  });

  it('counts to the last moment: a hold placed after the approval still keeps', async () => {
    const person = await world.person([], 'Kept After All');
    const { id } = await disposals.propose(anna, person.personId, { reason: 'Asked by letter' });
    await disposals.take(boris, id, 'approve', {});
    const hold = await holds.place(anna, { kind: 'person', subjectId: person.personId, reason: 'New claim today' });
    await world.drain();
    expect(await nameOf(person)).toBe('Kept After All');
    expect(await reads.get(anna, id)).toMatchObject({ state: 'done', gone: 0, kept: 1 });
    await holds.lift(boris, hold.id, { note: 'Withdrawn' });
  });
});

describe('two persons', () => {
  it('propose and approve; nobody decides about themselves; the database says so too', async () => {
    const person = await world.person();
    const { id } = await disposals.propose(anna, person.personId, { reason: 'Asked by letter' });
    expect((await refusal(disposals.take(anna, id, 'approve', {}))).code).toBe('disposal.proposed_by_you');
    expect((await refusal(disposals.propose(boris, person.personId, { reason: 'Asked by letter' }))).code).toBe(
      'disposal.proposed_already',
    );
    expect((await refusal(disposals.propose(anna, anna.personId, { reason: 'Asked by letter' }))).code).toBe(
      'disposal.about_you',
    );
    await expect(
      asApp(
        `update disposals set state = 'approved', approved_by = proposed_by, approved_at = now() where id = '${id}'`,
      ),
    ).rejects.toThrow('disposals_duties_check');
    const auditor = await world.actor('auditor');
    expect((await refusal(disposals.take(auditor, id, 'approve', {}))).kind).toBe('forbidden');
    expect((await refusal(disposals.take(system, id, 'approve', {}))).kind).toBe('forbidden');
    const stranger = actorOf(await world.person());
    expect((await refusal(disposals.take(stranger, id, 'approve', {}))).kind).toBe('not_found');

    const tasks = world.get(PrivacyTasks);
    expect((await tasks.tasks(anna)).filter(({ href }) => href.endsWith(id))).toEqual([]);
    expect((await tasks.tasks(boris)).filter(({ href }) => href.endsWith(id))).toHaveLength(1);
    await disposals.take(boris, id, 'decline', { note: 'Not asked for after all' });
    expect(await reads.items(await reads.get(boris, id))).toEqual([]);
    await world.drain();
    expect(await nameOf(person)).toBe(person.name);
  });

  it('place a hold and lift it', async () => {
    const { id } = await holds.place(anna, { kind: 'person', subjectId: boris.personId, reason: 'Open claim' });
    expect((await refusal(holds.lift(anna, id, { note: 'Over' }))).code).toBe('legal_hold.placed_by_you');
    await expect(
      asApp(`update legal_holds set state = 'lifted', lifted_by = placed_by, lifted_at = now() where id = '${id}'`),
    ).rejects.toThrow('legal_holds_duties_check');
    expect((await refusal(holds.lift(boris, id, {}))).fields[0]?.code).toBe('action.needs_note');
    await holds.lift(boris, id, { note: 'Over' });
    expect((await refusal(holds.place(anna, { kind: 'award', reason: 'Which one is not said' }))).fields[0]?.code).toBe(
      'legal_hold.subject_missing',
    );
    const nowhere = { kind: 'round', subjectId: anna.personId, reason: 'There is no such round' };
    expect((await refusal(holds.place(anna, nowhere))).fields[0]?.code).toBe('field.not_found');
  });
});

describe('the monthly run', () => {
  it('proposes once, however many workers look, and not again what waits', async () => {
    world.clock.set('2031-05-03T12:00:00Z');
    const person = await world.person();
    world.clock.set('2039-02-03T12:00:00Z');
    await Promise.all([1, 2, 3, 4, 5].map(() => disposals.proposeDue()));
    const proposals = `select d.id from disposals d join disposal_items i on i.disposal_id = d.id
      where i.subject_id = '${person.personId}'`;
    expect(await rows(proposals)).toHaveLength(1);
    world.clock.set('2039-03-03T12:00:00Z');
    await disposals.proposeDue();
    expect(await rows(proposals)).toHaveLength(1);
    expect((await reads.list(anna, {})).items.every(({ state }) => state.length > 0)).toBe(true);
  });

  it('has mail and traces of signing in go when their years are over, and no day before', async () => {
    world.clock.set('2041-06-10T12:00:00Z');
    await retention.update(anna, 'messages', { years: 3, basis: 'Resolution 12 of the board' });
    expect(
      (await refusal(retention.update(boris, 'messages', { years: 4, basis: 'Stale page', version: 0 }))).code,
    ).toBe('thing.changed_meanwhile');
    const [young, old, keptAddress] = ['young@example.org', 'old@example.org', (await world.person()).email];
    await writeTo(old);
    await writeTo(keptAddress);
    const [holder] = await rows(`select person_id from identifiers where value = '${keptAddress}'`);
    await holds.place(anna, { kind: 'person', subjectId: String(holder?.['person_id']), reason: 'Open claim of 2041' });
    world.clock.set('2041-06-12T12:00:00Z');
    await writeTo(young);
    world.clock.set('2044-06-11T12:00:00Z');
    await disposals.proposeDue();
    const [row] = (await reads.list(anna, { state: 'proposed' })).items.filter(
      ({ className }) => className === 'messages',
    );
    if (row === undefined) throw new Error('Nothing was proposed');
    expect(row).toMatchObject({ years: 3, basis: 'Resolution 12 of the board', proposedBy: null });
    await disposals.take(boris, row.id, 'approve', {});
    await world.drain();
    expect(await everywhere(old)).toEqual([]);
    expect(await everywhere(young)).toContain('mails');
    expect(await rows(`select 1 from mails where recipient = '${keptAddress}'`)).toHaveLength(1);
    const [entry] = (await reads.log(anna, new ListQuery(), row.id)).items;
    expect(entry?.removed['mails']).toBe(entry?.itemCount);
  });

  it('carries out each thing once, however many workers run', async () => {
    world.clock.set('2050-01-10T12:00:00Z');
    const people: TestPerson[] = [];
    for (let each = 0; each < 45; each += 1) people.push(await world.person());
    world.clock.set('2058-01-10T12:00:00Z');
    await disposals.proposeDue();
    const [found] = await rows(`select disposal_id from disposal_items where subject_id = '${people[0]?.personId}'`);
    const id = String(found?.['disposal_id']);
    const { itemCount } = await reads.get(anna, id);
    await disposals.take(boris, id, 'approve', {});
    const run = async (): Promise<void> => {
      while (await disposals.carryOn(id));
    };
    await Promise.all([run(), run(), run()]);
    const done = await reads.get(anna, id);
    expect(done).toMatchObject({ state: 'done', gone: itemCount - done.kept });
    expect(done.gone).toBeGreaterThanOrEqual(45);
    const names = await world.db.query<{ name: string }>(sql`
      select distinct name from persons where id = any(${people.map(({ personId }) => personId)}::uuid[])`);
    expect(names).toEqual([{ name: 'Former participant' }]);
  }, 60_000);
});

describe('receipts of childcare', () => {
  it('go when their years are over and the claim is settled; the claim and its amounts stay', async () => {
    const { made, attendanceId } = await paidParticipant();
    const parent = made.people[0]?.actor as PersonActor;
    const claims = world.get(ChildcareClaims);
    const claimId = await submittedClaim(world, parent, attendanceId);
    const [file] = await rows(`select id from attachments where subject_id = '${claimId}'`);
    const id = String(file?.['id']);
    const stateOf = async (): Promise<unknown> => (await world.get(Attachments).views(world.db, [id])).get(id)?.state;
    const proposed = async (): Promise<string | undefined> => {
      await disposals.proposeDue();
      const [row] = await rows(`select disposal_id as id from disposal_items where subject_id = '${id}'`);
      return row === undefined ? undefined : String(row['id']);
    };
    pass(8.5);
    expect(await proposed()).toBeUndefined();
    await claims.refuse(await approver(world, made), claimId, 'deny', { note: 'Late' });
    pass(0.2);
    const disposalId = await proposed();
    await disposals.take(boris, disposalId ?? '', 'approve', {});
    await world.drain();
    expect(await stateOf()).toBe('disposed');
    expect((await refusal(world.get(Attachments).open(parent, id))).code).toBe('attachment.disposed');
    expect(await rows(`select 1 from attachment_chunks where attachment_id = '${id}'`)).toEqual([]);
    const [claim] = await rows(`select amount_cents > 0 as stays from childcare_claims where id = '${claimId}'`);
    expect(claim).toEqual({ stays: true });
    expect((await verifyFiles(world.db)).map((each) => each.id)).not.toContain(id);
    const [entry] = (await reads.log(anna, new ListQuery(), disposalId)).items;
    expect(entry?.removed['files']).toBe(entry?.itemCount);
  }, 60_000);
});

describe('the log', () => {
  it('is only ever added to', async () => {
    for (const table of ['disposal_log', 'anonymized_persons', 'retention_runs']) {
      await expect(asApp(`update ${table} set version = 2`)).rejects.toThrow('permission denied');
      await expect(asApp(`delete from ${table}`)).rejects.toThrow('permission denied');
    }
    for (const table of ['disposals', 'legal_holds', 'retention_terms']) {
      await expect(asApp(`delete from ${table}`)).rejects.toThrow('permission denied');
    }
  });
});

describe('the classes', () => {
  it('have words, years and something to do, each its own name', async () => {
    const lines = await retention.list(anna);
    expect(new Set(lines.map(({ name }) => name)).size).toBe(lines.length);
    for (const line of lines) {
      expect(line.years).toBeGreaterThan(0);
      for (const words of [line.title, line.what, line.from, line.basis]) expect(words).not.toMatch(/^retention\./);
    }
    const able = retention.classes.filter(({ action }) => action === 'delete');
    expect(able.every(({ due, removals }) => due !== undefined && removals !== undefined)).toBe(true);
    expect(
      (await refusal(retention.update(await world.actor('auditor'), 'people', { years: 1, basis: 'x' }))).kind,
    ).toBe('forbidden');
  });
});

/** What only says that a person is forgotten, or with which key the trail tells of them. */
const SAYS_NOTHING = ['anonymized_persons.person_id', 'person_keys.person_id'];
/** Who acted: the act is in the trail, and the trail is told. */
const isAct = (reference: string): boolean => reference.endsWith('_by');

describe('every table that refers to a person', () => {
  it('is told about by its feature, or holds only who acted', async () => {
    const references = await rows(`
      select c.conrelid::regclass::text as "table", a.attname as "column" from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'f' and c.confrelid = 'persons'::regclass order by 1, 2`);
    const id = '00000000-0000-4000-8000-000000000000';
    const told = FEATURES_IN_ORDER.flatMap(({ personalData }) => personalData?.sections ?? [])
      .map((section) => section.rows(id).compile().text)
      .join('\n');
    const isTold = (table: unknown, column: unknown): boolean =>
      new RegExp(`\\b${String(table)}\\b`).test(told) && new RegExp(`\\b${String(column)}\\b`).test(told);
    const untold = references
      .filter(({ table, column }) => !isTold(table, column))
      .map(({ table, column }) => `${String(table)}.${String(column)}`);
    expect(untold.filter((each) => !isAct(each)).sort()).toEqual(SAYS_NOTHING);
  });
});
