/** Meetings and motions for tests: a committee in session, and awards that carried, all by the real use cases. */
import { ApplicationSections, Applications } from '../../src/features/applications/index.js';
import { BudgetInput, SummaryInput } from '../../src/features/applications/application.input.js';
import { Meetings, Motions, Votes } from '../../src/features/decisions/index.js';
import {
  AttendanceInput,
  DocketItemInput,
  MeetingInput,
  MotionInput,
} from '../../src/features/decisions/decisions.input.js';
import { Rounds } from '../../src/features/rounds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import type { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import type { World } from '../support/world.js';
import { organization } from './organizations.js';
import { beginReview, type MadeRound, publishedRound, type RoundOptions } from './rounds.js';

const system = systemActor('test');
let count = 0;

export interface Session {
  readonly meetingId: string;
  readonly docketItemId: string;
  /** All of them present. */
  readonly members: readonly PersonActor[];
  readonly clerk: PersonActor;
}

export interface RoundForDecision extends MadeRound {
  readonly applicationIds: readonly string[];
  readonly organizationIds: readonly string[];
}

/** A round in which these amounts are asked for, each by an organization of its own, ready for the committee. */
export async function roundForDecision(
  world: World,
  asked: readonly Money[],
  options: RoundOptions = {},
): Promise<RoundForDecision> {
  const round = await publishedRound(world, options);
  const applicationIds: string[] = [];
  const organizationIds: string[] = [];
  for (const { applicationId, organizationId } of await Promise.all(
    asked.map((amount) => sentApplication(world, round.roundId, amount)),
  )) {
    applicationIds.push(applicationId);
    organizationIds.push(organizationId);
  }
  await beginReview(world, round.roundId);
  await Promise.all(applicationIds.map((id) => world.get(Applications).take(system, id, 'screen_in', {})));
  await world.get(Rounds).take(system, round.roundId, 'begin_decisions', {});
  return { ...round, applicationIds, organizationIds };
}

async function sentApplication(
  world: World,
  roundId: string,
  amount: Money,
): Promise<{ applicationId: string; organizationId: string }> {
  const title = `Application ${(count += 1)}`;
  await world.db.work(system, async (work) => {
    await work.query(sql`
      insert into districts (id, version, created_at, name, position)
      values (${newId()}, 1, ${work.now}, 'Kent', 1) on conflict do nothing`);
    return null;
  });
  const { id: organizationId } = await organization(world);
  const { id } = await world.get(Applications).create(system, { roundId, organizationId, title });
  const sections = world.get(ApplicationSections);
  const districts = [{ district: 'Kent', share: 10_000 }];
  await sections.saveSummary(system, id, Object.assign(new SummaryInput(), { title, summary: 'Reading.', districts }));
  const lines = [{ category: 'Personnel', description: 'Tutors', amount }];
  await sections.saveBudget(system, id, Object.assign(new BudgetInput(), { requested: amount, lines }));
  await world.get(Applications).submit(system, id, {});
  return { applicationId: id, organizationId };
}

/** A meeting of the fund's committee in session, with the round on its docket and every member present. */
export async function sessionOn(
  world: World,
  round: { readonly roundId: string; readonly fundId: string },
  options: { readonly members?: number; readonly recusedCount?: boolean; readonly seats?: readonly PersonActor[] } = {},
): Promise<Session> {
  const scope = { scopeKind: 'fund', scopeId: round.fundId } as const;
  const members: PersonActor[] = [...(options.seats ?? [])];
  while (members.length < (options.members ?? 3)) members.push(await world.actor('committee_member', scope));
  const clerk = await world.actor('clerk', scope);
  const meetings = world.get(Meetings);
  count += 1;
  const input = {
    name: `Committee, meeting ${count}`,
    fundId: round.fundId,
    heldOn: world.db.today,
    heldTime: '15:00',
    recusedCount: options.recusedCount,
  };
  const { id: meetingId } = await meetings.create(clerk, Object.assign(new MeetingInput(), input));
  const item = { roundId: round.roundId, selectionMethod: 'ranking_only', recommendation: 'Award the first.' };
  const { id: docketItemId } = await meetings.addItem(clerk, meetingId, Object.assign(new DocketItemInput(), item));
  await meetings.take(clerk, meetingId, 'give_notice', {});
  await meetings.open(clerk, meetingId, {});
  await markPresent(world, meetingId, members);
  return { meetingId, docketItemId, members, clerk };
}

/** Records these members as present; the others stay as they were. */
export async function markPresent(
  world: World,
  meetingId: string,
  members: readonly PersonActor[],
  present = true,
): Promise<void> {
  const lines = members.map(({ personId }) => ({ personId, present }));
  const input = Object.assign(new AttendanceInput(), { members: lines });
  await world.get(Meetings).recordAttendance(system, meetingId, input);
}

/** A motion of the first two members. */
export async function motionOf(world: World, session: Session, given: Partial<MotionInput>): Promise<string> {
  const [mover, seconder] = session.members;
  const input = Object.assign(new MotionInput(), {
    kind: 'award',
    docketItemId: session.docketItemId,
    text: 'Award as recommended.',
    moverId: mover?.personId,
    seconderId: seconder?.personId,
    ...given,
  });
  const { id } = await world.get(Motions).create(session.clerk, session.meetingId, input);
  return id;
}

/** Everybody votes aye and the clerk closes the vote. */
export async function carry(world: World, session: Session, motionId: string): Promise<string> {
  for (const member of session.members) await world.get(Votes).vote(member, motionId, { choice: 'aye' });
  return (await world.get(Votes).closeVote(session.clerk, motionId, {})).state;
}

/** The committee awards this application this amount. Takes its round up to decisions first, where it is not there yet. */
export async function carriedAward(
  world: World,
  { applicationId, amount }: { readonly applicationId: string; readonly amount: Money },
): Promise<{ motionId: string; meetingId: string; motionNumber: string }> {
  const [found] = await world.db.query<{ roundId: string; fundId: string; state: string; round: string }>(sql`
    select a.round_id as "roundId", a.fund_id as "fundId", a.state, r.state as round
    from applications a join rounds r on r.id = a.round_id where a.id = ${applicationId}`);
  if (found === undefined) throw new Error('There is no such application');
  if (found.round === 'published') await beginReview(world, found.roundId);
  if (found.state === 'submitted') await world.get(Applications).take(system, applicationId, 'screen_in', {});
  if (['published', 'reviewing'].includes(found.round)) {
    await world.get(Rounds).take(system, found.roundId, 'begin_decisions', {});
  }
  const session = await sessionOn(world, found);
  const items = [{ applicationId, amount }];
  const motionId = await motionOf(world, session, { items, factor: 'The only one before the committee.' });
  await carry(world, session, motionId);
  const motion = await world.get(Motions).get(system, motionId);
  return { motionId, meetingId: session.meetingId, motionNumber: motion.number };
}
