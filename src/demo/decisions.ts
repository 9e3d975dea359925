/** The committee's evening about a round: notice, roll, motions with their votes, and the minutes afterwards. */
import { Meetings, Motions, Votes } from '../features/decisions/index.js';
import { Rounds } from '../features/rounds/index.js';
import { AppError } from '../kernel/errors.js';
import { Money } from '../kernel/money.js';
import { sql } from '../platform/database/sql.js';
import type { Cast } from './people.js';
import type { DemoRound } from './program.js';
import { applicationKey, dollars, type Entry } from './rounds.js';
import type { Story } from './story.js';

type MotionTerms = Omit<Parameters<Motions['create']>[2], 'moverId' | 'seconderId' | 'docketItemId'>;

const ABSENT = 1;

/** A week before the meeting the round is handed over and notice is given. */
export function callMeeting(
  story: Story,
  cast: Cast,
  round: DemoRound,
  { fund, heldTime = '15:00' }: { readonly fund: string; readonly heldTime?: string },
): void {
  const clerk = cast.of('clerk');
  const meetings = story.get(Meetings);
  const key = `meeting:${round.key}`;
  story.on(story.calendar.addDays(round.committeeOn, -7), '09:00', async () => {
    const roundId = story.id(`round:${round.key}`);
    await story.step(`round:${round.key}:begin_decisions`, () =>
      story.get(Rounds).take(cast.of('program_officer'), roundId, 'begin_decisions', {}),
    );
    const id = await story.make(key, () =>
      meetings.create(clerk, {
        name: `Executive Committee, ${round.name}`,
        fundId: story.id(`fund:${fund}`),
        heldOn: round.committeeOn,
        heldTime,
        place: 'Renton, board room',
      }),
    );
    const asked = Money.sum(round.awards.map((each) => dollars(each.amount)));
    const docket = {
      roundId,
      selectionMethod: round.interviewsOn === undefined ? 'ranking_only' : 'ranking_with_factors',
      recommendation: `Award the first ${round.awards.length} of the ranking, ${asked.format()} together.`,
    };
    await story.make(`docket:${round.key}`, () => meetings.addItem(clerk, id, docket));
    await story.step(`${key}:give_notice`, () => meetings.take(clerk, id, 'give_notice', {}));
  });
}

/** Opens the meeting and calls the roll; one member is away. */
export async function openMeeting(story: Story, cast: Cast, round: DemoRound): Promise<void> {
  const clerk = cast.of('clerk');
  const meetings = story.get(Meetings);
  const key = `meeting:${round.key}`;
  const id = story.id(key);
  await story.step(`${key}:open`, () => meetings.open(clerk, id, {}));
  const present = presentOf(cast).map(({ personId }) => ({ personId, present: true }));
  await story.step(`${key}:roll`, () => meetings.recordAttendance(clerk, id, { members: present }));
}

export const presentOf = (cast: Cast): Cast['committee'] => cast.committee.slice(0, cast.committee.length - ABSENT);

/** Records a motion that two members made. */
export async function move(
  story: Story,
  cast: Cast,
  round: DemoRound,
  motion: MotionTerms & { readonly step: string },
): Promise<string> {
  const { step, ...terms } = motion;
  const [mover, seconder] = presentOf(cast);
  return story.make(`motion:${round.key}:${step}`, () =>
    story.get(Motions).create(cast.of('clerk'), story.id(`meeting:${round.key}`), {
      ...terms,
      docketItemId: story.id(`docket:${round.key}`),
      moverId: mover?.personId ?? '',
      seconderId: seconder?.personId ?? '',
    }),
  );
}

/** Everybody present votes aye, and the clerk counts. */
async function carry(
  story: Story,
  cast: Cast,
  round: DemoRound,
  motion: MotionTerms & { step: string },
): Promise<void> {
  const id = await move(story, cast, round, motion);
  const key = `motion:${round.key}:${motion.step}`;
  for (const member of presentOf(cast)) {
    await story.step(`${key}:vote`, () => story.get(Votes).vote(member, id, { choice: 'aye' }));
  }
  const { state } = await story.step(`${key}:close`, () => story.get(Votes).closeVote(cast.of('clerk'), id, {}));
  if (state !== 'carried') throw new Error(`The demo's motion ${key} did not carry`);
}

/** The whole meeting: awards, after a raise where they are more than is set aside; then those that are not funded. */
export function decide(story: Story, cast: Cast, round: DemoRound, source: string): void {
  const clerk = cast.of('clerk');
  const meetings = story.get(Meetings);
  const key = `meeting:${round.key}`;
  const item = ({ amount, ...entry }: Entry): { applicationId: string; amount: Money } => ({
    applicationId: story.id(applicationKey(round, entry)),
    amount: dollars(amount),
  });
  story.on(round.committeeOn, '15:05', async () => {
    await openMeeting(story, cast, round);
    const award: MotionTerms & { step: string } = {
      ...{ step: 'award', kind: 'award', text: 'To award as recommended by the panel.', items: round.awards.map(item) },
      ...(round.interviewsOn !== undefined && { factor: 'Return on investment and scalability, heard in interviews.' }),
    };
    const over = round.awards.reduce((sum, each) => sum + each.amount, 0) - round.setAside;
    if (over > 0) {
      const isRaised = await story.isTaken(`motion:${round.key}:raise:close`);
      if (!isRaised) await refused(() => move(story, cast, round, { ...award, step: 'award-over' }));
      await carry(story, cast, round, {
        ...{ step: 'raise', kind: 'raise_set_aside', sourceId: story.id(`source:${source}`), amount: dollars(over) },
        text: `To raise what is set aside for ${round.name} by ${dollars(over).format()}.`,
      });
    }
    await carry(story, cast, round, award);
    if (round.declined.length > 0) {
      const items = round.declined.map((each) => ({ applicationId: item(each).applicationId }));
      await carry(story, cast, round, { step: 'decline', kind: 'decline', text: 'To fund no others.', items });
    }
    await story.step(`${key}:adjourn`, () => meetings.take(clerk, story.id(key), 'adjourn', {}));
    await knowAwards(story, round);
  });
  story.on(story.calendar.addDays(round.committeeOn, 21), '10:00', async () => {
    await story.step(`${key}:approve_minutes`, () => meetings.take(clerk, story.id(key), 'approve_minutes', {}));
    const officer = cast.of('program_officer');
    const roundId = story.id(`round:${round.key}`);
    await story.step(`round:${round.key}:complete`, () => story.get(Rounds).take(officer, roundId, 'complete', {}));
  });
}

/** More than is set aside cannot even be moved. */
async function refused(attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof AppError) return;
    throw error;
  }
  throw new Error('The demo promised more than was set aside');
}

/** The awards that the carried motion drew up. */
async function knowAwards(story: Story, round: DemoRound): Promise<void> {
  for (const award of round.awards) {
    const applicationId = story.id(applicationKey(round, award));
    const row = await story.db.find<{ id: string }>(sql`select id from awards where application_id = ${applicationId}`);
    story.know(`award:${award.key}`, row?.id ?? '');
  }
}
