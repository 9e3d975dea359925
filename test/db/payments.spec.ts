/** Payments: nothing is paid twice, by one person alone, or before it may be; what comes back is due again. */
import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { RuleSets } from '../../src/features/agency/index.js';
import { readPoolBalance, type Stage, verifyLedger } from '../../src/features/ledger/index.js';
import { PayableOwners, Payables, PaymentBatches, Payees, Payments } from '../../src/features/payments/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { runInRequest } from '../../src/platform/database/context.js';
import { sql } from '../../src/platform/database/sql.js';
import { organization } from '../factories/organizations.js';
import {
  committedPool,
  type CommittedPool,
  openPayables,
  payableRequest,
  releasedBatch,
  rememberingOwner,
} from '../factories/payments.js';
import { failuresOf, openWebWorld, openWorld, type WebWorld, type World } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let payables: Payables;
let batches: PaymentBatches;
let payments: Payments;
let heard: Record<string, string[]>;
let officer: PersonActor;
let approver: PersonActor;
let pool: CommittedPool;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  payables = world.get(Payables);
  batches = world.get(PaymentBatches);
  payments = world.get(Payments);
  heard = rememberingOwner(world);
  officer = await world.actor('finance_officer');
  approver = await world.actor('finance_approver');
});
afterAll(async () => world?.close());
beforeEach(async () => {
  pool = await committedPool(world, dollars('100000'));
});

const balance = async (stage: Stage): Promise<string> =>
  (await readPoolBalance(world.db, pool.sourceId, pool.poolId, stage)).toDecimal();

async function owedTo(name: string, amounts: readonly string[]): Promise<{ payee: string; ids: string[] }> {
  const { id: payee } = await organization(world, { name });
  const ids = await openPayables(
    world,
    amounts.map((amount) => payableRequest(pool, { kind: 'organization', id: payee }, dollars(amount))),
  );
  return { payee, ids };
}

const statesOf = async (ids: readonly string[]): Promise<string[]> =>
  (
    await world.db.query<{ state: string }>(
      sql`select state from payables where id = any(${ids}::uuid[]) order by state`,
    )
  ).map((row) => row.state);

const paymentsOf = (batchId: string): Promise<{ id: string; number: number; state: string; cents: string }[]> =>
  world.db.query(sql`select id, number, state, amount_cents as cents from payments where batch_id = ${batchId}
    order by number`);

describe('what is owed', () => {
  it('moves its money to approved, and back when it is paid and comes back', async () => {
    const { ids } = await owedTo('Example Arts', ['100', '50.25']);
    expect([await balance('payable'), await balance('committed')]).toEqual(['150.25', '99849.75']);
    const batch = await releasedBatch(world, { payables: ids });
    expect([await balance('payable'), await balance('disbursed')]).toEqual(['0.00', '150.25']);
    const [payment] = await paymentsOf(batch.id);
    await payments.take(officer, payment?.id ?? '', 'return', { note: 'Moved away' });
    expect([await balance('payable'), await balance('disbursed')]).toEqual(['150.25', '0.00']);
    expect(await statesOf(ids)).toEqual(['open', 'open']);
    const again = await releasedBatch(world, { payables: ids });
    expect(await balance('disbursed')).toBe('150.25');
    const [second] = await paymentsOf(again.id);
    await payments.take(officer, second?.id ?? '', 'stop', { note: 'Lost in the mail' });
    expect(await balance('payable')).toBe('150.25');
    expect(await verifyLedger(world.db)).toEqual([]);
  });

  it('cannot be more than is committed', async () => {
    const { id } = await organization(world);
    const request = payableRequest(pool, { kind: 'organization', id }, dollars('100000.01'));
    expect((await refusal(openPayables(world, [request]))).code).toBe('ledger.not_enough');
  });

  it('is not approved by whom it pays, nor held by them', async () => {
    const person = await world.person([{ role: 'finance_officer' }]);
    const payee = { kind: 'person' as const, id: person.personId };
    const own = payableRequest(pool, payee, dollars('10'), { approvedBy: [person.personId] });
    expect((await refusal(openPayables(world, [own]))).code).toBe('payable.own');
    const [id = ''] = await openPayables(world, [{ ...own, approvedBy: [officer.personId] }]);
    const grants = [{ role: 'finance_officer' as const, scopeKind: 'agency' as const, scopeId: null }];
    const actor: PersonActor = { kind: 'person', personId: person.personId, name: person.name, grants };
    expect((await refusal(payables.take(actor, id, 'hold', { note: 'Mine' }))).kind).toBe('forbidden');
    const only = await refusal(batches.prepare(actor, { method: 'check', payOn: world.db.today, payables: [{ id }] }));
    expect(only.code).toBe('payment_batch.only_own');
    await payables.take(officer, id, 'hold', { note: 'Kept for the test' });
  });

  it('on hold stays out of batches and says why', async () => {
    const { ids } = await owedTo('Held Arts', ['10']);
    const [id = ''] = ids;
    expect((await refusal(payables.take(officer, id, 'hold', {}))).fields[0]?.code).toBe('action.needs_note');
    await payables.take(officer, id, 'hold', { note: 'Address in doubt' });
    expect((await payables.get(officer, id)).holdReason).toBe('Address in doubt');
    const error = await refusal(releasedBatch(world, { payables: ids }));
    expect(error.code).toBe('payment_batch.chosen_not_due');
    await payables.take(officer, id, 'lift', {});
    expect((await payables.get(officer, id)).holdReason).toBeNull();
    expect((await refusal(payables.take(approver, id, 'cancel', { note: 'A slip' }))).code).toBe('action.blocked');
  });

  it('is seen by who has to do with it only', async () => {
    const { ids } = await owedTo('Seen Arts', ['10']);
    const auditor = await world.actor('auditor');
    const applicant = await world.actor('applicant');
    expect((await payables.get(auditor, ids[0] ?? '')).state).toBe('open');
    expect((await refusal(payables.take(auditor, ids[0] ?? '', 'hold', { note: 'No' }))).kind).toBe('forbidden');
    expect((await refusal(payables.get(applicant, ids[0] ?? ''))).kind).toBe('not_found');
    await releasedBatch(world, { payables: ids });
  });
});

describe('a tax form', () => {
  it('that is missing keeps reportable money out of batches, which say so', async () => {
    const { payee, ids: plain } = await owedTo('Plain Arts', ['10']);
    const [reportable = ''] = await openPayables(world, [
      payableRequest(pool, { kind: 'organization', id: payee }, dollars('20'), { needsTaxForm: true }),
    ]);
    const both = [...plain, reportable];
    const first = await releasedBatch(world, { payables: both });
    expect(first).toMatchObject({ payables: 1, withoutTaxForm: 1 });
    expect((await refusal(releasedBatch(world, { payables: [reportable] }))).code).toBe(
      'payment_batch.only_without_tax_form',
    );
    const payeeId = (await payables.get(officer, reportable)).payeeId;
    const payees = world.get(Payees);
    const late = await refusal(payees.recordTaxForm(officer, payeeId, { onFileOn: '2031-01-01' }));
    expect(late.fields[0]?.code).toBe('payee.tax_form_in_future');
    await payees.recordTaxForm(officer, payeeId, { onFileOn: '2015-11-01' });
    expect((await payees.get(officer, payeeId)).taxFormRecordedBy).toBe(officer.personId);
    expect(await releasedBatch(world, { payables: [reportable] })).toMatchObject({ payables: 1, withoutTaxForm: 0 });
  });

  it('is asked for stipends unless told otherwise', async () => {
    const { personId } = await world.person();
    const request = payableRequest(pool, { kind: 'person', id: personId }, dollars('5'));
    const [id = ''] = await openPayables(world, [{ ...request, subject: { ...request.subject, type: 'stipend' } }]);
    const [row] = await world.db.query<{ needs: boolean }>(
      sql`select needs_tax_form as needs from payables where id = ${id}`,
    );
    expect(row?.needs).toBe(true);
  });
});

describe('a batch', () => {
  it('is released by somebody else than who prepared it, whatever roles they hold', async () => {
    const { ids } = await owedTo('Duty Arts', ['10']);
    const both: PersonActor = { ...officer, grants: [...officer.grants, ...approver.grants] };
    const { id } = await releasedBatch(world, { by: both, payables: ids, until: 'draft' });
    expect((await refusal(batches.take(both, id, 'approve', {}))).code).toBe('payment_batch.you_prepared');
    await batches.take(approver, id, 'approve', {});
    const refused = await refusal(batches.take(both, id, 'release', {}));
    expect([refused.kind, refused.code]).toEqual(['forbidden', 'payment_batch.you_prepared']);
    expect((await refusal(batches.take(officer, id, 'release', {}))).code).toBe('permission.missing');
    expect(await balance('disbursed')).toBe('0.00');
    const actions = await batches.machine.actions(world.policy, world.db, both, await batches.get(both, id));
    expect(actions.find((each) => each.name === 'release')).toMatchObject({ enabled: false });
    await batches.take(approver, id, 'release', {});
    expect(await balance('disbursed')).toBe('10.00');
  });

  it('is not released by somebody it pays, and then nothing of it is', async () => {
    const payee = { kind: 'organization' as const, id: (await organization(world)).id };
    const ids = await openPayables(world, [
      payableRequest(pool, payee, dollars('10')),
      payableRequest(pool, payee, dollars('20'), { beneficiaryPersonId: approver.personId }),
    ]);
    const { id } = await releasedBatch(world, { by: officer, payables: ids, until: 'approved' });
    expect((await refusal(batches.take(approver, id, 'release', {}))).code).toBe('payment_batch.pays_you');
    expect(await statesOf(ids)).toEqual(['batched', 'batched']);
    expect((await paymentsOf(id)).map((each) => [each.state, each.number])).toEqual([['pending', null]]);
    expect(await balance('disbursed')).toBe('0.00');
    await batches.take(await world.actor('finance_approver'), id, 'release', {});
    expect(await balance('disbursed')).toBe('30.00');
  });

  it('of 64 people at once takes each payable once', async () => {
    const { ids } = await owedTo('Crowded Arts', ['10', '20', '30']);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 64 }, () => releasedBatch(world, { payables: ids, until: 'draft' })),
    );
    const made = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(made).toHaveLength(1);
    const [live] = await world.db.query<{ count: number }>(
      sql`select count(*)::int as count from payment_items where payable_id = any(${ids}::uuid[]) and ended_at is null`,
    );
    expect(live?.count).toBe(3);
    const id = (made[0] as PromiseFulfilledResult<{ id: string }>).value.id;
    await batches.take(approver, id, 'approve', {});
    const releases = await Promise.allSettled(
      Array.from({ length: 16 }, () => batches.take(approver, id, 'release', {})),
    );
    expect(releases.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(await balance('disbursed')).toBe('60.00');
    expect(await verifyLedger(world.db)).toEqual([]);
  }, 60_000);

  it('cannot hold a payable that another one holds, whatever is written', async () => {
    const { ids } = await owedTo('Twice Arts', ['10']);
    const batch = await releasedBatch(world, { payables: ids });
    const [payment] = await paymentsOf(batch.id);
    const twin = world.db.work(system, (work) =>
      work.query(sql`insert into payment_items (id, created_at, payment_id, payable_id)
        values (gen_random_uuid(), ${work.now}, ${payment?.id}, ${ids[0]})`),
    );
    await expect(twin).rejects.toThrow(/payment_items_live_key/);
  });

  it('is released once by a double click', async () => {
    const { ids } = await owedTo('Double Arts', ['10']);
    const { id } = await releasedBatch(world, { by: officer, payables: ids, until: 'approved' });
    const idempotency = { key: 'double-click-1', route: 'POST /payments/batches/:id/release', inputHash: 'same' };
    const release = (): Promise<{ id: string }> =>
      runInRequest({ requestId: 'test', receivedAt: world.clock.now(), idempotency }, () =>
        batches.take(approver, id, 'release', {}),
      );
    expect(await Promise.all([release(), release()])).toEqual([{ id }, { id }]);
    expect(await balance('disbursed')).toBe('10.00');
  });

  it('groups by payee, numbers without a gap and keeps a register that no spreadsheet runs', async () => {
    const one = await owedTo('=Bad Arts, Inc.', ['10', '5']);
    const two = await owedTo('Zeal Arts', ['7.05']);
    const batch = await releasedBatch(world, { payables: [...one.ids, ...two.ids] });
    const made = await paymentsOf(batch.id);
    expect(batch).toMatchObject({ payments: 2, payables: 3 });
    expect((made[1]?.number ?? 0) - (made[0]?.number ?? 0)).toBe(1);
    const file = await batches.register(officer, batch.id);
    const text = file.content.toString('utf8');
    expect(text.split('\r\n')).toEqual([
      'Number,Payee,Amount,Date,Memo',
      `${made[0]?.number},"'=Bad Arts, Inc.",15.00,${world.db.today},Request 1; Request 1`,
      `${made[1]?.number},Zeal Arts,7.05,${world.db.today},Request 1`,
      '',
    ]);
    expect(file.contentHash).toBe(createHash('sha256').update(file.content).digest('hex'));
    const rewrite = world.db.work(system, (work) => work.query(sql`update payment_files set file_name = 'x'`));
    await expect(rewrite).rejects.toThrow(/permission denied/);
  });

  it('that is void lets its payables go, and released batches cannot be', async () => {
    const { ids } = await owedTo('Void Arts', ['10']);
    const { id } = await releasedBatch(world, { by: officer, payables: ids, until: 'approved' });
    expect((await refusal(batches.register(officer, id))).code).toBe('payment_batch.no_register');
    await batches.take(officer, id, 'void', { note: 'Wrong date' });
    expect(await statesOf(ids)).toEqual(['open']);
    const next = await releasedBatch(world, { by: officer, payables: ids });
    expect((await refusal(batches.take(officer, next.id, 'void', { note: 'Late' }))).code).toBe('action.not_open');
    await batches.take(officer, next.id, 'settle', {});
    expect((await paymentsOf(next.id)).map((each) => each.state)).toEqual(['cleared']);
  });

  it('that nobody knows of is settled by comparison only', async () => {
    const { ids } = await owedTo('Unknown Arts', ['10']);
    const { id } = await releasedBatch(world, { by: officer, payables: ids });
    await batches.take(officer, id, 'mark_unknown', { note: 'The courier was robbed' });
    const [payment] = await paymentsOf(id);
    const early = await refusal(payments.take(officer, payment?.id ?? '', 'return', { note: 'Came back' }));
    expect(early.code).toBe('action.blocked');
    await batches.take(approver, id, 'confirm_failed', { note: 'The county has none of them' });
    expect(await statesOf(ids)).toEqual(['open']);
    expect([await balance('payable'), await balance('disbursed')]).toEqual(['10.00', '0.00']);
    await releasedBatch(world, { payables: ids });
  });

  it('refuses a page that is stale', async () => {
    const { ids } = await owedTo('Stale Arts', ['10']);
    const { id } = await releasedBatch(world, { by: officer, payables: ids, until: 'draft' });
    expect((await refusal(batches.take(approver, id, 'approve', { version: 7 }))).code).toBe('thing.changed_meanwhile');
    await batches.take(officer, id, 'void', { note: 'Done' });
  });
});

describe('owners', () => {
  it('hear of all their things at once', async () => {
    const { ids } = await owedTo('News Arts', ['10', '20']);
    const rows = await world.db.query<{ id: string }>(
      sql`select subject_id as id from payables where id = any(${ids}::uuid[])`,
    );
    const subjects = rows.map((row) => row.id).sort();
    for (const list of Object.values(heard)) list.length = 0;
    const voided = await releasedBatch(world, { payables: ids, until: 'draft' });
    await batches.take(officer, voided.id, 'void', { note: 'For the test' });
    const batch = await releasedBatch(world, { payables: ids });
    const [payment] = await paymentsOf(batch.id);
    await payments.take(officer, payment?.id ?? '', 'mark_stale', { note: 'A year old' });
    expect(heard['scheduled']).toEqual([...subjects, ...subjects]);
    expect([heard['unscheduled'], heard['paid'], heard['reopened']]).toEqual([subjects, subjects, subjects]);
    const summaries = await payables.of(world.db, 'made_up', subjects);
    expect(summaries.get(subjects[0] ?? '')?.[0]).toMatchObject({ state: 'open', batchId: null });
  });
});

describe('an owner that refuses', () => {
  it('leaves the whole batch as it was', async () => {
    const fail = async (): Promise<void> => {
      throw new Error('not now');
    };
    const silent = async (): Promise<void> => undefined;
    const owner = { titleHref: () => '/', scheduled: silent, unscheduled: silent, paid: fail, reopened: silent };
    world.get(PayableOwners).register('refusing', owner);
    const { id } = await organization(world);
    const request = payableRequest(pool, { kind: 'organization', id }, dollars('10'));
    const ids = await openPayables(world, [
      { ...request, subject: { type: 'refusing', id: newId() } },
      payableRequest(pool, { kind: 'organization', id }, dollars('20')),
    ]);
    const batch = await releasedBatch(world, { by: officer, payables: ids, until: 'approved' });
    await expect(batches.take(approver, batch.id, 'release', {})).rejects.toThrow('not now');
    expect((await batches.get(officer, batch.id)).state).toBe('approved');
    expect(await statesOf(ids)).toEqual(['batched', 'batched']);
    expect((await refusal(batches.register(officer, batch.id))).code).toBe('payment_batch.no_register');
    expect(await balance('disbursed')).toBe('0.00');
  });
});

describe('a thousand payables', () => {
  it('are prepared, approved and released together', async () => {
    const payees = await Promise.all(Array.from({ length: 20 }, () => organization(world)));
    const ids = await openPayables(
      world,
      Array.from({ length: 1000 }, (_, index) =>
        payableRequest(pool, { kind: 'organization', id: payees[index % 20]?.id ?? '' }, dollars('1.01')),
      ),
    );
    const batch = await releasedBatch(world, { payables: ids });
    expect(batch).toMatchObject({ payments: 20, payables: 1000 });
    expect(await balance('disbursed')).toBe('1010.00');
    expect(await verifyLedger(world.db)).toEqual([]);
  }, 60_000);
});

describe('the pages', () => {
  let web: WebWorld;

  beforeAll(async () => {
    web = await openWebWorld();
    await web.db.work(system, async (work) => {
      await web.get(RuleSets).ensureDefaults(work);
      return null;
    });
    const made = await committedPool(web, dollars('100'));
    const payee = { kind: 'organization' as const, id: (await organization(web, { name: 'Paged Arts' })).id };
    const waiting = { ...payee, id: (await organization(web, { name: 'Waiting Arts' })).id };
    await openPayables(web, [
      payableRequest(made, payee, dollars('10')),
      payableRequest(made, waiting, dollars('20'), { needsTaxForm: true }),
    ]);
  });
  afterAll(async () => web?.close());

  it('lead from what is due to the register, and say what was left out', async () => {
    const preparer = await web.signIn('finance_officer');
    expect((await preparer.get('/payments')).body).toContain('Paged Arts');
    const form = await preparer.get('/payments/batches/new');
    expect(form.body).toContain('Left out: tax form missing');
    expect(form.body).toContain('Waiting Arts');
    const sent = await preparer.submit('/payments/batches', { method: 'check', payOn: web.db.today });
    expect(sent.statusCode).toBe(303);
    const href = String(sent.headers.location);
    expect((await preparer.get(href)).body).toContain('1 payable was left out');
    expect((await preparer.get(`${href}/register`)).statusCode).toBe(404);

    const releaser = await web.signIn('finance_approver');
    expect((await releaser.submit(`${href}/approve`)).statusCode).toBe(303);
    expect((await releaser.submit(`${href}/release`)).statusCode).toBe(303);
    const auditor = await web.signIn('auditor');
    const register = await auditor.get(`${href}/register`);
    expect(register.headers['content-disposition']).toMatch(/^attachment; filename="register-/);
    expect(register.body).toMatch(/^Number,Payee,Amount,Date,Memo\r\n1001,Paged Arts,10.00,/);
    expect((await auditor.submit(`${href}/settle`)).statusCode).toBe(403);
    const api = await auditor.get(`/api${href}`);
    expect(api.json()).toMatchObject({ state: { state: 'released' }, amount: { amount: '10.00' }, payments: 1 });
    const due = await auditor.get('/api/payments/payables?state=open');
    expect(due.json()).toMatchObject({ items: [{ payeeName: 'Waiting Arts', lacksTaxForm: true }], next: null });
    expect(failuresOf(web)).toEqual([]);
  });

  it('name who waits for a tax form until it is recorded', async () => {
    const finance = await web.signIn('finance_officer');
    const missing = await finance.get('/payments/payees?missing=yes&sort=-name');
    expect(missing.body).not.toContain('Paged Arts');
    const href = /href="(\/payments\/payees\/[0-9a-f-]{36})"/.exec(missing.body)?.[1] ?? '';
    expect((await finance.get(href)).body).toContain('Waiting for the tax form of Waiting Arts');
    const late = await finance.submit(`${href}/tax-form`, { onFileOn: '1/1/2031' });
    expect([late.statusCode, late.body.includes('Enter today or an earlier day.')]).toEqual([422, true]);
    expect((await finance.submit(`${href}/tax-form`, { onFileOn: '11/2/2015' })).statusCode).toBe(303);
    expect((await finance.get('/payments/payees?missing=yes')).body).not.toContain('Waiting Arts');
    expect((await finance.get('/')).body).toContain('Prepare a batch: 1 payable, $20');
  });
});
