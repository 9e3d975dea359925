/** Delegations: who holds an approval lends it for some days; nobody gets further by one than giver and holder may. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DisbursementApprovals, Disbursements } from '../../src/features/disbursements/index.js';
import { DisbursementsTasks } from '../../src/features/disbursements/disbursements.tasks.js';
import { DisbursementViews } from '../../src/features/disbursements/disbursement.view.js';
import { Access } from '../../src/features/identity/access.service.js';
import { APPROVAL_NAMES, APPROVALS, approvalsOf, permissionsOf } from '../../src/features/identity/approvals.js';
import { COLLEAGUE_ROLES } from '../../src/features/identity/delegation.entity.js';
import type { DelegationInput } from '../../src/features/identity/delegation.input.js';
import { DelegationLists } from '../../src/features/identity/delegation-lists.service.js';
import { DelegationsPanels, DelegationsTasks } from '../../src/features/identity/delegations.tasks.js';
import { Accounts, Delegations, Roles, usableGrants } from '../../src/features/identity/index.js';
import { Stipends } from '../../src/features/participant-support/index.js';
import { PaymentBatches } from '../../src/features/payments/index.js';
import { PaymentsTasks } from '../../src/features/payments/payments.tasks.js';
import { type Actor, type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import type { Role } from '../../src/kernel/policy.js';
import { sql } from '../../src/platform/database/sql.js';
import { activeAward, type MadeAward } from '../factories/awards.js';
import { collaborativeWithTeam, heldConvening } from '../factories/collaboratives.js';
import { approvedRequest, submittedRequest } from '../factories/disbursements.js';
import { committedPool, openPayables, payableRequest } from '../factories/payments.js';
import { stipendPolicy, stipendsOf } from '../factories/participant-support.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World } from '../support/world.js';

const WORLD_MILLISECONDS = 60_000;
const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let delegations: Delegations;
let requests: Disbursements;
let administrator: PersonActor;
let award: MadeAward;

beforeAll(async () => {
  world = await openWorld();
  delegations = world.get(Delegations);
  requests = world.get(Disbursements);
  administrator = await world.actor('administrator');
  award = await activeAward(world, {
    amount: dollars('90000'),
    budget: [{ category: 'Staff', amount: dollars('90000') }],
  });
}, WORLD_MILLISECONDS);
afterAll(() => world?.close());

const day = (after: number): string => world.db.currentCalendar.addDays(world.db.today, after);

const grantOf = async ({ personId }: PersonActor): Promise<string> => {
  const [row] = await world.db.query<{ id: string }>(sql`
    select id from role_grants where person_id = ${personId} and ended_at is null order by id limit 1`);
  return row?.id ?? '';
};

/** The person as the next request finds them. */
const now = async (who: PersonActor): Promise<PersonActor> => ({
  ...who,
  grants: await usableGrants(world.db, who.personId, world.db.today),
});

async function inputOf(
  giver: PersonActor,
  holder: PersonActor,
  given: Partial<DelegationInput> = {},
): Promise<DelegationInput> {
  return {
    grantId: await grantOf(giver),
    approvals: ['request_program'],
    holderId: holder.personId,
    endsOn: day(7),
    reason: 'On leave',
    ...given,
  };
}

async function lend(giver: PersonActor, holder: PersonActor, given: Partial<DelegationInput> = {}): Promise<string> {
  const { id, needsConfirmation } = await delegations.give(giver, await inputOf(giver, holder, given));
  if (needsConfirmation) await delegations.confirm(administrator, id);
  return id;
}

const stateOf = async (id: string): Promise<string> => (await requests.get(system, id)).state;
const approve = (actor: Actor, id: string): Promise<unknown> => requests.take(actor, id, 'approve_program', {});
const pay = (actor: Actor, id: string): Promise<unknown> => world.get(DisbursementApprovals).approve(actor, id, {});
const codeOf = async (run: Promise<unknown>): Promise<string> => (await refusal(run)).code;
const fieldOf = async (run: Promise<unknown>): Promise<string | undefined> => (await refusal(run)).fields[0]?.code;
const batchOf = async (amounts: readonly string[], by: Actor = system): Promise<string> => {
  const total = Money.sum(amounts.map(dollars));
  const pool = await committedPool(world, total);
  const ids = await openPayables(
    world,
    await Promise.all(
      amounts.map(async (amount) =>
        payableRequest(pool, { kind: 'person', id: (await world.person()).personId }, dollars(amount)),
      ),
    ),
  );
  const payables = ids.map((id) => ({ id }));
  return (await world.get(PaymentBatches).prepare(by, { method: 'check', payOn: world.db.today, payables })).id;
};

describe('the table of approvals', () => {
  it('names permissions that exist, and what has no amount as such', () => {
    const known = world.policy.permissions();
    for (const name of APPROVAL_NAMES) {
      expect(permissionsOf([name]).filter((permission) => !known.includes(permission))).toEqual([]);
    }
    expect(APPROVAL_NAMES.filter((name) => APPROVALS[name].withoutAmount)).toEqual(['bank_details']);
  });

  it('lends of each role only what that role decides', () => {
    expect(approvalsOf(world.policy, 'program_officer')).toEqual(['request_program', 'stipends', 'childcare']);
    expect(approvalsOf(world.policy, 'finance_officer')).toEqual(['request_finance', 'bank_details']);
    expect(approvalsOf(world.policy, 'administrator')).toEqual([]);
    expect(approvalsOf(world.policy, 'agency_signatory')).toEqual([]);
  });
});

describe('a delegation', () => {
  it('lets the colleague approve, and history, page and audit say for whom', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('clerk');
    const { id } = await submittedRequest(world, award, dollars('100'));
    expect(await codeOf(approve(await now(holder), id))).toBe('thing.not_found');
    await lend(giver, holder);
    const labels = async (actor: PersonActor): Promise<string[]> =>
      (await world.get(DisbursementViews).one(actor, id)).actions.map(({ label }) => label);
    expect(await labels(giver)).toContain('Approve for the program');
    expect(await labels(await now(holder))).toContain(`Approve for the program, for ${giver.name}`);
    await approve(await now(holder), id);
    expect(await stateOf(id)).toBe('program_approved');
    const view = await world.get(DisbursementViews).one(await now(giver), id);
    expect(view.programApprovedBy).toBe(`${holder.name}, for ${giver.name}`);
    const [step] = await world.db.query(sql`select actor, acting_for from lifecycle_steps
      where subject_id = ${id} and action = 'approve_program'`);
    expect(step).toEqual({ actor: `person:${holder.personId}`, acting_for: giver.personId });
    const events = await world.db.query(sql`select acting_for from audit_events
      where subject_id = ${id} and action = 'disbursement.approve_program'`);
    expect(events).toEqual([{ acting_for: giver.personId }]);
  });

  it('opens nothing else of the role it comes from', async () => {
    const giver = await world.actor('finance_approver');
    const holder = await world.actor('clerk');
    await lend(giver, holder, { approvals: ['batch_approve'] });
    const acting = await now(holder);
    const lent = new Set(permissionsOf(['batch_approve']));
    const own = world.policy.permissions().filter((each) => world.policy.mightDo(holder, each));
    const all = world.policy.permissions().filter((each) => world.policy.mightDo(acting, each));
    expect(all.filter((each) => !own.includes(each) && !lent.has(each))).toEqual([]);
    for (const permission of ['payment_batch.release', 'payee_secret.unmask', 'payable.cancel', 'delegation.give']) {
      expect(world.policy.can(acting, permission, {})).toBe(false);
    }
  });

  it('works from its first day to the end of its last, and not a second longer', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('clerk');
    const [early, late, after] = await Promise.all(
      ['11', '12', '13'].map((amount) => submittedRequest(world, award, dollars(amount))),
    );
    const start = world.clock.now();
    await lend(giver, holder, { startsOn: day(1), endsOn: day(2) });
    try {
      expect(await codeOf(approve(await now(holder), early?.id ?? ''))).toBe('thing.not_found');
      const calendar = world.db.currentCalendar;
      world.clock.set(calendar.startOfDay(calendar.addDays(world.db.today, 1)));
      await approve(await now(holder), early?.id ?? '');
      const end = calendar.startOfDay(calendar.addDays(world.db.today, 2));
      world.clock.set(new Date(end.getTime() - 1000));
      await approve(await now(holder), late?.id ?? '');
      const loaded = await now(holder);
      world.clock.set(new Date(end.getTime() + 1000));
      expect(await codeOf(approve(await now(holder), after?.id ?? ''))).toBe('thing.not_found');
      // Who was loaded a second before is refused under the lock.
      expect(await codeOf(approve(loaded, after?.id ?? ''))).toBe('delegation.over');
      expect(await stateOf(after?.id ?? '')).toBe('submitted');
    } finally {
      world.clock.set(start);
    }
  });

  it('is refused for what the giver does not hold: forged ids, another role, one that ended, a closed account', async () => {
    const giver = await world.actor('program_officer');
    const other = await world.actor('finance_approver');
    const holder = await world.actor('clerk');
    const give = async (given: Partial<DelegationInput>, by = giver): Promise<string | undefined> =>
      fieldOf(delegations.give(by, await inputOf(giver, holder, given)));
    expect(await give({ grantId: newId() })).toBe('delegation.not_held');
    expect(await give({ grantId: await grantOf(other) })).toBe('delegation.not_held');
    expect(await give({ approvals: ['batch_release'] })).toBe('delegation.approval_not_held');
    expect(await give({ approvals: [] })).toBe('delegation.nothing_chosen');
    expect(await give({ holderId: newId() })).toBe('delegation.no_colleague');
    expect(await give({ holderId: giver.personId })).toBe('delegation.to_self');
    expect(await give({ startsOn: day(-1) })).toBe('delegation.starts_in_the_past');
    expect(await give({ endsOn: day(-1) })).toBe('role.ends_before_start');
    expect(await give({ endsOn: day(91) })).toBe('delegation.too_long');
    const grantId = await grantOf(giver);
    await world.get(Roles).end(administrator, giver.personId, grantId, 'Moved on');
    expect(await give({ grantId })).toBe('delegation.not_held');
    const finance = await world.actor('finance_officer');
    const input = await inputOf(finance, holder, { approvals: ['bank_details'], limit: dollars('5') });
    expect(await fieldOf(delegations.give(finance, input))).toBe('delegation.no_amount');
  });

  it('goes to colleagues alone: no applicant, auditor, administrator, or closed account', async () => {
    const giver = await world.actor('program_officer');
    for (const role of ['applicant', 'participant', 'auditor', 'administrator', 'committee_member'] as Role[]) {
      const scopeId = newId();
      const scope = role === 'applicant' ? { scopeKind: 'organization' as const, scopeId } : {};
      const holder = await world.actor(role, scope);
      expect(await fieldOf(delegations.give(giver, await inputOf(giver, holder)))).toBe('delegation.no_colleague');
    }
    const closed = await world.actor('clerk');
    await world.get(Accounts).disable(administrator, closed.personId, 'Left');
    expect(await fieldOf(delegations.give(giver, await inputOf(giver, closed)))).toBe('delegation.no_colleague');
    const both = await world.person([{ role: 'clerk' }, { role: 'auditor' }]);
    const watcher: PersonActor = { kind: 'person', personId: both.personId, name: both.name, grants: [] };
    expect(await fieldOf(delegations.give(giver, await inputOf(giver, watcher)))).toBe('delegation.no_colleague');
    expect(COLLEAGUE_ROLES).not.toContain('auditor');
  });

  it('makes no chain: what is lent cannot be lent on', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('finance_officer');
    const third = await world.actor('clerk');
    await lend(giver, holder);
    const acting = await now(holder);
    const forged = await inputOf(giver, third);
    expect(await fieldOf(delegations.give(acting, forged))).toBe('delegation.not_held');
    const own = await inputOf(holder, third, { approvals: ['request_program'] });
    expect(await fieldOf(delegations.give(acting, own))).toBe('delegation.approval_not_held');
    const clerk = await world.actor('clerk');
    await lend(giver, clerk);
    expect(await codeOf(delegations.give(await now(clerk), await inputOf(giver, third)))).toBe('permission.missing');
    expect((await world.get(DelegationLists).lendable(acting)).grants.map(({ role }) => role)).toEqual([
      'finance_officer',
    ]);
  });

  it('ends at once with the role it comes from, with either account, and with the holder’s own last role', async () => {
    const lentTo = async (): Promise<{ giver: PersonActor; holder: PersonActor; id: string }> => {
      const giver = await world.actor('program_officer');
      const holder = await world.actor('clerk');
      return { giver, holder, id: await lend(giver, holder) };
    };
    const isLent = async (holder: PersonActor): Promise<boolean> =>
      (await now(holder)).grants.some(({ lent }) => lent !== undefined);
    const role = await lentTo();
    expect(await isLent(role.holder)).toBe(true);
    await world.get(Roles).end(administrator, role.giver.personId, await grantOf(role.giver), 'Moved on');
    expect(await isLent(role.holder)).toBe(false);
    const [row] = await world.db.query(sql`select end_reason from delegations where id = ${role.id}`);
    expect(row).toEqual({ end_reason: 'Moved on' });
    const account = await lentTo();
    await world.get(Accounts).disable(administrator, account.giver.personId, 'Left');
    expect(await isLent(account.holder)).toBe(false);
    const last = await lentTo();
    await world.get(Roles).end(administrator, last.holder.personId, await grantOf(last.holder), 'Left');
    expect(await isLent(last.holder)).toBe(false);
    const lists = world.get(DelegationLists);
    expect((await lists.own(last.giver)).items.map(({ state }) => state)).toEqual(['lapsed']);
  });

  it('is ended by either of the two and by administrators, and is not there for anybody else', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('clerk');
    const stranger = await world.actor('program_officer');
    for (const by of [giver, holder, administrator]) {
      const id = await lend(giver, holder);
      expect(await codeOf(delegations.end(stranger, id, 'Mischief'))).toBe('thing.not_found');
      await delegations.end(by, id, 'Back again');
      expect(await codeOf(delegations.end(by, id, 'Twice'))).toBe('delegation.already_ended');
    }
    expect((await now(holder)).grants).toHaveLength(1);
    expect((await world.get(DelegationLists).own(stranger)).items).toEqual([]);
    expect(await codeOf(world.get(DelegationLists).all(giver, {}))).toBe('permission.missing');
  });

  it('tells both by mail at its beginning and its end', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('clerk');
    await delegations.end(holder, await lend(giver, holder), 'Back again');
    const mails = await world.db.query<{ subject: string; personId: string }>(sql`
      select m.subject, i.person_id as "personId" from mails m join identifiers i on i.value = m.recipient
      where i.person_id = any(${[giver.personId, holder.personId]}::uuid[]) order by m.created_at, m.id`);
    const subjects = (id: string): string[] =>
      mails.filter((each) => each.personId === id).map(({ subject }) => subject);
    expect(subjects(giver.personId)).toEqual([
      `${holder.name} acts for you`,
      `Ended: ${holder.name} does not act for you any more`,
    ]);
    expect(subjects(holder.personId)).toEqual([
      `You act for ${giver.name}`,
      `Ended: you do not act for ${giver.name} any more`,
    ]);
  });
});

describe('from a money role', () => {
  it('holds once an administrator confirmed it, who is neither of the two', async () => {
    const giver = await world.actor('finance_approver');
    const holder = await world.actor('clerk');
    const { id, needsConfirmation } = await delegations.give(
      giver,
      await inputOf(giver, holder, { approvals: ['batch_approve'] }),
    );
    expect(needsConfirmation).toBe(true);
    expect((await now(holder)).grants).toHaveLength(1);
    const tasks = await world.get(DelegationsTasks).tasks(administrator);
    expect(tasks.map(({ title }) => title)).toContain(`Confirm that ${holder.name} may act for ${giver.name}`);
    for (const by of [giver, holder]) expect(await codeOf(delegations.confirm(by, id))).toBe('permission.missing');
    const both = await world.person([{ role: 'administrator' }, { role: 'finance_approver' }]);
    const self: PersonActor = { kind: 'person', personId: both.personId, name: both.name, grants: [] };
    const selfActing = await now(self);
    const [finance] = await world.db.query<{ id: string }>(sql`
      select id from role_grants where person_id = ${self.personId} and role = 'finance_approver'`);
    const own = await inputOf(self, holder, { grantId: finance?.id ?? '', approvals: ['batch_release'] });
    const { id: ownId } = await delegations.give(selfActing, own);
    expect(await codeOf(delegations.confirm(selfActing, ownId))).toBe('delegation.confirmed_by_a_third');
    expect(await codeOf(delegations.decline(selfActing, ownId, 'No'))).toBe('delegation.confirmed_by_a_third');
    await delegations.decline(administrator, ownId, 'Not now');
    await delegations.confirm(administrator, id);
    expect(await codeOf(delegations.confirm(administrator, id))).toBe('delegation.waits_no_more');
    expect((await now(holder)).grants).toHaveLength(2);
  });

  it('is not confirmed once its giver lost the role', async () => {
    const giver = await world.actor('finance_approver');
    const holder = await world.actor('clerk');
    const { id } = await delegations.give(giver, await inputOf(giver, holder, { approvals: ['batch_approve'] }));
    await world.get(Accounts).disable(administrator, giver.personId, 'Left');
    expect(await codeOf(delegations.confirm(administrator, id))).toBe('delegation.stands_no_more');
  });
});

describe('the separation of duties', () => {
  it('looks at both: what either had a part in, neither approves', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('clerk');
    await lend(giver, holder);
    const mine = await submittedRequest(world, award, dollars('21'));
    await world.db.query(sql`update disbursements set requested_by = ${giver.personId} where id = ${mine.id}`);
    expect(await codeOf(approve(await now(giver), mine.id))).toBe('disbursement.own_request');
    expect(await codeOf(approve(await now(holder), mine.id))).toBe('delegation.giver_barred');
    const theirs = await submittedRequest(world, award, dollars('22'));
    await world.db.query(sql`update disbursements set certified_by = ${holder.personId} where id = ${theirs.id}`);
    expect(await codeOf(approve(await now(holder), theirs.id))).toBe('disbursement.own_request');
    expect(await stateOf(mine.id)).toBe('submitted');
  });

  it('keeps who lent the first approval from the second, and who acted, too', async () => {
    const giver = await world.person([{ role: 'program_officer' }, { role: 'finance_officer' }]);
    const asGiver = await now({ kind: 'person', personId: giver.personId, name: giver.name, grants: [] });
    const [program] = await world.db.query<{ id: string }>(sql`
      select id from role_grants where person_id = ${giver.personId} and role = 'program_officer'`);
    const holder = await world.actor('finance_officer');
    await lend(asGiver, holder, { grantId: program?.id ?? '' });
    const { id } = await submittedRequest(world, award, dollars('23'));
    await approve(await now(holder), id);
    expect(await codeOf(pay(asGiver, id))).toBe('disbursement.approved_program_yourself');
    expect(await codeOf(pay(await now(holder), id))).toBe('disbursement.approved_program_yourself');
    await pay(await world.actor('finance_officer'), id);
    expect(await stateOf(id)).toBe('payable');
  });

  it('keeps a batch that the giver prepared from its holder', async () => {
    const giver = await world.person([{ role: 'finance_officer' }, { role: 'finance_approver' }]);
    const asGiver = await now({ kind: 'person', personId: giver.personId, name: giver.name, grants: [] });
    const [approver] = await world.db.query<{ id: string }>(sql`
      select id from role_grants where person_id = ${giver.personId} and role = 'finance_approver'`);
    const holder = await world.actor('clerk');
    await lend(asGiver, holder, { grantId: approver?.id ?? '', approvals: ['batch_approve', 'batch_release'] });
    const id = await batchOf(['30'], asGiver);
    expect(await codeOf(world.get(PaymentBatches).take(await now(holder), id, 'approve', {}))).toBe(
      'delegation.giver_barred',
    );
  });
});

describe('the amount', () => {
  it('is looked at to the cent, and the sentence names limit and giver', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('clerk');
    await lend(giver, holder, { limit: dollars('500') });
    const [just, over] = [
      await submittedRequest(world, award, dollars('500')),
      await submittedRequest(world, award, dollars('500.01')),
    ];
    await approve(await now(holder), just.id);
    const refused = await refusal(approve(await now(holder), over.id));
    expect(refused).toMatchObject({ kind: 'forbidden', code: 'delegation.over_limit' });
    expect(refused.params).toMatchObject({ giver: giver.name, limit: dollars('500'), amount: dollars('500.01') });
    const row = await requests.get(await now(holder), over.id);
    expect(row.state).toBe('submitted');
    // To send it back needs no amount.
    await requests.take(await now(holder), over.id, 'return', { note: 'Too much for me' });
  });

  it('keeps from the list of things to do what the buttons would refuse', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('clerk');
    await lend(giver, holder, { limit: dollars('500') });
    const [just, over] = [
      await submittedRequest(world, award, dollars('500')),
      await submittedRequest(world, award, dollars('500.01')),
    ];
    const listed = async (who: PersonActor): Promise<string[]> =>
      (await world.get(DisbursementsTasks).tasks(await now(who))).map(({ href }) => href ?? '');
    const [theirs, all] = [await listed(holder), await listed(giver)];
    expect(all).toEqual(expect.arrayContaining([`/requests/${just.id}`, `/requests/${over.id}`]));
    expect(theirs).toContain(`/requests/${just.id}`);
    expect(theirs).not.toContain(`/requests/${over.id}`);
    // Approved by the holder for the giver, neither is asked to approve it for payment.
    await approve(await now(holder), just.id);
    const finance = await world.actor('finance_officer');
    const officer = await world.actor('finance_officer');
    await lend(finance, giver, { approvals: ['request_finance'] });
    expect(await listed(officer)).toContain(`/requests/${just.id}`);
    expect(await listed(giver)).not.toContain(`/requests/${just.id}`);
  });

  it('lists of batches only those within it, and of those one person may not also release none', async () => {
    const giver = await world.actor('finance_approver');
    const holder = await world.actor('clerk');
    await lend(giver, holder, { approvals: ['batch_approve', 'batch_release'], limit: dollars('100') });
    const [fits, over] = [await batchOf(['60', '40']), await batchOf(['60', '40.01'])];
    const listed = async (who: PersonActor): Promise<string[]> =>
      (await world.get(PaymentsTasks).tasks(await now(who))).map(({ href }) => href ?? '');
    expect(await listed(giver)).toContain(`/payments/batches/${over}`);
    expect(await listed(holder)).toContain(`/payments/batches/${fits}`);
    expect(await listed(holder)).not.toContain(`/payments/batches/${over}`);
    await world.db.query(sql`update agency set sole_release_cents = 10000`);
    try {
      for (const id of [fits, over]) await world.get(PaymentBatches).take(giver, id, 'approve', {});
      expect(await listed(giver)).toContain(`/payments/batches/${fits}`);
      expect(await listed(giver)).not.toContain(`/payments/batches/${over}`);
      expect(await listed(await world.actor('finance_approver'))).toContain(`/payments/batches/${over}`);
    } finally {
      await world.db.query(sql`update agency set sole_release_cents = null`);
    }
  });

  it('is that of a whole batch, checked before anything is written, and a release by delegation pays all of it', async () => {
    const giver = await world.actor('finance_approver');
    const holder = await world.actor('clerk');
    await lend(giver, holder, { approvals: ['batch_approve', 'batch_release'], limit: dollars('100') });
    const batches = world.get(PaymentBatches);
    const [fits, over] = [await batchOf(['60', '40']), await batchOf(['60', '40.01'])];
    expect(await codeOf(batches.take(await now(holder), over, 'approve', {}))).toBe('delegation.over_limit');
    await batches.take(giver, over, 'approve', {});
    expect(await codeOf(batches.take(await now(holder), over, 'release', {}))).toBe('delegation.over_limit');
    expect((await batches.get(giver, over)).state).toBe('approved');
    await batches.take(await now(holder), fits, 'approve', {});
    await batches.take(await now(holder), fits, 'release', {});
    expect((await batches.get(giver, fits)).state).toBe('released');
  });

  it('counts what is approved together together: all or nothing', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor', 'parent_advisor', 'parent_advisor'] });
    await stipendPolicy(world, made, 'parent_advisor');
    const { conveningId } = await heldConvening(world, made);
    const ids = (await stipendsOf(world, conveningId)).map(({ id }) => id);
    const count = ids.length;
    expect(count).toBeGreaterThan(1);
    const giver = await world.actor('program_officer', { scopeKind: 'fund', scopeId: made.fundId });
    const holder = await world.actor('clerk');
    const limit = Money.ofCents(7500 * count - 1);
    await lend(giver, holder, { approvals: ['stipends'], limit });
    const stipends = world.get(Stipends);
    const refused = await refusal(stipends.approveMany(await now(holder), ids));
    expect(refused.code).toBe('delegation.over_limit_together');
    const states = async (): Promise<string[]> => (await stipendsOf(world, conveningId)).map(({ state }) => state);
    expect(new Set(await states())).toEqual(new Set(['accrued']));
    await stipends.approveMany(await now(holder), ids.slice(1));
    expect((await states()).filter((state) => state === 'payable')).toHaveLength(count - 1);
    const elsewhere = await collaborativeWithTeam(world, {
      roles: ['parent_advisor', 'parent_advisor', 'parent_advisor'],
    });
    await stipendPolicy(world, elsewhere, 'parent_advisor');
    const other = await heldConvening(world, elsewhere);
    const [far] = await stipendsOf(world, other.conveningId);
    expect(await codeOf(stipends.approve(await now(holder), far?.id ?? '', {}))).toBe('thing.not_found');
  });

  it('pays out a request that stands behind the batch', async () => {
    const giver = await world.actor('finance_approver');
    const holder = await world.actor('clerk');
    const { id } = await approvedRequest(world, award, dollars('70'));
    await world.db.query(sql`update payees set tax_form_on_file_on = ${world.db.today}::date`);
    await lend(giver, holder, { approvals: ['batch_release'] });
    const [payable] = await world.db.query<{ id: string; method: string }>(sql`
      select p.id, e.method from payables p join payees e on e.id = p.payee_id where p.subject_id = ${id}`);
    const batches = world.get(PaymentBatches);
    const payables = [{ id: payable?.id ?? '' }];
    const made = await batches.prepare(system, {
      method: payable?.method ?? 'check',
      payOn: world.db.today,
      payables,
    } as never);
    await batches.take(giver, made.id, 'approve', {});
    await batches.take(await now(holder), made.id, 'release', {});
    expect(await stateOf(id)).toBe('paid');
  });
});

describe('several at once', () => {
  it('of two that give the same at once, one does', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('clerk');
    const input = await inputOf(giver, holder);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => delegations.give(giver, input)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const rows = await world.db.query(sql`select 1 from delegations where giver_id = ${giver.personId}`);
    expect(rows).toHaveLength(1);
  });

  it('given while the role is taken away, it never holds after', async () => {
    for (let round = 0; round < 5; round += 1) {
      const giver = await world.actor('program_officer');
      const holder = await world.actor('clerk');
      const input = await inputOf(giver, holder);
      await Promise.allSettled([
        delegations.give(giver, input),
        world.get(Roles).end(administrator, giver.personId, input.grantId, 'Moved on'),
      ]);
      const open = await world.db.query(sql`
        select 1 from delegations where giver_id = ${giver.personId} and ended_at is null`);
      expect(open).toEqual([]);
      expect((await now(holder)).grants).toHaveLength(1);
    }
  });

  it('used while it is ended, it is either used before or refused', async () => {
    for (let round = 0; round < 4; round += 1) {
      const giver = await world.actor('program_officer');
      const holder = await world.actor('clerk');
      const id = await lend(giver, holder);
      const { id: requestId } = await submittedRequest(world, award, dollars('31'));
      const acting = await now(holder);
      const [used] = await Promise.allSettled([approve(acting, requestId), delegations.end(giver, id, 'Back')]);
      expect(await stateOf(requestId)).toBe(used?.status === 'fulfilled' ? 'program_approved' : 'submitted');
      if (used?.status === 'rejected') expect(used.reason).toMatchObject({ code: 'delegation.over' });
    }
  });
});

describe('who can do what', () => {
  it('names the colleague with for whom, and counts no pair as filled by the two', async () => {
    const alone = await openWorld();
    try {
      const people = alone.get(Access);
      const giver = await alone.actor('finance_officer');
      const both = await alone.person([{ role: 'program_officer' }, { role: 'clerk' }], 'Cora Colleague');
      await alone.db.work(system, async (work) => {
        await work.query(sql`insert into role_grants (id, version, created_at, person_id, role, scope_kind, reason, starts_on)
          values (${newId()}, 1, ${work.now}, ${giver.personId}, 'finance_approver', 'agency', 'For a test', ${work.today})`);
        return null;
      });
      const approver = (
        await alone.db.query<{ id: string }>(sql`
        select id from role_grants where person_id = ${giver.personId} and role = 'finance_approver'`)
      )[0]?.id;
      const admin = await alone.actor('administrator');
      const pair = async (): Promise<string | undefined> => {
        const duties = await people.duties();
        return duties.find(({ second }) => second.meaning === 'Release a batch somebody else prepared')?.verdict;
      };
      expect(await pair()).toBe('one_person');
      const acting: PersonActor = { ...giver, grants: await usableGrants(alone.db, giver.personId, alone.db.today) };
      const { id } = await alone.get(Delegations).give(acting, {
        ...{ grantId: approver ?? '', approvals: ['batch_release'], holderId: both.personId, reason: 'On leave' },
        ...{ startsOn: alone.db.currentCalendar.addDays(alone.db.today, 1) },
        endsOn: alone.db.currentCalendar.addDays(alone.db.today, 3),
      });
      await alone.get(Delegations).confirm(admin, id);
      const able = async (): Promise<string[]> => {
        const { rows } = await people.whoCan({ area: 'payment_batch' });
        const row = rows.find(({ permission }) => permission === 'payment_batch.release');
        return (row?.people ?? []).map(({ name, actingFor }) => `${name}/${actingFor?.name ?? ''}`);
      };
      expect(await able()).toEqual([`${giver.name}/`]);
      alone.clock.advance(86_400_000);
      expect(await able()).toEqual([`${giver.name}/`, `Cora Colleague/${giver.name}`]);
      expect(await pair()).toBe('one_person');
      const why = await people.why(
        {
          kind: 'person',
          personId: both.personId,
          name: '',
          grants: await usableGrants(alone.db, both.personId, alone.db.today),
        },
        'payment_batch.release',
      );
      expect(why.by.map(({ lent }) => lent?.giverName)).toEqual([giver.name]);
    } finally {
      await alone.close();
    }
  });

  it('stands on the home page of both', async () => {
    const giver = await world.actor('program_officer');
    const holder = await world.actor('clerk');
    await lend(giver, holder);
    const titles = async (who: PersonActor): Promise<(string | undefined)[]> =>
      (await world.get(DelegationsPanels).panels(who)).flatMap(({ listed }) => listed?.items.map(({ title }) => title));
    expect(await titles(giver)).toEqual([`${holder.name} acts for you`]);
    expect(await titles(holder)).toEqual([`You act for ${giver.name}`]);
  });
});

describe('approving and releasing', () => {
  it('takes two above the amount that the agency set, by delegation too', async () => {
    const batches = world.get(PaymentBatches);
    const approver = await world.actor('finance_approver');
    const clerk = await world.actor('clerk');
    await lend(approver, clerk, { approvals: ['batch_approve', 'batch_release'] });
    await world.db.query(sql`update agency set sole_release_cents = 10000`);
    try {
      const [small, large, forThem] = [await batchOf(['100']), await batchOf(['100.01']), await batchOf(['101'])];
      for (const id of [small, large]) await batches.take(approver, id, 'approve', {});
      await batches.take(approver, small, 'release', {});
      expect(await codeOf(batches.take(approver, large, 'release', {}))).toBe('payment_batch.you_approved');
      expect(await codeOf(batches.take(await now(clerk), large, 'release', {}))).toBe('delegation.giver_barred');
      await batches.take(await now(clerk), forThem, 'approve', {});
      expect(await codeOf(batches.take(approver, forThem, 'release', {}))).toBe('payment_batch.you_approved');
      await batches.take(await world.actor('finance_approver'), large, 'release', {});
    } finally {
      await world.db.query(sql`update agency set sole_release_cents = null`);
    }
  });
});
