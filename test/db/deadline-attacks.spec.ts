/** The deadline, attacked: a line held open while others write on, and steps that meet in the same instant. */
import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RuleSets } from '../../src/features/agency/index.js';
import { Applications, ApplicationSections } from '../../src/features/applications/index.js';
import { Rounds } from '../../src/features/rounds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { Money } from '../../src/kernel/money.js';
import { runInRequest } from '../../src/platform/database/context.js';
import { sql } from '../../src/platform/database/sql.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type World, WORLD_START } from '../support/world.js';

const SYSTEM = systemActor('test');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const TIMES = 6;
const WIDE = { ceiling: Money.parse('100000') };

let world: World;
let applications: Applications;

beforeAll(async () => {
  world = await openWorld();
  await world.db.work(SYSTEM, async (work) => {
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  applications = world.get(Applications);
});
afterEach(() => world.clock.set(WORLD_START));
afterAll(async () => world?.close());

const received = <T>(receivedAt: Date, run: () => Promise<T>): Promise<T> =>
  runInRequest({ requestId: 'held', receivedAt }, run);
const after = (instant: Date, milliseconds: number): Date => new Date(instant.getTime() + milliseconds);
const stateOf = async (id: string): Promise<string> => (await applications.get(SYSTEM, id)).state;
const dueOf = async (roundId: string): Promise<Date> => (await world.get(Rounds).get(SYSTEM, roundId)).dueAt;

const rewrite = ({ owner, applicationId }: MadeApplication, title: string): Promise<unknown> =>
  world.get(ApplicationSections).saveSummary(owner, applicationId, {
    ...{ title, summary: 'What was thought of behind the deadline.', districts: [{ district: 'Kent', share: 10_000 }] },
  });

/** 'done', or the code of the refusal; anything else fails the test. */
const endingOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof AppError) return error.code;
      throw error;
    },
  );

async function submissions(id: string): Promise<number> {
  const rows = await world.db.query(sql`select 1 from application_submissions where application_id = ${id}`);
  return rows.length;
}

describe('a line that is held open over the deadline', () => {
  it('sends what stood there, and nothing that was written behind the deadline', async () => {
    const { roundId } = await publishedRound(world, WIDE);
    const made = await draftApplication(world, { roundId, title: 'As it stood' });
    const due = await dueOf(roundId);
    world.clock.set(after(due, SECOND));
    expect(await refusal(rewrite(made, 'Written behind it'))).toMatchObject({ code: 'application.closing' });
    // Nor by a line that was opened in time and brings its words minutes later.
    world.clock.set(after(due, 4 * MINUTE));
    const held = await refusal(received(due, () => rewrite(made, 'Held, and written behind it')));
    expect(held.code).toBe('application.closing');
    world.clock.set(after(due, 5 * MINUTE));
    await received(due, () => applications.submit(made.owner, made.applicationId, {}));
    expect(await applications.get(made.owner, made.applicationId)).toMatchObject({
      ...{ state: 'submitted', title: 'As it stood' },
    });
  });

  it('of a browser that saves while it sends loses nothing: seconds are given to what came in time', async () => {
    const { roundId } = await publishedRound(world, WIDE);
    const made = await draftApplication(world, { roundId });
    const due = await dueOf(roundId);
    world.clock.set(after(due, 20 * SECOND));
    await received(due, () => rewrite(made, 'Typed in the last second'));
    await received(due, () => applications.submit(made.owner, made.applicationId, {}));
    expect(await applications.get(made.owner, made.applicationId)).toMatchObject({ title: 'Typed in the last second' });
  });

  it('keeps nobody from the draft for long: it is open again once nothing can be on its way', async () => {
    const { roundId } = await publishedRound(world, WIDE);
    const made = await draftApplication(world, { roundId });
    world.clock.set(after(await dueOf(roundId), 11 * MINUTE + SECOND));
    await rewrite(made, 'For more time');
    expect((await refusal(applications.submit(made.owner, made.applicationId, {}))).blockers).toMatchObject([
      { code: 'application.too_late' },
    ]);
  });

  it('writes nothing behind the last day for a fix either', async () => {
    const { roundId } = await publishedRound(world, WIDE);
    const made = await submittedApplication(world, { roundId, title: 'To be mended' });
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 3);
    await applications.return(SYSTEM, made.applicationId, { fixBy, note: 'Say more.' });
    const midnight = world.db.currentCalendar.deadline(world.db.currentCalendar.addDays(fixBy, 1), '00:00');
    world.clock.set(after(midnight, 3 * MINUTE));
    expect((await refusal(rewrite(made, 'Behind it'))).code).toBe('application.closing');
    await received(after(midnight, -SECOND), () => applications.submit(made.owner, made.applicationId, {}));
    expect((await applications.get(made.owner, made.applicationId)).title).toBe('To be mended');
  });
});

describe('in the same instant', () => {
  it('two certifiers and one who withdraws: it was sent once or never, and ends as its history says', async () => {
    const { roundId } = await publishedRound(world, WIDE);
    for (let time = 0; time < TIMES; time += 1) {
      const made = await draftApplication(world, { roundId });
      const second = await organizationMember(world, made.organizationId, 'signatory');
      const id = made.applicationId;
      const send = (actor: PersonActor): Promise<string> => endingOf(applications.submit(actor, id, {}));
      const [one, two, back] = await Promise.all([
        ...[send(made.owner), send(second)],
        endingOf(applications.take(made.owner, id, 'withdraw', { note: 'Not this year' })),
      ]);
      const sent = [one, two].filter((each) => each === 'done').length;
      expect(sent).toBeLessThanOrEqual(1);
      expect(await submissions(id)).toBe(sent);
      expect(await stateOf(id)).toBe(back === 'done' ? 'withdrawn' : 'submitted');
      if (back !== 'done') expect(sent).toBe(1);
    }
  });

  it('it goes back for a fix and is sent again: what the agency reads is what was sent last', async () => {
    const { roundId } = await publishedRound(world, WIDE);
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
    for (let time = 0; time < TIMES; time += 1) {
      const made = await submittedApplication(world, { roundId, title: 'First' });
      const id = made.applicationId;
      const [back, wrote, again] = await Promise.all([
        endingOf(applications.return(SYSTEM, id, { fixBy, note: 'Say more.' })),
        endingOf(rewrite(made, 'Second')),
        endingOf(applications.submit(made.owner, id, {})),
      ]);
      expect(back).toBe('done');
      expect(await stateOf(id)).toBe(again === 'done' ? 'submitted' : 'returned');
      expect(await submissions(id)).toBe(again === 'done' ? 2 : 1);
      const [last] = await world.db.query<{ title: string }>(sql`
        select content->>'title' as title from application_submissions where application_id = ${id}
        order by created_at desc, id desc limit 1`);
      const { title } = await applications.get(made.owner, id);
      if (again === 'done') expect(last?.title).toBe(title);
      else expect(title).toBe(wrote === 'done' ? 'Second' : 'First');
    }
  });
});

describe('the night the clocks go forward', () => {
  it('a deadline in the hour that is left out is one instant, to the second', async () => {
    const calendar = world.db.currentCalendar;
    const spring = '2016-03-13';
    const [before, gap, behind] = ['01:59', '02:30', '03:00'].map((time) => calendar.deadline(spring, time).getTime());
    expect(before).toBeLessThanOrEqual(gap ?? 0);
    expect(gap).toBeLessThanOrEqual((behind ?? 0) + 30 * MINUTE);
    world.clock.set(calendar.deadline('2016-03-12', '12:00'));
    const { roundId } = await publishedRound(world, { ...WIDE, dueAt: new Date(gap ?? 0) });
    const due = await dueOf(roundId);
    const [inTime, late] = [await draftApplication(world, { roundId }), await draftApplication(world, { roundId })];
    world.clock.set(due);
    await applications.submit(inTime.owner, inTime.applicationId, {});
    world.clock.set(after(due, SECOND));
    expect((await refusal(applications.submit(late.owner, late.applicationId, {}))).blockers).toMatchObject([
      { code: 'application.too_late' },
    ]);
  });
});
