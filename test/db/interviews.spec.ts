/** Interviews: a time is taken at most once whoever chooses at once, and calendars hear of every change. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Conflicts } from '../../src/features/conflicts/index.js';
import { InterviewPanels, Interviews } from '../../src/features/interviews/index.js';
import { InterviewViews } from '../../src/features/interviews/interview.view.js';
import { InterviewsTasks } from '../../src/features/interviews/interviews.tasks.js';
import { readRanking, Reviews } from '../../src/features/reviews/index.js';
import { readRubric } from '../../src/features/rounds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import type { MadeApplication } from '../factories/applications.js';
import { organizationMember } from '../factories/organizations.js';
import { mailsTo, offeredInterview, offeredSlots, submittedReview, upForReview } from '../factories/reviews.js';
import { publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';
import { refusal } from '../support/refusal.js';

const system = systemActor('test');

let world: World;
let interviews: Interviews;

beforeAll(async () => {
  world = await openWorld();
  interviews = world.get(Interviews);
});
afterAll(async () => world?.close());

interface Made extends MadeApplication {
  readonly roundId: string;
  readonly interviewId: string;
  readonly slots: string[];
}

/** An interview offered in a round of its own with this many times. */
async function made(slots = 3, panel: readonly PersonActor[] = []): Promise<Made> {
  const { roundId } = await publishedRound(world);
  const application = await upForReview(world, roundId);
  const slotIds = await offeredSlots(world, roundId, slots);
  const interviewId = await offeredInterview(world, application.applicationId, panel);
  return { ...application, roundId, interviewId, slots: slotIds };
}

const addressOf = async (actor: PersonActor): Promise<string> => {
  const row = await world.db.find<{ value: string }>(
    sql`select value from identifiers where person_id = ${actor.personId}`,
  );
  return row?.value ?? '';
};

const startOf = async (slotId: string | undefined): Promise<Date> => {
  const row = await world.db.find<{ at: Date }>(sql`select starts_at as at from interview_slots where id = ${slotId}`);
  return row?.at ?? new Date(0);
};

describe('choosing a time', () => {
  it('of 100 applicants at once gives 20 times to 20 of them, and tells the others what is still free', async () => {
    const { roundId } = await publishedRound(world, { setAside: Money.parse('10000000') });
    const applications: MadeApplication[] = [];
    for (let each = 0; each < 100; each += 1) applications.push(await upForReview(world, roundId));
    const slots = await offeredSlots(world, roundId, 20);
    const offered: string[] = [];
    for (const { applicationId } of applications) offered.push(await offeredInterview(world, applicationId));
    const choose = (index: number, slotId: string): Promise<string> =>
      interviews.choose(applications[index]?.owner ?? system, offered[index] ?? '', 'choose_slot', { slotId }).then(
        () => 'chosen',
        (error: AppError) => error.code,
      );
    // Everybody wants one of the first ten.
    const first = await Promise.all(offered.map((_, index) => choose(index, slots[index % 10] ?? '')));
    expect(first.filter((outcome) => outcome === 'chosen')).toHaveLength(10);
    expect(new Set(first)).toEqual(new Set(['chosen', 'interview.slot_taken']));
    const losers = first.flatMap((outcome, index) => (outcome === 'chosen' ? [] : [index]));
    const loser = losers[0] ?? 0;
    const told = await refusal(
      interviews.choose(applications[loser]?.owner ?? system, offered[loser] ?? '', 'choose_slot', {
        slotId: slots[0] ?? '',
      }),
    );
    expect(told.kind).toBe('conflict');
    expect(String(told.params['free'])).toMatch(/^Mon, Nov 30 at 1:00 p\.m\.; /);
    const second = await Promise.all(losers.map((index, nth) => choose(index, slots[10 + (nth % 10)] ?? '')));
    expect(second.filter((outcome) => outcome === 'chosen')).toHaveLength(10);
    expect(second.filter((outcome) => outcome !== 'chosen')).toHaveLength(80);
    const [booked] = await world.db.query<{ slots: number; people: number; scheduled: number }>(sql`
      select count(interview_id)::int as slots, count(distinct interview_id)::int as people,
        (select count(*)::int from interviews where round_id = ${roundId} and state = 'scheduled') as scheduled
      from interview_slots where round_id = ${roundId}`);
    expect(booked).toEqual({ slots: 20, people: 20, scheduled: 20 });
    const last = losers.find((_, nth) => second[nth] !== 'chosen') ?? 0;
    expect(await choose(last, slots[5] ?? '')).toBe('interview.no_slot_left');
  }, 120_000);

  it('is for owners, editors and signatories of the applicant', async () => {
    const { interviewId, slots, organizationId, owner } = await made();
    const slotId = slots[0] ?? '';
    const stranger = (await made()).owner;
    expect((await refusal(interviews.choose(stranger, interviewId, 'choose_slot', { slotId }))).kind).toBe('not_found');
    const viewer = await organizationMember(world, organizationId, 'viewer');
    const barred = await refusal(interviews.choose(viewer, interviewId, 'choose_slot', { slotId }));
    expect([barred.kind, barred.code]).toEqual(['forbidden', 'interview.chosen_by_others']);
    const officer = await world.actor('program_officer');
    expect((await refusal(interviews.choose(officer, interviewId, 'choose_slot', { slotId }))).kind).toBe('forbidden');
    expect((await world.get(InterviewsTasks).tasks(owner)).map((task) => task.href)).toEqual([
      `/interviews/${interviewId}`,
    ]);
    await interviews.choose(owner, interviewId, 'choose_slot', { slotId, interpreter: 'Vietnamese', children: 2 });
    const view = await world.get(InterviewViews).one(owner, interviewId);
    expect(view).toMatchObject({ interpreter: 'Vietnamese', children: 2, heldSlotId: slotId });
    expect(await world.get(InterviewsTasks).tasks(owner)).toEqual([]);
  });

  it('of another round is refused', async () => {
    const one = await made();
    const other = await made();
    const refused = interviews.choose(one.owner, one.interviewId, 'choose_slot', { slotId: other.slots[0] ?? '' });
    expect((await refusal(refused)).fields[0]?.field).toBe('slotId');
  });

  it('can be done again until the day before, which frees the first time', async () => {
    const { interviewId, slots, owner } = await made();
    await interviews.choose(owner, interviewId, 'choose_slot', { slotId: slots[0] ?? '' });
    await interviews.choose(owner, interviewId, 'reschedule', { slotId: slots[1] ?? '' });
    const held = await world.db.query<{ id: string }>(sql`
      select id from interview_slots where interview_id = ${interviewId}`);
    expect(held).toEqual([{ id: slots[1] }]);
    const before = world.clock.now();
    world.clock.set(new Date((await startOf(slots[1])).getTime() - 60 * 60 * 1000));
    const late = await refusal(interviews.choose(owner, interviewId, 'reschedule', { slotId: slots[2] ?? '' }));
    expect(late.blockers.map(({ code }) => code)).toEqual(['interview.too_late_to_change']);
    world.clock.set(before);
  });
});

describe('the invitation', () => {
  it('goes to the chooser and the panel once, with one id for all changes, and is taken back when canceled', async () => {
    const [stays, goes] = [await world.actor('reviewer'), await world.actor('reviewer')];
    const { interviewId, slots, owner } = await made(3, [stays, goes]);
    await interviews.choose(owner, interviewId, 'choose_slot', { slotId: slots[0] ?? '' });
    await world.drain();
    await world.drain();
    const calendars = async (actor: PersonActor): Promise<string[]> =>
      (await mailsTo(world, await addressOf(actor))).flatMap(({ calendar }) => (calendar === null ? [] : [calendar]));
    expect([(await calendars(owner)).length, (await calendars(stays)).length]).toEqual([1, 1]);
    await interviews.choose(owner, interviewId, 'reschedule', { slotId: slots[1] ?? '' });
    await world.drain();
    await interviews.setPanel(system, interviewId, { panelists: [{ personId: stays.personId }] });
    await world.drain();
    await interviews.take(system, interviewId, 'cancel', { note: 'The panel cannot meet' });
    await world.drain();
    const all = await calendars(stays);
    const ids = all.map((text) => /^UID:(.+)\r?$/m.exec(text)?.[1]);
    expect(new Set(ids)).toEqual(new Set([`interview-${interviewId}@granary.test`]));
    const sequences = all.map((text) => Number(/^SEQUENCE:(\d+)/m.exec(text)?.[1]));
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(new Set(sequences).size).toBe(sequences.length);
    expect(all.at(-1)).toContain('METHOD:CANCEL');
    expect(all[0]).toContain('X-WR-TIMEZONE:America/Los_Angeles');
    expect(all[0]).toMatch(/^DTSTART:20151130T160000Z/m);
    expect((await calendars(goes)).at(-1)).toContain('METHOD:CANCEL');
    const free = await world.db.query(sql`select 1 from interview_slots where interview_id = ${interviewId}`);
    expect(free).toEqual([]);
  });
});

describe('the panel', () => {
  it('has reviewers without a conflict only, who see nothing of other panels', async () => {
    const { interviewId, applicationId } = await made();
    const reviewer = await world.actor('reviewer');
    expect((await refusal(interviews.get(reviewer, interviewId))).kind).toBe('not_found');
    await interviews.setPanel(system, interviewId, { panelists: [{ personId: reviewer.personId }] });
    expect((await interviews.get(reviewer, interviewId)).id).toBe(interviewId);
    await world.db.work(system, (work) =>
      world
        .get(Conflicts)
        .declare(work, { personId: reviewer.personId, applicationId, type: 'board', level: 'direct' }),
    );
    expect((await refusal(interviews.get(reviewer, interviewId))).kind).toBe('not_found');
    const again = interviews.setPanel(system, interviewId, { panelists: [{ personId: reviewer.personId }] });
    expect((await refusal(again)).fields[0]?.code).toBe('review.reviewer_conflicted');
  });

  it('scores what was held; its points stand beside the written ones and freeze with the panel', async () => {
    const panelist = await world.actor('reviewer');
    const { interviewId, applicationId, roundId, slots, owner } = await made(1, [panelist]);
    await submittedReview(world, roundId, applicationId, [5, 5]);
    await interviews.choose(owner, interviewId, 'choose_slot', { slotId: slots[0] ?? '' });
    const officer = await world.actor('program_officer');
    const early = await refusal(interviews.take(officer, interviewId, 'hold', {}));
    expect(early.blockers.map(({ code }) => code)).toEqual(['interview.not_yet_begun']);
    const scores = (await readRubric(world.db, roundId)).map(({ id }) => ({
      ...{ criterionId: id, score: 3, reason: 'Answered well.' },
    }));
    expect((await refusal(interviews.score(panelist, interviewId, { scores }))).code).toBe(
      'interview.scored_once_held',
    );
    const before = world.clock.now();
    world.clock.set(new Date((await startOf(slots[0])).getTime() + 60 * 60 * 1000));
    await interviews.take(officer, interviewId, 'hold', {});
    const partial = interviews.score(panelist, interviewId, { scores: scores.slice(1) });
    expect((await refusal(partial)).fields[0]?.code).toBe('interview.score_each_criterion');
    await interviews.score(panelist, interviewId, { scores });
    const [line] = await readRanking(world.db, roundId);
    expect(line).toMatchObject({ points: 1000, interviewPoints: 600 });
    expect((await world.get(InterviewViews).one(owner, interviewId)).scores).toEqual([]);
    await world.get(Reviews).closePanel(officer, roundId);
    expect((await refusal(interviews.score(panelist, interviewId, { scores }))).code).toBe('review.panel_closed');
    const raw = world.db.work(system, (work) => work.query(sql`update interview_scores set score = 5`));
    await expect(raw).rejects.toThrow('do not change');
    world.clock.set(before);
  });
});

describe('offering times', () => {
  it('is for the officer, never in the past or twice, and a chosen time stays', async () => {
    const { roundId, interviewId, slots, owner } = await made(2);
    const panels = world.get(InterviewPanels);
    const slot = { date: '2015-12-01', time: '9:00', minutes: 20, place: 'Room 3' };
    const reviewer = await world.actor('reviewer');
    expect((await refusal(panels.addSlots(reviewer, roundId, { slots: [slot] }))).kind).toBe('forbidden');
    const past = panels.addSlots(system, roundId, { slots: [{ ...slot, date: '2015-11-09' }] });
    expect((await refusal(past)).fields[0]?.field).toBe('slots[0].date');
    await panels.addSlots(system, roundId, { slots: [slot] });
    expect((await refusal(panels.addSlots(system, roundId, { slots: [slot] }))).fields[0]?.code).toBe(
      'interview.slot_twice',
    );
    await interviews.choose(owner, interviewId, 'choose_slot', { slotId: slots[0] ?? '' });
    expect((await refusal(panels.removeSlot(system, slots[0] ?? ''))).code).toBe('interview.slot_is_chosen');
    await panels.removeSlot(system, slots[1] ?? '');
  });

  it('comes before inviting, and an applicant is invited once', async () => {
    const { roundId } = await publishedRound(world);
    const { applicationId } = await upForReview(world, roundId);
    expect((await refusal(interviews.offer(system, { applicationId }))).code).toBe('interview.needs_slots');
    await offeredSlots(world, roundId, 1);
    await interviews.offer(system, { applicationId });
    expect((await refusal(interviews.offer(system, { applicationId }))).fields[0]?.code).toBe(
      'interview.invited_already',
    );
  });
});
