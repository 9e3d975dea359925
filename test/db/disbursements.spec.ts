/** Disbursement requests: what an award pays, who may say so, and what never goes beyond it. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AwardFacts } from '../../src/features/awards/index.js';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { DisbursementApprovals, Disbursements, type ExpenseInput } from '../../src/features/disbursements/index.js';
import { readCategories } from '../../src/features/disbursements/disbursement.spending.js';
import { DisbursementViews } from '../../src/features/disbursements/disbursement.view.js';
import { DisbursementsTasks } from '../../src/features/disbursements/disbursements.tasks.js';
import { verifyLedger } from '../../src/features/ledger/index.js';
import { Payables } from '../../src/features/payments/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { Money } from '../../src/kernel/money.js';
import { runInRequest } from '../../src/platform/database/context.js';
import { sql } from '../../src/platform/database/sql.js';
import { activeAward, type MadeAward } from '../factories/awards.js';
import {
  approvedRequest,
  approversOf,
  draftRequest,
  programApprovedRequest,
  submittedRequest,
} from '../factories/disbursements.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { personWith } from '../factories/people.js';
import { openWorld, type World } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let requests: Disbursements;
let approvals: DisbursementApprovals;

beforeAll(async () => {
  world = await openWorld();
  requests = world.get(Disbursements);
  approvals = world.get(DisbursementApprovals);
});
afterAll(async () => world?.close());

/** An award in force from today on, for ten months, with its budget by category. */
function inForce(amount: string, budget: Readonly<Record<string, string>> = { Staff: amount }): Promise<MadeAward> {
  const lines = Object.entries(budget).map(([category, part]) => ({ category, amount: dollars(part) }));
  return activeAward(world, { amount: dollars(amount), budget: lines });
}

const stateOf = async (id: string): Promise<string> => (await requests.get(system, id)).state;
const left = async (awardId: string): Promise<string> =>
  Money.sum((await readCategories(world.db, awardId)).map((each) => each.left)).toDecimal();
const inCategory = async (awardId: string, category: string): Promise<string | undefined> =>
  (await readCategories(world.db, awardId)).find((each) => each.category === category)?.left.toDecimal();
const payableOf = async (id: string): Promise<{ amount: Money; state: string }[]> =>
  (await world.get(Payables).of(world.db, 'disbursement', [id])).get(id) ?? [];

async function sound(): Promise<void> {
  expect(await verifyLedger(world.db)).toEqual([]);
  const below = await world.db.query(sql`select 1 from ledger_accounts where balance_cents < 0 and stage <> 'outside'`);
  expect(below).toEqual([]);
}

function expense(given: Partial<ExpenseInput> = {}): ExpenseInput {
  const base = { category: 'Staff', spentOn: '2015-11-10', vendor: 'Example Supplies', description: 'Paper' };
  return { ...base, amount: dollars('10'), ...given };
}

describe('a request', () => {
  it('goes from a draft to what is owed, its money from obligated to payable', async () => {
    const award = await inForce('1000', { Staff: '600', Travel: '400' });
    const made = await approvedRequest(world, award, dollars('250.50'));
    expect(await stateOf(made.id)).toBe('payable');
    expect(await left(award.awardId)).toBe('749.50');
    expect(await payableOf(made.id)).toEqual([expect.objectContaining({ state: 'open', amount: dollars('250.50') })]);
    await sound();
  });

  it('is numbered within its award, also when eight are begun at once', async () => {
    const award = await inForce('100');
    const member = await organizationMember(world, award.organizationId, 'editor');
    const begun = await Promise.all(
      Array.from({ length: 8 }, () => requests.create(member, { awardId: award.awardId, kind: 'reimbursement' })),
    );
    expect(begun.map((each) => each.number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is certified by an owner, finance member or signatory only', async () => {
    const award = await inForce('100');
    const editor = await organizationMember(world, award.organizationId, 'editor');
    const { id } = await draftRequest(world, award, dollars('10'), { member: editor });
    const error = await refusal(requests.take(editor, id, 'submit', {}));
    expect([error.kind, error.code]).toEqual(['forbidden', 'disbursement.not_certifier']);
    const view = await world.get(DisbursementViews).one(editor, id);
    expect(view.actions.find((each) => each.name === 'submit')?.enabled).toBe(false);
    const owner = await organizationMember(world, award.organizationId, 'owner');
    await requests.take(owner, id, 'submit', {});
    expect((await requests.get(system, id)).certifiedBy).toBe(owner.personId);
  });

  it('is written by members who do more than look, and seen by nobody else outside the agency', async () => {
    const award = await inForce('100');
    const viewer = await organizationMember(world, award.organizationId, 'viewer');
    const create = (actor: PersonActor): Promise<unknown> =>
      requests.create(actor, { awardId: award.awardId, kind: 'reimbursement' });
    expect((await refusal(create(viewer))).code).toBe('organization.member_role_missing');
    const stranger = await organizationMember(world, (await organization(world)).id, 'owner');
    expect((await refusal(create(stranger))).fields[0]?.code).toBe('field.not_found');
    const { id } = await draftRequest(world, award, dollars('10'));
    expect((await refusal(requests.get(stranger, id))).kind).toBe('not_found');
    expect((await refusal(requests.take(stranger, id, 'submit', {}))).kind).toBe('not_found');
    expect((await requests.list(stranger, {})).items).toEqual([]);
    expect((await requests.list(viewer, {})).items.map((each) => each.id)).toEqual([id]);
    const { actor: auditor } = await personWith(world, 'auditor');
    expect((await refusal(requests.get(auditor, id))).kind).toBe('not_found');
    const finance = await organizationMember(world, award.organizationId, 'finance');
    await requests.take(finance, id, 'submit', {});
    expect((await requests.get(auditor, id)).id).toBe(id);
    expect((await requests.list(auditor, {})).items.map((each) => each.id)).toContain(id);
    expect((await refusal(requests.take(auditor, id, 'withdraw', {}))).kind).toBe('forbidden');
    const { actor: reviewer } = await personWith(world, 'reviewer');
    expect((await refusal(requests.get(reviewer, id))).kind).toBe('not_found');
  });

  it('takes expenses within the period of the award, of its categories, and already spent', async () => {
    const award = await inForce('100');
    const member = await organizationMember(world, award.organizationId, 'finance');
    const { id } = await requests.create(member, { awardId: award.awardId, kind: 'reimbursement' });
    const add = (given: Partial<ExpenseInput>): Promise<unknown> => requests.addExpense(member, id, expense(given));
    const codes = async (given: Partial<ExpenseInput>): Promise<unknown> =>
      (await refusal(add(given))).fields.map(({ field, code }) => [field, code]);
    expect(await codes({ spentOn: '2015-11-09' })).toEqual([['spentOn', 'disbursement.expense_before_period']]);
    expect(await codes({ spentOn: '2016-09-11' })).toEqual([['spentOn', 'disbursement.expense_after_period']]);
    expect(await codes({ spentOn: '2015-11-11' })).toEqual([['spentOn', 'disbursement.not_spent_yet']]);
    expect(await codes({ category: 'Yachts' })).toEqual([['category', 'disbursement.category_not_in_budget']]);
    await add({ spentOn: '2015-11-10' });
    const advance = await requests.create(member, { awardId: award.awardId, kind: 'advance' });
    await requests.addExpense(member, advance.id, expense({ spentOn: '2016-09-10' }));
    await requests.update(member, advance.id, { kind: 'reimbursement' });
    const blocked = await refusal(requests.take(member, advance.id, 'submit', {}));
    expect(blocked.blockers.map((each) => each.code)).toEqual(['disbursement.not_spent_yet']);
  });

  it('needs an expense, and never asks for more than the award has left', async () => {
    const award = await inForce('100');
    const member = await organizationMember(world, award.organizationId, 'owner');
    const { id } = await requests.create(member, { awardId: award.awardId, kind: 'reimbursement' });
    const codes = async (): Promise<string[]> =>
      (await refusal(requests.take(member, id, 'submit', {}))).blockers.map((each) => each.code);
    expect(await codes()).toEqual(['disbursement.needs_expense']);
    await requests.addExpense(member, id, expense({ amount: dollars('100.01') }));
    expect(await codes()).toEqual(['disbursement.more_than_award']);
  });

  it('stays as it was submitted, until it is returned; then the approvals it had are void', async () => {
    const award = await inForce('100');
    const made = await programApprovedRequest(world, award, dollars('40'));
    const { member, id, financeOfficer } = made;
    expect((await refusal(requests.addExpense(member, id, expense()))).code).toBe('disbursement.frozen');
    const tamper = sql`delete from disbursement_expenses where disbursement_id = ${id}`;
    await expect(world.db.work(system, (work) => work.query(tamper))).rejects.toThrow(/does not change/);
    expect((await refusal(requests.take(financeOfficer, id, 'return', {}))).fields[0]?.field).toBe('note');
    await requests.take(financeOfficer, id, 'return', { note: 'A receipt is missing' });
    expect((await requests.get(system, id)).programApprovedBy).toBeNull();
    const { id: expenseId } = await requests.addExpense(member, id, expense({ amount: dollars('5') }));
    expect((await requests.get(system, id)).amount.toDecimal()).toBe('45.00');
    await requests.removeExpense(member, id, expenseId);
    expect((await requests.get(system, id)).amount.toDecimal()).toBe('40.00');
    await requests.take(member, id, 'submit', {});
    expect((await refusal(approvals.approve(financeOfficer, id, {}))).code).toBe('action.not_open');
  });

  it('is withdrawn by its recipient and rejected by the program for good', async () => {
    const award = await inForce('100');
    const one = await submittedRequest(world, award, dollars('10'));
    await requests.take(one.member, one.id, 'withdraw', {});
    expect((await refusal(requests.take(one.member, one.id, 'submit', {}))).code).toBe('action.not_open');
    const two = await submittedRequest(world, award, dollars('10'), { member: one.member });
    const { programOfficer } = await approversOf(world);
    await requests.take(programOfficer, two.id, 'reject', { note: 'Not agreed in the award' });
    expect(await stateOf(two.id)).toBe('rejected');
  });

  it('refuses a step from a page that is out of date', async () => {
    const award = await inForce('100');
    const { id, member } = await draftRequest(world, award, dollars('10'));
    const { version } = await requests.get(system, id);
    await requests.addExpense(member, id, expense());
    expect((await refusal(requests.take(member, id, 'submit', { version }))).code).toBe('thing.changed_meanwhile');
  });
});

describe('duties', () => {
  it('are of three people, whatever roles they hold', async () => {
    const award = await inForce('100');
    const everything = [
      { role: 'program_officer' as const },
      { role: 'finance_approver' as const },
      { role: 'finance_officer' as const },
    ];
    const person = await world.person(everything);
    const grants = everything.map(({ role }) => ({ role, scopeKind: 'agency' as const, scopeId: null }));
    const both: PersonActor = { kind: 'person', personId: person.personId, name: person.name, grants };
    const { id } = await submittedRequest(world, award, dollars('10'));
    await requests.take(both, id, 'approve_program', {});
    const error = await refusal(approvals.approve(both, id, {}));
    expect([error.kind, error.code]).toEqual(['forbidden', 'disbursement.approved_program_yourself']);
    expect(await stateOf(id)).toBe('program_approved');
  });

  it('keep those who asked, and those who act for the recipient, from deciding', async () => {
    const award = await inForce('100');
    const { member, id } = await submittedRequest(world, award, dollars('10'));
    const agency = { role: 'program_officer' as const, scopeKind: 'agency' as const, scopeId: null };
    const promoted: PersonActor = { ...member, grants: [...member.grants, agency] };
    expect((await refusal(requests.take(promoted, id, 'approve_program', {}))).code).toBe('disbursement.own_request');
    const colleague = await organizationMember(world, award.organizationId, 'viewer');
    const both: PersonActor = { ...colleague, grants: [...colleague.grants, agency] };
    expect((await refusal(requests.take(both, id, 'reject', { note: 'No' }))).code).toBe(
      'disbursement.own_organization',
    );
  });

  it('keep those with a direct conflict of interest from deciding, and from being asked to', async () => {
    const award = await inForce('100');
    const { id } = await submittedRequest(world, award, dollars('10'));
    const { actor } = await personWith(world, 'program_officer');
    const tasks = world.get(DisbursementsTasks);
    const isAsked = async (): Promise<boolean> =>
      (await tasks.tasks(actor)).some((task) => task.href === `/requests/${id}`);
    expect(await isAsked()).toBe(true);
    const task = (await tasks.tasks(actor)).find(({ href }) => href === `/requests/${id}`);
    expect([task?.title, task?.text].join(' ')).toContain('$10.00');
    await world.db.work(system, async (work) => {
      const { personId } = actor;
      const { applicationId } = award;
      await world.get(Conflicts).declare(work, { personId, applicationId, type: 'family', level: 'direct' });
      return null;
    });
    const error = await refusal(requests.take(actor, id, 'approve_program', {}));
    expect([error.kind, error.code]).toEqual(['not_found', 'thing.not_found']);
    expect(await isAsked()).toBe(false);
  });

  it('hold in the database too', async () => {
    const award = await inForce('100');
    const { id, programOfficer } = await programApprovedRequest(world, award, dollars('10'));
    const forge = sql`update disbursements set finance_approved_by = ${programOfficer.personId} where id = ${id}`;
    await expect(world.db.work(system, (work) => work.query(forge))).rejects.toThrow(/duties/);
  });

  it('stay with the program of its fund, and with finance', async () => {
    const award = await inForce('100');
    const { id } = await submittedRequest(world, award, dollars('10'));
    const elsewhere = await personWith(world, 'program_officer', { scopeKind: 'fund', scopeId: award.awardId });
    expect((await refusal(requests.take(elsewhere.actor, id, 'approve_program', {}))).kind).toBe('not_found');
    const { actor: approver } = await personWith(world, 'finance_approver');
    expect((await refusal(requests.take(approver, id, 'approve_program', {}))).kind).toBe('forbidden');
    expect((await refusal(requests.take(approver, id, 'return', { note: 'x' }))).kind).toBe('forbidden');
    const { actor: administrator } = await personWith(world, 'administrator');
    expect((await refusal(requests.take(administrator, id, 'approve_program', {}))).kind).toBe('forbidden');
  });
});

describe('the money of an award', () => {
  it('is never exceeded: of 64 approvals at once exactly those pass that fit', async () => {
    const award = await inForce('1000');
    const member = await organizationMember(world, award.organizationId, 'finance');
    const ids: string[] = [];
    for (let count = 0; count < 64; count += 1) {
      ids.push((await programApprovedRequest(world, award, dollars('30'), { member, category: 'Staff' })).id);
    }
    const { financeOfficer } = await approversOf(world);
    const outcomes = await Promise.all(
      ids.map((id) =>
        approvals.approve(financeOfficer, id, {}).then(
          () => 'approved' as const,
          (error: unknown) => error,
        ),
      ),
    );
    const refused = outcomes.filter((each) => each !== 'approved') as AppError[];
    expect(outcomes.length - refused.length).toBe(33);
    for (const error of refused) {
      expect(error.code).toBe('action.blocked');
      expect(error.blockers.map((each) => each.code)).toEqual(['disbursement.more_than_award']);
    }
    expect(await left(award.awardId)).toBe('10.00');
    await sound();
  }, 60_000);

  it('is approved once when five click at once, and a double click gets the first answer', async () => {
    const award = await inForce('100');
    const { id, financeOfficer } = await programApprovedRequest(world, award, dollars('40'));
    const click = (): Promise<{ id: string }> =>
      runInRequest(
        {
          requestId: 'r',
          receivedAt: world.clock.now(),
          idempotency: { key: `click-${id}`, route: 'POST', inputHash: 'a' },
        },
        () => approvals.approve(financeOfficer, id, {}),
      );
    const [first, second] = await Promise.all([click(), click()]);
    expect(second).toEqual(first);
    const others = await Promise.allSettled(Array.from({ length: 5 }, () => approvals.approve(financeOfficer, id, {})));
    expect(others.every((each) => each.status === 'rejected')).toBe(true);
    expect(await payableOf(id)).toHaveLength(1);
    expect(await left(award.awardId)).toBe('60.00');
    await sound();
  });

  it('moves between categories within the flexibility of the rules, counted over the life of the award', async () => {
    const award = await inForce('1000', { Staff: '500', Travel: '500' });
    const flexibility = await world.db.query<{ value: number }>(sql`
      select (v.value #>> '{}')::int as value from award_sources w join sources s on s.id = w.source_id
      join rule_values v on v.rule_set_id = s.rule_set_id and v.key = 'budget_flexibility_basis_points'
      where w.award_id = ${award.awardId}`);
    expect(flexibility[0]?.value).toBe(1000);
    await approvedRequest(world, award, dollars('560'), { category: 'Staff' });
    expect(await inCategory(award.awardId, 'Staff')).toBe('0.00');
    expect(await inCategory(award.awardId, 'Travel')).toBe('440.00');
    const { id, financeOfficer } = await programApprovedRequest(world, award, dollars('40.01'), { category: 'Staff' });
    const error = await refusal(approvals.approve(financeOfficer, id, {}));
    expect(error.blockers[0]).toMatchObject({
      code: 'disbursement.category_beyond_flexibility',
      params: { missing: dollars('40.01'), movable: dollars('40') },
    });
    await approvedRequest(world, award, dollars('40'), { category: 'Staff' });
    expect(await inCategory(award.awardId, 'Travel')).toBe('400.00');
    expect(await left(award.awardId)).toBe('400.00');
    await sound();
  });

  it('pays nothing while the award is suspended', async () => {
    const award = await inForce('100');
    const { id, financeOfficer } = await programApprovedRequest(world, award, dollars('40'));
    await world.db.work(system, (work) =>
      work.query(sql`update awards set state = 'suspended' where id = ${award.awardId}`),
    );
    const error = await refusal(approvals.approve(financeOfficer, id, {}));
    expect(error.blockers.map((each) => each.code)).toEqual(['disbursement.award_not_active']);
  });

  it('is not closed while a request is on its way', async () => {
    const award = await inForce('100');
    const unfinished = async (): Promise<unknown> =>
      ((await world.get(AwardFacts).unfinished(world.db, [award.awardId])).get(award.awardId) ?? []).map(
        (each) => each.code,
      );
    const { id, member } = await submittedRequest(world, award, dollars('40'));
    expect(await unfinished()).toEqual(['disbursement.keeps_award_open']);
    await requests.take(member, id, 'withdraw', {});
    expect(await unfinished()).toEqual([]);
  });
});

describe('its payment', () => {
  it('takes the request along: into a batch, out of it, paid, and back when the payment comes back', async () => {
    const award = await inForce('100');
    const { id } = await approvedRequest(world, award, dollars('40'));
    const payables = world.get(Payables);
    const [row] = await world.db.query<{ id: string }>(sql`select id from payables where subject_id = ${id}`);
    const ids = [row?.id ?? ''];
    const states: string[] = [];
    for (const step of ['batch', 'unbatch', 'batch', 'pay', 'reopen'] as const) {
      await world.db.work(system, async (work) => {
        await payables[step](work, ids);
        return null;
      });
      states.push(await stateOf(id));
    }
    expect(states).toEqual(['scheduled', 'payable', 'scheduled', 'paid', 'payable']);
    await sound();
  });

  it('brings it back to the recipient when finance cancels what is owed, to be approved again and owed once', async () => {
    const award = await inForce('100');
    const { id, member, programOfficer, financeOfficer } = await approvedRequest(world, award, dollars('40'));
    const { actor: approver } = await personWith(world, 'finance_approver');
    const [owed] = await world.db.query<{ id: string }>(sql`select id from payables where subject_id = ${id}`);
    await world.get(Payables).take(approver, owed?.id ?? '', 'cancel', { note: 'Approved by mistake' });
    const back = await requests.get(system, id);
    expect([back.state, back.programApprovedBy, back.financeApprovedBy]).toEqual(['returned', null, null]);
    expect(await left(award.awardId)).toBe('100.00');
    await requests.take(member, id, 'submit', {});
    await requests.take(programOfficer, id, 'approve_program', {});
    await approvals.approve(financeOfficer, id, {});
    expect((await payableOf(id)).map((each) => each.state)).toEqual(['open', 'cancelled']);
    expect(await left(award.awardId)).toBe('60.00');
    await sound();
  });
});

describe('what waits', () => {
  it('is on the page of whoever can act next, and of nobody who already did', async () => {
    const award = await inForce('100');
    const tasks = world.get(DisbursementsTasks);
    const mine = async (actor: PersonActor, id: string): Promise<boolean> =>
      (await tasks.tasks(actor)).some((task) => task.href === `/requests/${id}`);
    const { id, member } = await submittedRequest(world, award, dollars('40'));
    const { programOfficer, financeOfficer } = await approversOf(world);
    expect(await mine(programOfficer, id)).toBe(true);
    expect(await mine(financeOfficer, id)).toBe(false);
    await requests.take(programOfficer, id, 'approve_program', {});
    expect(await mine(programOfficer, id)).toBe(false);
    expect(await mine(financeOfficer, id)).toBe(true);
    await requests.take(financeOfficer, id, 'return', { note: 'A receipt is missing' });
    expect(await mine(member, id)).toBe(true);
    const [mail] = await world.db.query<{ subject: string; body: string }>(
      sql`select subject, body from mails order by created_at desc, id desc limit 1`,
    );
    expect(mail?.body).toContain('A receipt is missing');
  });
});
