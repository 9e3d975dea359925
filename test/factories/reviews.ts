/** Applications up for review, reviews and interviews for tests, made by the real use cases. */
import { InterviewPanels, Interviews } from '../../src/features/interviews/index.js';
import { Reviews } from '../../src/features/reviews/index.js';
import { readRubric } from '../../src/features/rounds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import type { World } from '../support/world.js';
import { eligibleApplication, type MadeApplication } from './applications.js';

const system = systemActor('test');

/** An application of this round that was screened in and asks for $20,000 unless told. */
export async function upForReview(
  world: World,
  roundId: string,
  options: { readonly requested?: Money } = {},
): Promise<MadeApplication> {
  return eligibleApplication(world, { roundId, requested: options.requested ?? Money.ofCents(2_000_000) });
}

/** Assigns a review; the reviewer holds the role for the agency when none is given. */
export async function assignedReview(
  world: World,
  roundId: string,
  applicationId: string,
  given?: PersonActor,
): Promise<{ reviewId: string; reviewer: PersonActor }> {
  const reviewer = given ?? (await world.actor('reviewer'));
  const input = { applicationId, reviewerId: reviewer.personId };
  const { id: reviewId } = await world.get(Reviews).assign(system, roundId, input);
  return { reviewId, reviewer };
}

/** A submitted review with these scores in the order of the rubric. */
export async function submittedReview(
  world: World,
  roundId: string,
  applicationId: string,
  scores: readonly number[],
  options: { readonly reviewer?: PersonActor; readonly recommended?: Money } = {},
): Promise<{ reviewId: string; reviewer: PersonActor }> {
  const made = await assignedReview(world, roundId, applicationId, options.reviewer);
  const rubric = await readRubric(world.db, roundId);
  await world.get(Reviews).submit(made.reviewer, made.reviewId, {
    recommended: options.recommended ?? Money.ofCents(100),
    scores: rubric.map(({ id }, index) => ({ criterionId: id, score: scores[index] ?? 1, reason: 'Told with proof.' })),
  });
  return made;
}

/** Offers this many times on one day, half an hour apart, 20 days from now. */
export async function offeredSlots(world: World, roundId: string, slots: number): Promise<string[]> {
  const date = world.db.currentCalendar.addDays(world.db.today, 20);
  const { ids } = await world.get(InterviewPanels).addSlots(system, roundId, {
    slots: Array.from({ length: slots }, (_, index) => ({
      ...{ date, minutes: 30, place: 'Room 2' },
      time: `${String(8 + Math.floor(index / 2)).padStart(2, '0')}:${index % 2 === 0 ? '00' : '30'}`,
    })),
  });
  return ids;
}

/** An interview that is offered, with this panel. */
export async function offeredInterview(
  world: World,
  applicationId: string,
  panel: readonly PersonActor[] = [],
): Promise<string> {
  const panelists = panel.map(({ personId }) => ({ personId }));
  const { id } = await world.get(Interviews).offer(system, { applicationId, panelists });
  return id;
}

/** What was mailed to this address, oldest first. */
export async function mailsTo(world: World, address: string): Promise<{ subject: string; calendar: string | null }[]> {
  return world.db.query(sql`select subject, calendar from mails where recipient = ${address} order by created_at, id`);
}
