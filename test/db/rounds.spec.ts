/** Rounds: what was published stays as it was, deadlines only move later, and nobody publishes what is not ready. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import { Funds } from '../../src/features/funds/index.js';
import {
  ExtensionInput,
  isAccepting,
  readRubric,
  RoundFacts,
  RoundNews,
  Rounds,
} from '../../src/features/rounds/index.js';
import { RoundsTasks } from '../../src/features/rounds/rounds.tasks.js';
import { RoundViews } from '../../src/features/rounds/round.view.js';
import { systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { fundWithPools } from '../factories/funds.js';
import {
  beginReview,
  draftRound,
  publishedRound,
  roundInput,
  roundInReview,
  rubricInput,
} from '../factories/rounds.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);
const MINUTE = 60_000;

let world: World;
let rounds: Rounds;
let views: RoundViews;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  rounds = world.get(Rounds);
  views = world.get(RoundViews);
});
afterAll(async () => world?.close());

const stateOf = async (id: string): Promise<string> => (await rounds.get(system, id)).state;
const extension = (dueOn: string, dueTime = '17:00'): ExtensionInput =>
  Object.assign(new ExtensionInput(), { dueOn, dueTime, reason: 'Snow closed the schools' });

describe('setting up a round', () => {
  it('keeps its terms, its dates in the zone of the agency, and its milestones', async () => {
    const { poolIds, fundId } = await fundWithPools(world, 1);
    const input = roundInput(world, poolIds[0] ?? '', { floor: dollars('1000') });
    Object.assign(input, { opensOn: '2016-03-01', opensTime: '9:00 a.m.', dueOn: '2016-04-12', dueTime: '5:00 p.m.' });
    const { id } = await rounds.create(system, input);
    const round = await views.one(system, id);
    expect(round.fundId).toBe(fundId);
    expect(round.state.state).toBe('draft');
    // Winter time when it opens, summer time when it is due.
    expect(round.opensAt.toISOString()).toBe('2016-03-01T17:00:00.000Z');
    expect(round.dueAt.toISOString()).toBe('2016-04-13T00:00:00.000Z');
    expect(round.floor.toDecimal()).toBe('1000.00');
    expect(round.milestones.map((each) => each.kind)).toEqual(['committee']);
    expect(round.rubric).toEqual([]);
  });

  it('is for one pool of the right kind, once, under one number', async () => {
    const { roundId, poolId, fundId } = await draftRound(world);
    const taken = await refusal(rounds.create(system, roundInput(world, poolId)));
    expect(taken.fields[0]).toMatchObject({ field: 'poolId', code: 'round.pool_taken' });
    const other = await world.get(Funds).addPool(system, fundId, { kind: 'own_costs', name: 'Own costs' });
    const wrong = await refusal(rounds.create(system, roundInput(world, other.id)));
    expect(wrong.fields[0]?.code).toBe('round.pool_not_for_rounds');
    const missing = await refusal(rounds.create(system, roundInput(world, newId())));
    expect(missing.fields[0]?.code).toBe('field.not_found');
    const { poolIds } = await fundWithPools(world, 1);
    const { number } = await rounds.get(system, roundId);
    const same = Object.assign(roundInput(world, poolIds[0] ?? ''), { number });
    expect((await refusal(rounds.create(system, same))).fields[0]?.code).toBe('round.number_taken');
  });

  it('of two at once for the same pool makes one', async () => {
    const { poolIds } = await fundWithPools(world, 1);
    const tries = Array.from({ length: 6 }, () => rounds.create(system, roundInput(world, poolIds[0] ?? '')));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    for (const each of outcomes) {
      if (each.status === 'rejected') expect((each.reason as AppError).fields[0]?.code).toBe('round.pool_taken');
    }
  });

  it('refuses a deadline before the opening and a floor above the ceiling', async () => {
    const { poolIds } = await fundWithPools(world, 1);
    const input = (changes: object): ReturnType<typeof roundInput> =>
      Object.assign(roundInput(world, poolIds[0] ?? ''), changes);
    const late = await refusal(rounds.create(system, input({ dueOn: '2015-01-01' })));
    expect(late.fields[0]).toMatchObject({ field: 'dueOn', code: 'round.due_before_opening' });
    const floor = await refusal(rounds.create(system, input({ floor: dollars('60000') })));
    expect(floor.fields[0]?.code).toBe('round.floor_above_ceiling');
    const nobody = await refusal(rounds.create(system, input({ whoMayLead: [] })));
    expect(nobody.fields[0]?.field).toBe('whoMayLead');
    await expect(
      world.db.work(system, (work) =>
        work.query(sql`update rounds set floor_cents = 9999999999 where ceiling_cents is not null`),
      ),
    ).rejects.toThrow('rounds_range_check');
  });

  it('is for a program officer of the fund; others of the fund only see it', async () => {
    const { roundId, poolId, fundId } = await draftRound(world);
    const { poolIds } = await fundWithPools(world, 1);
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    expect((await rounds.get(officer, roundId)).id).toBe(roundId);
    const elsewhere = await refusal(rounds.create(officer, roundInput(world, poolIds[0] ?? '')));
    expect(elsewhere.kind).toBe('forbidden');
    const reviewer = await world.actor('reviewer', { scopeKind: 'round', scopeId: roundId });
    expect((await rounds.get(reviewer, roundId)).id).toBe(roundId);
    expect((await refusal(rounds.update(reviewer, roundId, roundInput(world, poolId)))).kind).toBe('forbidden');
    expect((await refusal(rounds.take(reviewer, roundId, 'publish', {}))).kind).toBe('forbidden');
    const applicant = await world.actor('applicant', { scopeKind: 'organization', scopeId: newId() });
    expect((await refusal(rounds.get(applicant, roundId))).kind).toBe('not_found');
    expect((await refusal(rounds.take(applicant, roundId, 'publish', {}))).kind).toBe('not_found');
    const stranger = await world.actor('reviewer', { scopeKind: 'round', scopeId: newId() });
    expect((await refusal(rounds.get(stranger, roundId))).kind).toBe('not_found');
    expect((await rounds.list(stranger, {})).items).toEqual([]);
    expect((await rounds.list(reviewer, {})).items.map((row) => row.id)).toEqual([roundId]);
  });

  it('refuses an edit made from an old page', async () => {
    const { roundId, poolId } = await draftRound(world);
    const { version } = await rounds.get(system, roundId);
    const input = (): ReturnType<typeof roundInput> => Object.assign(roundInput(world, poolId), { version });
    await rounds.update(system, roundId, input());
    expect((await refusal(rounds.update(system, roundId, input()))).code).toBe('thing.changed_meanwhile');
    const rubric = Object.assign(rubricInput(), { version });
    expect((await refusal(rounds.setRubric(system, roundId, rubric))).code).toBe('thing.changed_meanwhile');
  });
});

describe('publishing', () => {
  it('says all that is missing, at once', async () => {
    const { poolIds } = await fundWithPools(world, 1);
    const input = Object.assign(roundInput(world, poolIds[0] ?? ''), { ceiling: undefined });
    Object.assign(input, { opensOn: '2015-09-01', dueOn: '2015-10-01' });
    const { id } = await rounds.create(system, input);
    const error = await refusal(rounds.take(system, id, 'publish', {}));
    expect(error.kind).toBe('conflict');
    expect(error.blockers.map((each) => each.code)).toEqual([
      'round.needs_rubric',
      'round.needs_later_due',
      'round.needs_money',
      'round.needs_ceiling',
    ]);
    expect(await stateOf(id)).toBe('draft');
  });

  it('refuses a ceiling above what is set aside, and only warns of the sum of all awards', async () => {
    const above = await draftRound(world, { setAside: dollars('1000'), ceiling: dollars('1000.01') });
    const error = await refusal(rounds.take(system, above.roundId, 'publish', {}));
    expect(error.blockers.map((each) => each.code)).toEqual(['round.ceiling_above_set_aside']);
    const sum = await publishedRound(world, { setAside: dollars('1000'), ceiling: dollars('600'), awardsAtMost: 2 });
    expect((await views.one(system, sum.roundId)).warnings).toContain(
      'All awards at their most would be $1,200; $1,000 is set aside.',
    );
  });

  it('does not pass while money is given back at the same moment', async () => {
    const { roundId, poolId, sourceId } = await draftRound(world, {
      setAside: dollars('1000'),
      ceiling: dollars('1000'),
    });
    const giveBack = { sourceId, poolId, amount: dollars('1'), reason: 'Not needed' };
    const [published, returned] = await Promise.allSettled([
      rounds.take(system, roundId, 'publish', {}),
      world.get(Funds).returnAllotment(system, giveBack),
    ]);
    expect(returned?.status).toBe('fulfilled');
    const order = await world.db.query<{ action: string }>(
      sql`select action from audit_events where (subject_id = ${roundId}::text and action = 'round.publish')
            or (subject_id = ${poolId}::text and action = 'allotment.returned') order by id`,
    );
    // The one that came second saw what the first had done.
    if (published?.status === 'fulfilled') {
      expect(order.map((each) => each.action)).toEqual(['round.publish', 'allotment.returned']);
    } else {
      const codes = ((published as PromiseRejectedResult).reason as AppError).blockers.map((each) => each.code);
      expect(codes).toEqual(['round.ceiling_above_set_aside']);
    }
  });

  it('happens once, however many publish at once', async () => {
    const { roundId } = await draftRound(world);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => rounds.take(system, roundId, 'publish', {})),
    );
    expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    const steps = await world.db.query(
      sql`select 1 from lifecycle_steps where subject_id = ${roundId} and action = 'publish'`,
    );
    expect(steps).toHaveLength(1);
  });

  it('can be after a comment on the criteria, in which the rubric still changes', async () => {
    const { roundId } = await draftRound(world);
    await rounds.take(system, roundId, 'open_criteria_for_comment', {});
    expect((await views.publicOne(roundId)).status).toBe('comment');
    await rounds.setRubric(system, roundId, rubricInput());
    await rounds.take(system, roundId, 'publish', {});
    expect(await stateOf(roundId)).toBe('published');
  });
});

describe('a published rubric', () => {
  it('never changes: not by the use case, not by SQL of the application, not by another round', async () => {
    const { roundId, poolId } = await publishedRound(world);
    const other = await draftRound(world);
    const before = await readRubric(world.db, roundId);
    expect((await refusal(rounds.setRubric(system, roundId, rubricInput()))).code).toBe('round.published_stays');
    expect((await refusal(rounds.update(system, roundId, roundInput(world, poolId)))).code).toBe(
      'round.published_stays',
    );
    const [first] = before;
    const attacks = [
      sql`update rubric_criteria set weight = 99 where round_id = ${roundId}`,
      sql`delete from rubric_criteria where round_id = ${roundId}`,
      sql`update rubric_criteria set round_id = ${other.roundId}, position = 9 where id = ${first?.id}`,
      sql`update rubric_criteria set round_id = ${roundId}, position = 9 where round_id = ${other.roundId} and position = 1`,
      sql`insert into rubric_criteria (id, version, created_at, round_id, position, name, question, weight, scale_max,
            anchor_low, anchor_high) values (${newId()}, 1, now(), ${roundId}, 9, 'x', 'x', 1, 5, 'x', 'x')`,
      sql`update rounds set state = 'draft' where id = ${roundId}`,
      sql`update rounds set ceiling_cents = ceiling_cents + 1 where id = ${roundId}`,
      sql`update rounds set due_at = due_at - interval '1 second' where id = ${roundId}`,
      sql`delete from rounds where id = ${roundId}`,
    ];
    for (const attack of attacks) {
      await expect(world.db.work(system, (work) => work.query(attack))).rejects.toThrow(
        /of a published round does not change|of a published round do not change|permission denied/,
      );
    }
    expect(await readRubric(world.db, roundId)).toEqual(before);
    expect(await stateOf(roundId)).toBe('published');
  });

  it('is the one that was there at the moment of publishing, whoever edits meanwhile', async () => {
    const { roundId } = await draftRound(world);
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 4 }, () => rounds.setRubric(system, roundId, rubricInput())),
      rounds.take(system, roundId, 'publish', {}),
      ...Array.from({ length: 4 }, () => rounds.setRubric(system, roundId, rubricInput())),
    ]);
    expect(outcomes[4]?.status).toBe('fulfilled');
    expect(await readRubric(world.db, roundId)).toHaveLength(2);
    const [last] = await world.db.query<{ action: string }>(
      sql`select action from audit_events where subject_id = ${roundId}::text order by id desc limit 1`,
    );
    expect(last?.action).toBe('round.publish');
  });
});

describe('the deadline', () => {
  it('is to the second, with its grace, by the clock of the server', async () => {
    const { roundId } = await publishedRound(world, { graceMinutes: 5 });
    const round = await rounds.get(system, roundId);
    const end = round.dueAt.getTime() + 5 * MINUTE;
    expect(isAccepting(round, new Date(round.opensAt.getTime() - 1))).toBe(false);
    expect(isAccepting(round, round.opensAt)).toBe(true);
    expect(isAccepting(round, new Date(end))).toBe(true);
    expect(isAccepting(round, new Date(end + 1))).toBe(false);
    expect(isAccepting({ ...round, state: 'draft' } as never, round.dueAt)).toBe(false);
  });

  it('falls on the kinder reading of an hour that the clocks skip or show twice', async () => {
    const { poolIds } = await fundWithPools(world, 2);
    const at = async (poolId: string | undefined, dueOn: string, dueTime: string): Promise<string> => {
      const { id } = await rounds.create(system, Object.assign(roundInput(world, poolId ?? ''), { dueOn, dueTime }));
      return (await rounds.get(system, id)).dueAt.toISOString();
    };
    expect(await at(poolIds[0], '2016-03-13', '02:30')).toBe('2016-03-13T10:30:00.000Z');
    expect(await at(poolIds[1], '2016-11-06', '01:30')).toBe('2016-11-06T09:30:00.000Z');
  });

  it('moves only later, with a reason, and leaves its history', async () => {
    const { roundId } = await publishedRound(world);
    const told: string[] = [];
    world.get(RoundNews).listen(async (_work, { kind, roundId: id }) => {
      if (id === roundId) told.push(kind);
    });
    const earlier = await refusal(rounds.extend(system, roundId, extension('2015-11-20')));
    expect(earlier.fields[0]).toMatchObject({ field: 'dueOn', code: 'round.extend_only_later' });
    await rounds.extend(system, roundId, extension('2016-01-15'));
    const { extensions, dueAt } = await views.one(system, roundId);
    expect(dueAt.toISOString()).toBe('2016-01-16T01:00:00.000Z');
    expect(extensions.map((each) => each.reason)).toEqual(['Snow closed the schools']);
    expect(told).toEqual(['extended']);
    const again = await refusal(rounds.extend(system, roundId, extension('2016-01-15')));
    expect(again.fields[0]?.code).toBe('round.extend_only_later');
    await expect(
      world.db.work(system, (work) => work.query(sql`delete from round_extensions where round_id = ${roundId}`)),
    ).rejects.toThrow('permission denied');
  });

  it('of two extensions at once stays at the later one', async () => {
    const { roundId } = await publishedRound(world);
    await Promise.allSettled(
      ['2016-02-05', '2016-02-03', '2016-02-01'].map((day) => rounds.extend(system, roundId, extension(day))),
    );
    expect((await rounds.get(system, roundId)).dueAt.toISOString()).toBe('2016-02-06T01:00:00.000Z');
  });

  it('is not moved of a draft, nor of a round in review', async () => {
    const draft = await draftRound(world);
    expect((await refusal(rounds.extend(system, draft.roundId, extension('2016-01-15')))).code).toBe('action.not_open');
  });
});

describe('review, decisions and the end', () => {
  it('begin only after the deadline, its grace, and the time a request in flight may take', async () => {
    const { roundId } = await publishedRound(world, { graceMinutes: 10 });
    const { dueAt } = await rounds.get(system, roundId);
    try {
      world.clock.set(new Date(dueAt.getTime() + 20 * MINUTE));
      const early = await refusal(rounds.take(system, roundId, 'begin_review', {}));
      expect(early.blockers.map((each) => each.code)).toEqual(['round.not_yet_due']);
      world.clock.advance(1);
      await rounds.take(system, roundId, 'begin_review', {});
      expect(await stateOf(roundId)).toBe('reviewing');
    } finally {
      world.clock.set(WORLD_START);
    }
  });

  it('complete when nothing is undecided, and cancel while nothing is awarded', async () => {
    const counts = { undecided: 1, awards: 1 };
    const { roundId } = await publishedRound(world);
    world.get(RoundFacts).register(async () => new Map([[roundId, counts]]));
    try {
      await beginReview(world, roundId);
      await rounds.take(system, roundId, 'begin_decisions', {});
      const undecided = await refusal(rounds.take(system, roundId, 'complete', {}));
      expect(undecided.blockers.map((each) => each.code)).toEqual(['round.has_undecided']);
      const awarded = await refusal(rounds.take(system, roundId, 'cancel', { note: 'No money' }));
      expect(awarded.blockers.map((each) => each.code)).toEqual(['round.has_awards']);
      counts.undecided = 0;
      await rounds.take(system, roundId, 'complete', {});
      expect(await stateOf(roundId)).toBe('completed');
      expect((await refusal(rounds.take(system, roundId, 'cancel', { note: 'x' }))).code).toBe('action.not_open');
    } finally {
      world.clock.set(WORLD_START);
    }
  });

  it('cancel with a reason, and then the round is not open to anybody', async () => {
    const { roundId } = await publishedRound(world);
    expect((await refusal(rounds.take(system, roundId, 'cancel', {}))).fields[0]?.code).toBe('action.needs_note');
    await rounds.take(system, roundId, 'cancel', { note: 'The grantor took the money back' });
    const round = await rounds.get(system, roundId);
    expect(isAccepting(round, world.clock.now())).toBe(false);
    expect((await views.open()).map((each) => each.id)).not.toContain(roundId);
    // What was public stays public.
    expect((await views.publicOne(roundId)).status).toBe('cancelled');
  });

  it('that wait for money are a thing to do for who may set it aside, until it is', async () => {
    const { roundId, poolId, sourceId } = await draftRound(world, { setAside: Money.zero });
    const finance = await world.actor('finance_officer');
    const tasks = world.get(RoundsTasks);
    const mine = async (): Promise<string[]> =>
      (await tasks.tasks(finance)).map(({ href }) => href).filter((href) => href.includes(poolId));
    expect(await mine()).toEqual([`/allotments/new?pool=${poolId}`]);
    expect(tasks.permissions).toContain('allotment.create');
    const officer = await world.actor('program_officer');
    expect((await tasks.tasks(officer)).map(({ href }) => href)).not.toContain(`/allotments/new?pool=${poolId}`);
    const amount = Money.ofCents(100);
    await world.get(Funds).allot(system, { sourceId, poolId, amount, authority: 'Resolution 2' });
    expect(await mine()).toEqual([]);
    expect(await stateOf(roundId)).toBe('draft');
  });

  it('are things to do for the program officer', async () => {
    const { roundId, fundId } = await publishedRound(world);
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    const tasks = world.get(RoundsTasks);
    expect(await tasks.tasks(officer)).toEqual([]);
    try {
      world.clock.set(new Date((await rounds.get(system, roundId)).dueAt.getTime() + 1000));
      expect((await tasks.tasks(officer)).map((task) => task.href)).toEqual([`/rounds/${roundId}`]);
      expect(await tasks.tasks(await world.actor('reviewer'))).toEqual([]);
    } finally {
      world.clock.set(WORLD_START);
    }
  });
});

describe('what everybody sees', () => {
  it('is what is published, and never a draft', async () => {
    const draft = await draftRound(world);
    const open = await publishedRound(world, { graceMinutes: 5 });
    const ids = async (): Promise<string[]> => (await views.open()).map((each) => each.id);
    expect(await ids()).toContain(open.roundId);
    expect(await ids()).not.toContain(draft.roundId);
    expect((await refusal(views.publicOne(draft.roundId))).kind).toBe('not_found');
    await rounds.take(system, draft.roundId, 'cancel', { note: 'Never mind' });
    expect((await refusal(views.publicOne(draft.roundId))).kind).toBe('not_found');
    expect((await views.publicOne(open.roundId)).rubric).toHaveLength(2);
    try {
      world.clock.set(new Date((await rounds.get(system, open.roundId)).dueAt.getTime() + 5 * MINUTE + 1));
      expect(await ids()).not.toContain(open.roundId);
      expect((await views.publicOne(open.roundId)).status).toBe('closed');
    } finally {
      world.clock.set(WORLD_START);
    }
  });

  it('is reached in review by the factory too', async () => {
    try {
      const { roundId } = await roundInReview(world);
      expect(await stateOf(roundId)).toBe('reviewing');
    } finally {
      world.clock.set(WORLD_START);
    }
  });
});
