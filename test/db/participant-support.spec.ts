/** Stipends and childcare: one for each, never more than there is, and never by one's own hand. */
import 'reflect-metadata';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { attendancesAt, Convenings, type SeatRole, Teams } from '../../src/features/collaboratives/index.js';
import { AttachmentReaders } from '../../src/features/documents/index.js';
import { readPool } from '../../src/features/funds/index.js';
import { verifyLedger } from '../../src/features/ledger/index.js';
import { ChildcareClaims, Stipends, SupportPolicies } from '../../src/features/participant-support/index.js';
import { ClaimViews } from '../../src/features/participant-support/childcare-claim.view.js';
import { ParticipantSupportTasks } from '../../src/features/participant-support/participant-support.tasks.js';
import { SupportPoliciesPageViews } from '../../src/features/participant-support/support-policies.page-view.js';
import { StipendAccrual } from '../../src/features/participant-support/stipend-accrual.service.js';
import { StipendViews } from '../../src/features/participant-support/stipend.view.js';
import { SupportHomeViews } from '../../src/features/participant-support/support-home.view.js';
import { Payables, PaymentBatches, Payees, Payments } from '../../src/features/payments/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { attachment, pdfFile } from '../factories/attachments.js';
import {
  collaborativeWithTeam,
  heldConvening,
  type MadeCollaborative,
  type MadeConvening,
  type MadeSeat,
  plannedConvening,
} from '../factories/collaboratives.js';
import {
  approvedStipends,
  approver,
  attendanceOf,
  claimInput,
  draftClaim,
  rateCard,
  receipt,
  stipendPolicy,
  stipendsOf,
  submittedClaim,
} from '../factories/participant-support.js';
import { refusal } from '../support/refusal.js';
import { openWorld, WORLD_START, type World } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);
const COMMUNITY: readonly SeatRole[] = ['parent_advisor', 'student_leader', 'superintendent'];

let world: World;
let stipends: Stipends;
let claims: ChildcareClaims;
let policies: SupportPolicies;
let convenings: Convenings;

beforeAll(async () => {
  world = await openWorld();
  stipends = world.get(Stipends);
  claims = world.get(ChildcareClaims);
  policies = world.get(SupportPolicies);
  convenings = world.get(Convenings);
}, 120_000);
afterAll(async () => world?.close());
beforeEach(() => world.clock.set(WORLD_START));

const moveDays = (days: number): void =>
  world.clock.set(new Date(world.clock.now().getTime() + days * 24 * 60 * 60 * 1000));
const available = async (made: MadeCollaborative): Promise<string> =>
  (await readPool(world.db, made.poolId)).available.toDecimal();
const code = async (run: Promise<unknown>): Promise<string> => {
  const error = await refusal(run);
  return error.fields[0]?.code ?? error.code;
};
const stateOf = async (id: string): Promise<string> => (await claims.get(system, id)).state;
const seatOf = (made: MadeCollaborative, role: SeatRole): MadeSeat =>
  made.people.find((each) => each.role === role) as MadeSeat;

async function sound(): Promise<void> {
  expect(await verifyLedger(world.db)).toEqual([]);
  const below = await world.db.query(sql`select 1 from ledger_accounts where balance_cents < 0 and stage <> 'outside'`);
  expect(below).toEqual([]);
}

async function stageOf(made: MadeCollaborative, stage: string): Promise<string> {
  const [row] = await world.db.query<{ cents: string }>(sql`
    select coalesce(sum(balance_cents), 0)::text as cents from ledger_accounts
    where holder_id = ${made.poolId} and stage = ${stage}`);
  return Money.ofCents(row?.cents ?? '0').toDecimal();
}

/** A collaborative in which parents and students are paid $75, and childcare at $9. */
async function paidCollaborative(
  options: Parameters<typeof collaborativeWithTeam>[1] = {},
): Promise<MadeCollaborative> {
  const made = await collaborativeWithTeam(world, { roles: COMMUNITY, ...options });
  await stipendPolicy(world, made, 'parent_advisor');
  await stipendPolicy(world, made, 'student_leader');
  await rateCard(world, made);
  return made;
}

async function confirm(
  made: MadeCollaborative,
  { conveningId, attendances }: MadeConvening,
  by = made.facilitator,
): Promise<unknown> {
  const { version } = await convenings.get(system, conveningId);
  return convenings.confirmAttendance(by, conveningId, {
    version,
    present: attendances.map(({ id }) => ({ attendanceId: id })),
  });
}

/** A parent who was at a convening, and their attendance. */
async function parentWhoCame(
  made: MadeCollaborative,
): Promise<{ parent: PersonActor; attendanceId: string; held: MadeConvening }> {
  const parent = seatOf(made, 'parent_advisor').actor;
  const held = await heldConvening(world, made);
  return { parent, held, attendanceId: await attendanceOf(world, held.conveningId, parent.personId) };
}

/** Of these at once: those that were done, and the codes of those that were not. */
async function atOnce(runs: readonly Promise<unknown>[]): Promise<{ done: number; codes: string[] }> {
  const outcomes = await Promise.all(
    runs.map((run) =>
      run.then(
        () => 'done',
        (error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          return error.fields[0]?.code ?? error.code;
        },
      ),
    ),
  );
  const codes = outcomes.filter((each) => each !== 'done');
  return { done: outcomes.length - codes.length, codes };
}

describe('a stipend', () => {
  it('comes with confirmed attendance, for the roles a policy of the fund pays, and holds its money', async () => {
    const made = await paidCollaborative();
    await stipendPolicy(world, made, 'superintendent', { bearer: 'district' });
    const { conveningId } = await heldConvening(world, made);
    const live = await stipendsOf(world, conveningId);
    expect(live.map(({ role, state, cents }) => [role, state, cents]).sort()).toEqual([
      ['parent_advisor', 'accrued', '7500'],
      ['student_leader', 'accrued', '7500'],
    ]);
    expect(await available(made)).toBe('4850.00');
    expect(await stageOf(made, 'committed')).toBe('150.00');
    await sound();
  });

  it('needs a policy in force on the day, and attendance that was confirmed', async () => {
    const made = await collaborativeWithTeam(world, { roles: COMMUNITY });
    await stipendPolicy(world, made, 'parent_advisor', { startsOn: '2015-12-01' });
    const early = await heldConvening(world, made);
    expect(await stipendsOf(world, early.conveningId)).toEqual([]);
    const later = await heldConvening(world, made, {
      date: '2015-12-01',
      present: [seatOf(made, 'student_leader').personId],
    });
    expect(await stipendsOf(world, later.conveningId)).toEqual([]);
    const came = await heldConvening(world, made, { date: '2015-12-02' });
    expect((await stipendsOf(world, came.conveningId)).map(({ role }) => role)).toEqual(['parent_advisor']);
  });

  it('is one for each person when three confirm at the same time', async () => {
    const made = await paidCollaborative();
    const planned = await plannedConvening(world, made);
    moveDays(3);
    const others = await Promise.all(
      [1, 2].map(() => world.actor('facilitator', { scopeKind: 'collaborative', scopeId: made.collaborativeId })),
    );
    const { done } = await atOnce([made.facilitator, ...others].map((each) => confirm(made, planned, each)));
    expect(done).toBe(1);
    expect(await stipendsOf(world, planned.conveningId)).toHaveLength(2);
    expect(await available(made)).toBe('4850.00');
    await sound();
  });

  it('is not made twice when the same news comes twice, also at the same time', async () => {
    const made = await paidCollaborative();
    const { conveningId, attendances } = await heldConvening(world, made);
    const ids = attendances.map(({ id }) => id);
    const again = (): Promise<unknown> =>
      world.db.work(system, (work) =>
        world
          .get(StipendAccrual)
          .confirmed(work, ids)
          .then(() => null),
      );
    await Promise.all([again(), again(), again()]);
    expect(await stipendsOf(world, conveningId)).toHaveLength(2);
    const [one] = await stipendsOf(world, conveningId);
    const double = world.db.work(system, (work) =>
      work.query(sql`
        insert into stipends (id, created_at, state, attendance_id, convening_id, person_id, role, policy_id,
          collaborative_id, fund_id, pool_id, minutes, amount_cents)
        select gen_random_uuid(), created_at, 'accrued', attendance_id, convening_id, person_id, role, policy_id,
          collaborative_id, fund_id, pool_id, minutes, amount_cents from stipends where id = ${one?.id ?? ''}`),
    );
    await expect(double).rejects.toThrow(/stipends_(once|attendance)_key/);
    expect(await available(made)).toBe('4850.00');
  });

  it('is reckoned by the hours somebody was there, and stops at the cap of the year', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    const given = { basis: 'per_hour', rate: dollars('25'), capPerYear: dollars('100') };
    await stipendPolicy(world, made, 'parent_advisor', given);
    const amounts: (string | undefined)[] = [];
    for (const [date, minutesThere] of [
      ['2015-12-01', 90],
      ['2015-12-02', 120],
      ['2015-12-03', 120],
    ] as const) {
      const { conveningId } = await heldConvening(world, made, { date, minutesThere });
      amounts.push((await stipendsOf(world, conveningId))[0]?.cents);
    }
    expect(amounts).toEqual(['3750', '5000', '1250']);
    const over = await heldConvening(world, made, { date: '2015-12-04' });
    expect(await stipendsOf(world, over.conveningId)).toEqual([]);
    const [, , third] = await stipends
      .list(system, { collaborative: made.collaborativeId, sort: '-amount' })
      .then(({ items }) => items);
    const view = await world.get(StipendViews).one(system, third?.id ?? '');
    expect(view.arithmetic).toEqual([
      '2 hours × $25.00 = $50.00.',
      'The most for one year is $100.00, and the rest of it is $12.50.',
    ]);
  });

  it('keeps to the cap of the year when several convenings are confirmed at the same time', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    await stipendPolicy(world, made, 'parent_advisor', { capPerYear: dollars('200') });
    const planned: MadeConvening[] = [];
    for (const startsAt of ['08:00', '10:00', '12:00', '14:00', '16:00']) {
      const endsAt = `${String(Number(startsAt.slice(0, 2)) + 1).padStart(2, '0')}:00`;
      planned.push(await plannedConvening(world, made, { startsAt, endsAt }));
    }
    moveDays(3);
    await Promise.all(planned.map((each) => confirm(made, each)));
    const all = (await Promise.all(planned.map(({ conveningId }) => stipendsOf(world, conveningId)))).flat();
    expect(all.map(({ cents }) => cents).sort()).toEqual(['5000', '7500', '7500']);
    expect(await stageOf(made, 'committed')).toBe('200.00');
    await sound();
  });

  it('is made for nobody when the pool cannot pay everybody, and says so', async () => {
    const made = await paidCollaborative({ money: dollars('100') });
    const planned = await plannedConvening(world, made);
    moveDays(3);
    const error = await refusal(confirm(made, planned));
    expect(error.code).toBe('stipend.pool_too_small');
    expect([error.params['count'], String(error.params['left']), String(error.params['amount'])]).toEqual([
      2,
      '$100',
      '$150',
    ]);
    expect(await stipendsOf(world, planned.conveningId)).toEqual([]);
    expect((await convenings.get(system, planned.conveningId)).state).toBe('planned');
    expect(await available(made)).toBe('100.00');
  });

  it('goes with an attendance that is taken back, and comes again with it', async () => {
    const made = await paidCollaborative();
    const { attendanceId, held, parent } = await parentWhoCame(made);
    const correct = (action: 'confirm' | 'mark_absent'): Promise<unknown> =>
      convenings.correct(made.facilitator, attendanceId, action, { note: 'The list was read wrong' });
    await correct('mark_absent');
    expect((await stipendsOf(world, held.conveningId)).map(({ role }) => role)).toEqual(['student_leader']);
    expect(await available(made)).toBe('4925.00');
    await correct('confirm');
    expect(await stipendsOf(world, held.conveningId)).toHaveLength(2);
    expect(await available(made)).toBe('4850.00');
    await approvedStipends(world, held.conveningId, await approver(world, made));
    const error = await refusal(correct('mark_absent'));
    expect([error.code, error.params['name']]).toEqual(['stipend.approved_already', parent.name]);
    expect((await attendancesAt(world.db, held.conveningId)).every(({ state }) => state === 'attended')).toBe(true);
    await sound();
  });

  it('follows the hours when they are corrected, until it is approved', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    await stipendPolicy(world, made, 'parent_advisor', { basis: 'per_hour', rate: dollars('25') });
    const { attendanceId, held } = await parentWhoCame(made);
    const change = (minutes: number): Promise<unknown> =>
      convenings.correct(made.facilitator, attendanceId, 'confirm', { minutes, note: 'Left early' });
    await change(60);
    expect((await stipendsOf(world, held.conveningId)).map(({ cents }) => cents)).toEqual(['2500']);
    expect(await stageOf(made, 'committed')).toBe('25.00');
    await approvedStipends(world, held.conveningId, await approver(world, made));
    expect(await code(change(90))).toBe('stipend.approved_already');
    await sound();
  });

  it('is taken back or approved when both happen at the same time, never both', async () => {
    const made = await paidCollaborative();
    const officer = await approver(world, made);
    for (let round = 0; round < 4; round += 1) {
      const { conveningId } = await heldConvening(world, made);
      const parentId = seatOf(made, 'parent_advisor').personId;
      const attendanceId = await attendanceOf(world, conveningId, parentId);
      const live = await stipendsOf(world, conveningId);
      const stipendId = live.find(({ personId }) => personId === parentId)?.id ?? '';
      const { done } = await atOnce([
        stipends.approve(officer, stipendId, {}),
        convenings.correct(made.facilitator, attendanceId, 'mark_absent', { note: 'Not there' }),
      ]);
      expect(done).toBe(1);
    }
    await sound();
  });

  it('comes for those confirmed before its policy was written down', async () => {
    const made = await collaborativeWithTeam(world, { roles: COMMUNITY });
    const { conveningId } = await heldConvening(world, made);
    await stipendPolicy(world, made, 'parent_advisor');
    expect((await stipendsOf(world, conveningId)).map(({ role }) => role)).toEqual(['parent_advisor']);
    await stipendPolicy(world, made, 'student_leader', { startsOn: '2016-01-01' });
    expect(await stipendsOf(world, conveningId)).toHaveLength(1);
  });

  it('that was voided does not come back with a policy for later days', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    await stipendPolicy(world, made, 'parent_advisor');
    const { conveningId } = await heldConvening(world, made);
    const [stipend] = await stipendsOf(world, conveningId);
    await stipends.void(await approver(world, made), stipend?.id ?? '', { note: 'Wants no pay' });
    await stipendPolicy(world, made, 'parent_advisor', { startsOn: '2016-03-01', rate: dollars('90') });
    expect(await stipendsOf(world, conveningId)).toEqual([]);
    expect(await available(made)).toBe('5000.00');
  });

  it('that was voided comes back with corrected hours, and waits for an approval again', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    await stipendPolicy(world, made, 'parent_advisor', { basis: 'per_hour', rate: dollars('25') });
    const { attendanceId, held } = await parentWhoCame(made);
    const [stipend] = await stipendsOf(world, held.conveningId);
    await stipends.void(await approver(world, made), stipend?.id ?? '', { note: 'The hours are wrong' });
    expect(await available(made)).toBe('5000.00');
    await convenings.correct(made.facilitator, attendanceId, 'confirm', { minutes: 60, note: 'Left early' });
    const back = await stipendsOf(world, held.conveningId);
    expect(back.map(({ state, cents }) => [state, cents])).toEqual([['accrued', '2500']]);
    const owed = await world.get(Payables).of(world.db, 'stipend', [back[0]?.id ?? '']);
    expect([...owed.values()].flat()).toEqual([]);
    await sound();
  });

  it('stays when a policy of another bearer is written down for its day, and the officer is shown it', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    await stipendPolicy(world, made, 'parent_advisor');
    const { conveningId } = await heldConvening(world, made);
    const [stipend] = await stipendsOf(world, conveningId);
    const officer = await approver(world, made);
    const shown = async (): Promise<unknown[]> =>
      (await world.get(SupportPoliciesPageViews).of(officer, made.collaborativeId)).superseded.map(
        ({ id, bearer, amount }) => [id, bearer, amount.toDecimal()],
      );
    expect(await shown()).toEqual([]);
    const startsOn = world.db.currentCalendar.addDays(world.db.today, -1);
    await stipendPolicy(world, made, 'parent_advisor', { bearer: 'district', startsOn });
    expect((await stipendsOf(world, conveningId)).map(({ id, state }) => [id, state])).toEqual([
      [stipend?.id, 'accrued'],
    ]);
    expect(await shown()).toEqual([[stipend?.id, 'district', '75.00']]);
    // Beside what they were given stands what the policy gives now.
    const views = world.get(SupportPoliciesPageViews);
    const [now] = (await views.of(officer, made.collaborativeId)).superseded;
    expect({ rate: now?.rate.toDecimal(), basis: now?.basis }).toEqual({ rate: '75.00', basis: 'per_convening' });
    await stipends.void(officer, stipend?.id ?? '', { note: 'The district pays' });
    expect(await shown()).toEqual([]);
  });

  it('is for no role that somebody no longer had on the day, also when what was said of them is corrected', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'], teamAtMost: 9 });
    await stipendPolicy(world, made, 'parent_advisor');
    await stipendPolicy(world, made, 'student_leader');
    const { seatId, personId, email } = seatOf(made, 'parent_advisor');
    await world.get(Teams).addSeat(system, made.teamId, { role: 'student_leader', address: email, personId });
    const date = world.db.currentCalendar.addDays(world.db.today, 5);
    const { conveningId, attendances } = await plannedConvening(world, made, { date });
    const old = attendances.find(({ role }) => role === 'parent_advisor')?.id ?? '';
    await world.get(Teams).endSeat(system, seatId, {});
    moveDays(6);
    await confirm(made, { conveningId, attendances: await attendancesAt(world.db, conveningId) });
    const id = await attendanceOf(world, conveningId, personId);
    await convenings.correct(made.facilitator, id, 'confirm', { minutes: 60, note: 'Left early' });
    expect((await stipendsOf(world, conveningId)).map(({ role }) => role)).toEqual(['student_leader']);
    const again = convenings.correct(made.facilitator, old, 'confirm', { note: 'Was there' });
    expect((await refusal(again)).code).toBe('thing.not_found');
  });

  it('is made and taken back in many convenings at the same time without waiting in a circle', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    await stipendPolicy(world, made, 'parent_advisor', { basis: 'per_hour', rate: dollars('10') });
    const eight = Array.from({ length: 8 });
    const held: MadeConvening[] = [];
    for (const _ of eight) held.push(await heldConvening(world, made));
    const times = { date: world.db.today, startsAt: '00:01', endsAt: '02:01' };
    const planned: MadeConvening[] = [];
    for (const _ of eight) planned.push(await plannedConvening(world, made, times));
    moveDays(1);
    const deadlocks = async (): Promise<string | undefined> => {
      const [row] = await world.db.query<{ deadlocks: string }>(sql`
        select deadlocks::text from pg_stat_database where datname = current_database()`);
      return row?.deadlocks;
    };
    const before = await deadlocks();
    const change = { minutes: 60, note: 'Left early' };
    const { done } = await atOnce([
      ...held.map(({ attendances: [own] }) => convenings.correct(made.facilitator, own?.id ?? '', 'confirm', change)),
      ...planned.map((each) => confirm(made, each)),
    ]);
    expect(done).toBe(16);
    expect(await deadlocks()).toBe(before);
    expect(await stageOf(made, 'committed')).toBe('240.00');
    await sound();
  });

  it('takes as many statements for forty people as for two, to confirm and to approve', async () => {
    const counted: [number, number][] = [];
    for (const people of [2, 40]) {
      const roles = Array.from({ length: people }, () => 'parent_advisor' as const);
      const made = await collaborativeWithTeam(world, { roles, teamAtMost: 40, teamAtLeast: 1 });
      await stipendPolicy(world, made, 'parent_advisor');
      const planned = await plannedConvening(world, made);
      moveDays(3);
      const officer = await approver(world, made);
      const confirming = await statementsOf(() => confirm(made, planned));
      const ids = (await stipendsOf(world, planned.conveningId)).map(({ id }) => id);
      expect(ids).toHaveLength(people);
      const approving = await statementsOf(() => stipends.approveMany(officer, ids));
      counted.push([confirming, approving]);
    }
    expect(counted[1]).toEqual(counted[0]);
    await sound();
  }, 60_000);
});

/** How many statements were sent to the database meanwhile. */
async function statementsOf(run: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const { prototype } = pg.Client;
  const original = prototype.query as (...given: unknown[]) => unknown;
  prototype.query = function counted(this: unknown, ...given: unknown[]): unknown {
    count += 1;
    return original.apply(this, given);
  } as never;
  try {
    await run();
  } finally {
    prototype.query = original as never;
  }
  return count;
}

describe('approving stipends', () => {
  it('makes what is owed to each person, in one press for a convening', async () => {
    const made = await paidCollaborative();
    const { conveningId } = await heldConvening(world, made);
    const officer = await approver(world, made);
    const ids = await approvedStipends(world, conveningId, officer);
    expect((await stipendsOf(world, conveningId)).map(({ state }) => state)).toEqual(['payable', 'payable']);
    const owed = await world.get(Payables).of(world.db, 'stipend', ids);
    expect([...owed.values()].flat().map(({ state, amount }) => [state, amount.toDecimal()])).toEqual([
      ['open', '75.00'],
      ['open', '75.00'],
    ]);
    expect([await stageOf(made, 'committed'), await stageOf(made, 'payable')]).toEqual(['0.00', '150.00']);
    const mails = await world.db.query(sql`
      select 1 from mails where subject = 'Your stipend of $75.00 is approved' and recipient = ${seatOf(made, 'parent_advisor').email}`);
    expect(mails).toHaveLength(1);
    await sound();
  });

  it('is for nobody whose own money it is, and nobody who confirmed the attendance', async () => {
    const made = await paidCollaborative();
    const parent = seatOf(made, 'parent_advisor');
    const grants = [{ role: 'program_officer' as const, scopeKind: 'fund' as const, scopeId: made.fundId }];
    const { conveningId } = await heldConvening(world, made);
    const ids = (await stipendsOf(world, conveningId)).map(({ id }) => id);
    const both: PersonActor = { ...made.facilitator, grants: [...made.facilitator.grants, ...grants] };
    const own: PersonActor = { ...parent.actor, grants: [...parent.actor.grants, ...grants] };
    const error = await refusal(stipends.approveMany(both, ids));
    expect([error.kind, error.code]).toEqual(['forbidden', 'stipend.some_refused']);
    expect(error.blockers.map((each) => each.code)).toEqual([
      'support.confirmed_yourself',
      'support.confirmed_yourself',
    ]);
    expect(await code(stipends.approve(both, ids[0] ?? '', {}))).toBe('support.confirmed_yourself');
    const mixed = await refusal(stipends.approveMany(own, ids));
    expect(mixed.blockers.map((each) => each.code)).toEqual(['support.own_money']);
    expect((await stipendsOf(world, conveningId)).map(({ state }) => state)).toEqual(['accrued', 'accrued']);
    const forced = world.db.work(system, (work) =>
      work.query(sql`update stipends set approved_by = confirmed_by where id = ${ids[0] ?? ''}`),
    );
    await expect(forced).rejects.toThrow(/stipends_duties_check/);
    expect(await world.get(ParticipantSupportTasks).tasks(both)).toEqual([]);
    const waiting = await world.get(StipendViews).ofConvening(own, conveningId);
    expect(waiting.map(({ bar }) => bar).sort()).toEqual(
      [null, 'This is your own money, so somebody else decides about it.'].sort(),
    );
  });

  it('is for the program officer of the fund alone', async () => {
    const made = await paidCollaborative();
    const other = await collaborativeWithTeam(world, { roles: ['parent_advisor'] });
    const { conveningId } = await heldConvening(world, made);
    const [one] = await stipendsOf(world, conveningId);
    const id = one?.id ?? '';
    expect((await refusal(stipends.approve(await approver(world, other), id, {}))).kind).toBe('not_found');
    for (const role of ['finance_approver', 'auditor', 'administrator'] as const) {
      expect((await refusal(stipends.approve(await world.actor(role), id, {}))).kind).toBe('forbidden');
    }
    expect((await refusal(stipends.approve(made.facilitator, id, {}))).kind).toBe('forbidden');
    expect((await refusal(stipends.approve(await world.actor('reviewer'), id, {}))).kind).toBe('not_found');
  });

  it('happens once when several approve at the same time, and names what changed meanwhile', async () => {
    const made = await paidCollaborative();
    const { conveningId } = await heldConvening(world, made);
    const ids = (await stipendsOf(world, conveningId)).map(({ id }) => id);
    const officers = await Promise.all([1, 2, 3].map(() => approver(world, made)));
    const { done, codes } = await atOnce(officers.map((each) => stipends.approveMany(each, ids)));
    expect([done, codes]).toEqual([1, ['stipend.some_refused', 'stipend.some_refused']]);
    const owed = await world.get(Payables).of(world.db, 'stipend', ids);
    expect([...owed.values()].map((each) => each.length)).toEqual([1, 1]);
    expect(await code(stipends.approveMany(officers[0] as PersonActor, []))).toBe('stipend.none_chosen');
    await sound();
  });

  it('is refused from a page that is no longer true', async () => {
    const made = await paidCollaborative();
    const { conveningId } = await heldConvening(world, made);
    const [one] = await stipendsOf(world, conveningId);
    const officer = await approver(world, made);
    expect(await code(stipends.approve(officer, one?.id ?? '', { version: 7 }))).toBe('thing.changed_meanwhile');
    expect(await code(stipends.void(officer, one?.id ?? '', {}))).toBe('action.needs_note');
    await stipends.void(officer, one?.id ?? '', { note: 'Paid by the district' });
    expect(await available(made)).toBe('4925.00');
    expect(await code(stipends.approve(officer, one?.id ?? '', {}))).toBe('action.not_open');
  });

  it('of 64 convenings at once leaves exactly those whose stipends fit', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['parent_advisor'], money: dollars('1000') });
    await stipendPolicy(world, made, 'parent_advisor', { rate: dollars('30') });
    const planned: MadeConvening[] = [];
    for (let number = 0; number < 64; number += 1) planned.push(await plannedConvening(world, made));
    moveDays(3);
    const { done, codes } = await atOnce(planned.map((each) => confirm(made, each)));
    expect(done).toBe(33);
    expect(new Set(codes)).toEqual(new Set(['stipend.pool_too_small']));
    expect(await available(made)).toBe('10.00');
    expect(await stageOf(made, 'committed')).toBe('990.00');
    await sound();
  }, 120_000);
});

describe('paying stipends', () => {
  it('follows the payment: in a batch, paid, come back and paid again; not before the tax form is on file', async () => {
    const made = await paidCollaborative();
    const { conveningId } = await heldConvening(world, made, { present: [seatOf(made, 'parent_advisor').personId] });
    const parent = seatOf(made, 'parent_advisor').actor;
    const [id] = await approvedStipends(world, conveningId, await approver(world, made));
    const home = (): ReturnType<SupportHomeViews['of']> => world.get(SupportHomeViews).of(parent);
    const payableIds = [...(await world.get(Payables).of(world.db, 'stipend', [id ?? ''])).values()]
      .flat()
      .map((each) => ({ id: each.id }));
    const batches = world.get(PaymentBatches);
    const prepare = (): ReturnType<PaymentBatches['prepare']> =>
      batches.prepare(system, { method: 'check', payOn: world.db.today, payables: payableIds });
    expect((await home()).needsTaxForm).toBe(true);
    expect((await home()).money[0]?.waitsForTaxForm).toBe(true);
    await refusal(prepare());
    const [payee] = await world.db.query<{ id: string }>(
      sql`select id from payees where person_id = ${parent.personId}`,
    );
    await world.get(Payees).recordTaxForm(system, payee?.id ?? '', { onFileOn: world.db.today });
    expect((await home()).needsTaxForm).toBe(false);
    const batch = await prepare();
    expect((await home()).money[0]).toMatchObject({ state: 'scheduled', payOn: world.db.today });
    expect((await home()).onItsWay.toDecimal()).toBe('75.00');
    await batches.take(system, batch.id, 'void', { note: 'Wrong day' });
    expect((await home()).money[0]?.state).toBe('payable');
    const second = await prepare();
    await batches.take(system, second.id, 'approve', {});
    await batches.take(system, second.id, 'release', {});
    expect((await home()).money[0]).toMatchObject({ state: 'paid', paidOn: world.db.today });
    expect((await home()).onItsWay.isZero).toBe(true);
    const [payment] = await world.db.query<{ id: string }>(sql`select id from payments where batch_id = ${second.id}`);
    await world.get(Payments).take(system, payment?.id ?? '', 'return', { note: 'Moved away' });
    expect((await home()).money[0]?.state).toBe('payable');
    expect(await stageOf(made, 'payable')).toBe('75.00');
    const third = await prepare();
    await batches.take(system, third.id, 'approve', {});
    await batches.take(system, third.id, 'release', {});
    expect((await home()).money[0]?.state).toBe('paid');
    expect(await stageOf(made, 'disbursed')).toBe('75.00');
    await sound();
  });

  it('that finance cancels comes back to be approved anew', async () => {
    const made = await paidCollaborative();
    const { conveningId } = await heldConvening(world, made, { present: [seatOf(made, 'parent_advisor').personId] });
    const officer = await approver(world, made);
    const [id = ''] = await approvedStipends(world, conveningId, officer);
    const [owed] = (await world.get(Payables).of(world.db, 'stipend', [id])).get(id) ?? [];
    await world.get(Payables).take(system, owed?.id ?? '', 'cancel', { note: 'Paid by hand' });
    expect((await stipends.get(system, id)).state).toBe('accrued');
    expect(await stageOf(made, 'committed')).toBe('75.00');
    await stipends.approve(officer, id, {});
    expect(await stageOf(made, 'payable')).toBe('75.00');
    await sound();
  });
});

describe('a childcare claim', () => {
  it('pays the least of three and shows its arithmetic before it is sent', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent } = await parentWhoCame(made);
    const id = await draftClaim(world, parent, attendanceId);
    const view = await world.get(ClaimViews).one(parent, id);
    expect(view.arithmetic).toEqual([
      'You paid $40.00.',
      'The most we can pay is 2 children × 2 hours × $9.00 = $36.00.',
      'You would get $36.00.',
    ]);
    const before = await available(made);
    await claims.submit(parent, id, {});
    expect(
      Money.parse(before)
        .subtract(Money.parse(await available(made)))
        .toDecimal(),
    ).toBe('36.00');
    await claims.approve(await approver(world, made), id, {});
    const [owed] = (await world.get(Payables).of(world.db, 'childcare_claim', [id])).get(id) ?? [];
    expect([owed?.state, owed?.amount.toDecimal()]).toEqual(['open', '36.00']);
    await sound();
  });

  it('needs confirmed attendance of the person who asks', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent, held } = await parentWhoCame(made);
    const student = seatOf(made, 'student_leader').actor;
    expect(await code(draftClaim(world, student, attendanceId))).toBe('childcare_claim.not_there');
    expect(await code(draftClaim(world, parent, made.yearId))).toBe('childcare_claim.not_there');
    const planned = await plannedConvening(world, made);
    const coming = await attendanceOf(world, planned.conveningId, parent.personId);
    expect(await code(draftClaim(world, parent, coming))).toBe('childcare_claim.not_confirmed_yet');
    const id = await draftClaim(world, parent, attendanceId);
    await convenings.correct(made.facilitator, attendanceId, 'mark_absent', { note: 'Not there' });
    const error = await refusal(claims.submit(parent, id, {}));
    expect([error.code, error.blockers[0]?.code]).toEqual(['action.blocked', 'support.not_confirmed']);
    expect((await stipendsOf(world, held.conveningId)).map(({ role }) => role)).toEqual(['student_leader']);
  });

  it('stays within the time there and the way, and within the days to claim', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent } = await parentWhoCame(made);
    const bad = async (hours: string): Promise<string> => code(draftClaim(world, parent, attendanceId, { hours }));
    expect(await bad('2.6')).toBe('childcare_claim.too_many_hours');
    expect(await bad('0')).toBe('childcare_claim.hours_unreadable');
    const id = await draftClaim(world, parent, attendanceId, { hours: '2.5' });
    moveDays(60);
    await claims.submit(parent, id, {});
    const other = await parentWhoCame(made);
    const late = await draftClaim(world, other.parent, other.attendanceId);
    moveDays(61);
    expect((await refusal(claims.submit(other.parent, late, {}))).blockers[0]?.code).toBe('childcare_claim.too_late');
    expect((await world.get(SupportHomeViews).of(other.parent)).claimable).toEqual([]);
  });

  it('that came in time may be mended after its day', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent } = await parentWhoCame(made);
    const id = await submittedClaim(world, parent, attendanceId);
    const before = await available(made);
    await claims.refuse(await approver(world, made), id, 'return', { note: 'The receipt says one child' });
    expect(
      Money.parse(await available(made))
        .subtract(Money.parse(before))
        .toDecimal(),
    ).toBe('36.00');
    moveDays(90);
    const { receiptId, version } = await claims.get(parent, id);
    await claims.update(parent, id, {
      children: 1,
      hours: '2',
      paid: dollars('40'),
      provider: 'A sitter',
      receiptId,
      version,
    });
    await claims.submit(parent, id, {});
    expect((await claims.get(parent, id)).amount.toDecimal()).toBe('18.00');
    expect(
      Money.parse(before)
        .subtract(Money.parse(await available(made)))
        .toDecimal(),
    ).toBe('-18.00');
    const mail = await world.db.query<{ body: string }>(sql`
      select body from mails where subject = 'Your childcare claim needs a change' order by created_at desc limit 1`);
    expect(mail[0]?.body).toContain('The receipt says one child');
    await sound();
  });

  it('keeps the rates of the day of its convening', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent } = await parentWhoCame(made);
    await rateCard(world, made, { rate: dollars('20'), cap: dollars('30'), startsOn: '2015-11-12' });
    const id = await draftClaim(world, parent, attendanceId);
    expect((await claims.get(parent, id)).amount.toDecimal()).toBe('30.00');
    const again = await paidCollaborative();
    const earlier = await parentWhoCame(again);
    await rateCard(world, again, { rate: dollars('20'), startsOn: '2015-12-12' });
    const claimed = await submittedClaim(world, earlier.parent, earlier.attendanceId);
    expect((await claims.get(system, claimed)).amount.toDecimal()).toBe('36.00');
  });

  it('is one for each convening, whatever roles somebody came in', async () => {
    const made = await paidCollaborative({ roles: ['parent_advisor'] });
    const parent = made.people[0] as MadeSeat;
    const seat = { role: 'community_partner' as const, address: parent.email };
    await world.get(Teams).addSeat(system, made.teamId, seat);
    const held = await heldConvening(world, made);
    const [first, second] = held.attendances.filter(({ personId }) => personId === parent.personId);
    const inputs = await Promise.all(
      [first, second].map((each) => claimInput(world, parent.actor, each?.id ?? '', { paid: dollars('500') })),
    );
    const { done, codes } = await atOnce(inputs.map((input) => claims.create(parent.actor, input)));
    expect([done, codes]).toEqual([1, ['childcare_claim.one_for_each']]);
    expect(await code(claims.create(parent.actor, inputs[0] as never))).toMatch(/one_for_each|attachment.used/);
  });

  it('uses a receipt once: of two with the same file at the same time one is refused, also of two people', async () => {
    const made = await paidCollaborative();
    const held = await heldConvening(world, made);
    const again = await heldConvening(world, made);
    const people = ['parent_advisor', 'student_leader'].map((role) => seatOf(made, role as SeatRole).actor) as [
      PersonActor,
      PersonActor,
    ];
    const [parent, student] = people;
    const content = pdfFile();
    const drafts: [PersonActor, string][] = [];
    for (const [actor, { conveningId }] of [
      [parent, held],
      [parent, again],
      [student, held],
    ] as const) {
      const receiptId = (await attachment(world, actor, content)).id;
      const attendanceId = await attendanceOf(world, conveningId, actor.personId);
      drafts.push([actor, await draftClaim(world, actor, attendanceId, { receiptId })]);
    }
    const { done, codes } = await atOnce(drafts.map(([actor, id]) => claims.submit(actor, id, {})));
    expect([done, codes]).toEqual([1, ['childcare_claim.receipt_used', 'childcare_claim.receipt_used']]);
    const receiptId = (await attachment(world, student, content)).id;
    const there = await attendanceOf(world, again.conveningId, student.personId);
    expect(await code(draftClaim(world, student, there, { receiptId }))).toBe('childcare_claim.receipt_used');
    expect(await stageOf(made, 'committed')).toBe('336.00');
    await sound();
  });

  it('takes the receipt of a denied claim again, and shows who checks it why that was denied', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent } = await parentWhoCame(made);
    const content = pdfFile();
    const send = async (): Promise<string> => {
      const receiptId = (await attachment(world, parent, content)).id;
      const id = await draftClaim(world, parent, attendanceId, { receiptId });
      await claims.submit(parent, id, {});
      return id;
    };
    const first = await send();
    const officer = await approver(world, made);
    await claims.refuse(officer, first, 'deny', { note: 'The receipt is of another day' });
    const second = await send();
    const { deniedBefore } = await world.get(ClaimViews).one(officer, second);
    expect(deniedBefore.map(({ id, reason }) => [id, reason])).toEqual([[first, 'The receipt is of another day']]);
    expect((await world.get(ClaimViews).one(parent, second)).deniedBefore).toEqual([]);
    const elsewhere = await approver(world, await collaborativeWithTeam(world, { roles: ['parent_advisor'] }));
    expect((await refusal(world.get(ClaimViews).one(elsewhere, second))).kind).toBe('not_found');
  });

  it('takes no file of another person, and no file twice', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent, held } = await parentWhoCame(made);
    const student = seatOf(made, 'student_leader').actor;
    const theirs = await receipt(world, student);
    expect(await code(draftClaim(world, parent, attendanceId, { receiptId: theirs }))).toBe(
      'childcare_claim.receipt_of_another',
    );
    const id = await draftClaim(world, parent, attendanceId);
    const { receiptId } = await claims.get(parent, id);
    await claims.withdraw(parent, id, {});
    expect(await code(draftClaim(world, parent, attendanceId, { receiptId }))).toBe('attachment.used');
    expect(await attendanceOf(world, held.conveningId, parent.personId)).toBe(attendanceId);
  });

  it('of 64 at once against a pool that holds fewer leaves exactly those that fit', async () => {
    const roles = Array.from({ length: 64 }, () => 'parent_advisor' as const);
    const made = await collaborativeWithTeam(world, { roles, teamAtMost: 64, money: dollars('1000') });
    await rateCard(world, made);
    const { conveningId } = await heldConvening(world, made);
    const attendances = new Map((await attendancesAt(world.db, conveningId)).map((each) => [each.personId, each.id]));
    const drafts: [PersonActor, string][] = [];
    for (const { actor, personId } of made.people) {
      drafts.push([actor, await draftClaim(world, actor, attendances.get(personId) ?? '')]);
    }
    const { done, codes } = await atOnce(drafts.map(([actor, id]) => claims.submit(actor, id, {})));
    expect(done).toBe(27);
    expect(new Set(codes)).toEqual(new Set(['childcare_claim.pool_too_small']));
    expect(await available(made)).toBe('28.00');
    expect(await stageOf(made, 'committed')).toBe('972.00');
    await sound();
  }, 180_000);

  it('is decided by neither who asks nor who confirmed that they were there', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent } = await parentWhoCame(made);
    const id = await submittedClaim(world, parent, attendanceId);
    const grants = [{ role: 'program_officer' as const, scopeKind: 'fund' as const, scopeId: made.fundId }];
    const both: PersonActor = { ...made.facilitator, grants: [...made.facilitator.grants, ...grants] };
    const own: PersonActor = { ...parent, grants: [...parent.grants, ...grants] };
    expect(await code(claims.approve(both, id, {}))).toBe('support.confirmed_yourself');
    for (const run of [claims.approve(own, id, {}), claims.refuse(own, id, 'deny', { note: 'No' })]) {
      expect(await code(run)).toBe('support.own_money');
    }
    expect((await refusal(claims.approve(await world.actor('finance_approver'), id, {}))).kind).toBe('forbidden');
    const officer = await approver(world, made);
    expect(await code(claims.refuse(officer, id, 'deny', {}))).toBe('action.needs_note');
    await claims.refuse(officer, id, 'deny', { note: 'The receipt is of another day' });
    expect(await stateOf(id)).toBe('denied');
    expect(await code(claims.submit(parent, id, {}))).toBe('action.not_open');
    expect(await available(made)).toBe('4850.00');
  });

  it('is paid without a tax form, and an approved one keeps the attendance as it is', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent } = await parentWhoCame(made);
    const id = await submittedClaim(world, parent, attendanceId);
    await claims.approve(await approver(world, made), id, {});
    const error = await refusal(
      convenings.correct(made.facilitator, attendanceId, 'mark_absent', { note: 'Not there' }),
    );
    expect(error.code).toBe('childcare_claim.approved_already');
    const [owed] = (await world.get(Payables).of(world.db, 'childcare_claim', [id])).get(id) ?? [];
    const batches = world.get(PaymentBatches);
    const payables = [{ id: owed?.id ?? '' }];
    const batch = await batches.prepare(system, { method: 'check', payOn: world.db.today, payables });
    await batches.take(system, batch.id, 'approve', {});
    await batches.take(system, batch.id, 'release', {});
    expect(await stateOf(id)).toBe('paid');
    const [payment] = await world.db.query<{ id: string }>(sql`select id from payments where batch_id = ${batch.id}`);
    await world.get(Payments).take(system, payment?.id ?? '', 'return', { note: 'Moved away' });
    expect(await stateOf(id)).toBe('payable');
    await sound();
  });

  it('is refused from a page that is no longer true, and frozen once it is sent', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent } = await parentWhoCame(made);
    const id = await draftClaim(world, parent, attendanceId);
    const { receiptId, version } = await claims.get(parent, id);
    const told = { children: 3, hours: '2', paid: dollars('40'), provider: 'A sitter', receiptId };
    await claims.update(parent, id, { ...told, version });
    expect(await code(claims.update(parent, id, { ...told, version }))).toBe('thing.changed_meanwhile');
    const twice = await atOnce([1, 2, 3].map(() => claims.submit(parent, id, {})));
    expect(twice.done).toBe(1);
    expect(await code(claims.update(parent, id, told))).toBe('childcare_claim.frozen');
    await sound();
  });
});

describe('what a participant sees', () => {
  it('is their own and nobody else’s', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent, held } = await parentWhoCame(made);
    const student = seatOf(made, 'student_leader').actor;
    const id = await submittedClaim(world, parent, attendanceId);
    const theirs =
      (await stipendsOf(world, held.conveningId)).find(({ personId }) => personId === parent.personId)?.id ?? '';
    for (const run of [
      claims.get(student, id),
      claims.submit(student, id, {}),
      claims.withdraw(student, id, {}),
      stipends.get(student, theirs),
      world.get(StipendViews).one(student, theirs),
      world.get(ClaimViews).one(student, id),
      policies.readable(student, made.collaborativeId),
      claims.get(made.facilitator, id),
    ]) {
      expect((await refusal(run)).kind).toBe('not_found');
    }
    expect((await claims.list(student, {})).items).toEqual([]);
    expect((await stipends.list(student, {})).items).toHaveLength(1);
    const { receiptId } = await claims.get(system, id);
    const readers = world.get(AttachmentReaders);
    expect(await readers.mayRead(student, 'childcare_claim', id, receiptId ?? '')).toBe(false);
    expect(await readers.mayRead(parent, 'childcare_claim', id, receiptId ?? '')).toBe(true);
    expect(receiptId).toBeTruthy();
    const home = await world.get(SupportHomeViews).of(student);
    expect(home.money.map(({ kind }) => kind)).toEqual(['stipend']);
  });

  it('is a draft of theirs alone until it is sent', async () => {
    const made = await paidCollaborative();
    const { attendanceId, parent } = await parentWhoCame(made);
    const id = await draftClaim(world, parent, attendanceId);
    const officer = await approver(world, made);
    expect((await refusal(claims.get(officer, id))).kind).toBe('not_found');
    expect((await claims.list(officer, {})).items).toEqual([]);
    await claims.submit(parent, id, {});
    expect((await claims.get(officer, id)).id).toBe(id);
    expect((await claims.list(await world.actor('auditor'), {})).items.map((each) => each.id)).toContain(id);
    expect((await world.get(ParticipantSupportTasks).tasks(officer)).map(({ href }) => href)).toContain(
      `/support/claims/${id}`,
    );
  });

  it('says what to answer, what one gets for it, and what waits', async () => {
    const made = await paidCollaborative();
    const parent = seatOf(made, 'parent_advisor').actor;
    const planned = await plannedConvening(world, made);
    const home = (): ReturnType<SupportHomeViews['of']> => world.get(SupportHomeViews).of(parent);
    const [first] = (await home()).upcoming;
    expect(first).toMatchObject({ coming: null, pay: { by: 'fund', basis: 'per_convening' } });
    expect(first?.pay?.rate.toDecimal()).toBe('75.00');
    expect((await world.get(ParticipantSupportTasks).tasks(parent)).map(({ title }) => title)).toEqual([
      'Will you come on Thursday, November 12?',
    ]);
    await convenings.answer(parent, first?.attendanceId ?? '', { coming: true });
    expect((await home()).upcoming[0]?.coming).toBe(true);
    expect(await world.get(ParticipantSupportTasks).tasks(parent)).toEqual([]);
    moveDays(3);
    expect((await home()).unconfirmed).toHaveLength(1);
    await confirm(made, planned);
    const after = await home();
    expect([after.unconfirmed.length, after.money.length, after.claimable.length]).toEqual([0, 1, 1]);
    expect(after.needsTaxForm).toBe(true);
  });
});

describe('who is paid what', () => {
  it('is said by the program officer of the fund, once for each day, within the year', async () => {
    const made = await collaborativeWithTeam(world, { roles: COMMUNITY });
    const officer = await approver(world, made);
    const given = {
      yearId: made.yearId,
      role: 'parent_advisor',
      bearer: 'fund',
      basis: 'per_convening',
      rate: dollars('75'),
    };
    const add = (startsOn: string, more: object = {}): Promise<{ id: string }> =>
      policies.addPolicy(officer, made.collaborativeId, { ...given, startsOn, ...more });
    const { id } = await add('2015-07-01');
    expect(await code(add('2015-07-01'))).toBe('stipend_policy.same_day');
    expect(await code(add('2015-06-30'))).toBe('stipend_policy.outside_year');
    expect(await code(add('2015-08-01', { capPerYear: dollars('10') }))).toBe('stipend_policy.cap_below_rate');
    const other = await collaborativeWithTeam(world, { roles: COMMUNITY });
    expect(await code(add('2015-08-01', { yearId: other.yearId }))).toBe('field.not_found');
    const foreign = policies.addPolicy(officer, other.collaborativeId, { ...given, startsOn: '2015-07-01' });
    expect((await refusal(foreign)).kind).toBe('not_found');
    const audited = policies.addPolicy(await world.actor('auditor'), made.collaborativeId, {
      ...given,
      startsOn: '2015-09-01',
    });
    expect((await refusal(audited)).kind).toBe('forbidden');
    expect((await refusal(policies.remove(officer, made.collaborativeId, 'stipend_policy', other.yearId))).kind).toBe(
      'not_found',
    );
    await policies.remove(officer, made.collaborativeId, 'stipend_policy', id);
    const again = await add('2015-07-01');
    await heldConvening(world, made);
    expect(await code(policies.remove(officer, made.collaborativeId, 'stipend_policy', again.id))).toBe(
      'thing.still_used',
    );
  });
});
