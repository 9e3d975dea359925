/** A round from its set-up to its ranking: published, applied to, screened, reviewed and, in the last one, interviewed. */
import { Applications, ApplicationSections } from '../features/applications/index.js';
import { InterviewPanels, Interviews } from '../features/interviews/index.js';
import { Reviews } from '../features/reviews/index.js';
import { readRubric, Rounds } from '../features/rounds/index.js';
import type { PersonActor } from '../kernel/actor.js';
import { Money } from '../kernel/money.js';
import type { Cast } from './people.js';
import type { DemoAward, DemoRound } from './program.js';
import { CRITERIA } from './rubric.js';
import type { Story } from './story.js';

export const dollars = (amount: number): Money => Money.parse(String(amount));

/** What an organization sends in; the awarded ones say more of themselves. */
export type Entry = Pick<DemoAward, 'title' | 'organization' | 'district' | 'amount' | 'scores'> &
  Partial<Pick<DemoAward, 'summary' | 'schools' | 'partners' | 'budget'>>;

const PLAIN_BUDGET = [
  ['Salaries and benefits', 60],
  ['Program supplies', 16],
  ['Partner services', 24],
] as const;

export const entriesOf = ({ awards, declined }: DemoRound): Entry[] => [...awards, ...declined];
export const applicationKey = (round: DemoRound, entry: Pick<Entry, 'title'>): string =>
  `application:${round.key}:${entry.title}`;

export interface RoundExtras {
  readonly takesLettersOfIntent?: boolean;
  readonly milestones?: NonNullable<Parameters<Rounds['create']>[1]['milestones']>;
  /** What else is set up before it is published. */
  readonly prepare?: (id: string) => Promise<void>;
}

/** Set up and published two weeks before it opens. */
export function openRound(story: Story, cast: Cast, round: DemoRound, extras: RoundExtras = {}): void {
  const officer = cast.of('program_officer');
  const rounds = story.get(Rounds);
  const key = `round:${round.key}`;
  story.on(story.calendar.addDays(round.opensOn, -14), '10:00', async () => {
    const id = await story.make(key, () =>
      rounds.create(officer, {
        poolId: story.id(`pool:${round.key}`),
        number: round.number,
        name: round.name,
        kind: round.kind,
        purpose:
          round.purpose ?? 'Partnerships of schools and community organizations that already know their families.',
        opensOn: round.opensOn,
        opensTime: '09:00',
        dueOn: round.dueOn,
        dueTime: '17:00',
        graceMinutes: 15,
        floor: dollars(round.floor),
        ceiling: dollars(round.ceiling),
        awardsAtMost: round.mostAwards,
        gates: '1',
        whoMayLead: [...round.whoMayLead],
        partnersMustConfirm: round.partnersMustConfirm ?? false,
        takesLettersOfIntent: extras.takesLettersOfIntent ?? false,
        milestones: [...(extras.milestones ?? []), { kind: 'committee', happensOn: round.committeeOn }],
      }),
    );
    await extras.prepare?.(id);
    await story.step(`${key}:rubric`, () => rounds.setRubric(officer, id, { criteria: CRITERIA.map(criterionOf) }));
    await story.step(`${key}:publish`, () => rounds.take(officer, id, 'publish', {}));
  });
}

function criterionOf({ name, question, weight, low, high }: (typeof CRITERIA)[number]): CriterionTerms {
  return { name, question, weight, scaleMax: 5, anchorLow: low, anchorHigh: high };
}

interface CriterionTerms {
  readonly name: string;
  readonly question: string;
  readonly weight: number;
  readonly scaleMax: number;
  readonly anchorLow: string;
  readonly anchorHigh: string;
}

/** Begun when the round opens, written section by section, and sent in its last days. */
export function apply(story: Story, cast: Cast, round: DemoRound, entries: readonly Entry[]): void {
  entries.forEach((entry, index) => {
    const author = cast.applicant(entry.organization);
    const key = applicationKey(round, entry);
    story.on(story.calendar.addDays(round.opensOn, 3 + index), '09:30', () => write(story, round, entry, author));
    story.on(story.calendar.addDays(round.dueOn, -1 - (index % 4)), `1${index % 6}:20`, async () => {
      await story.step(`${key}:submit`, () => story.get(Applications).submit(author, story.id(key), {}));
    });
  });
}

/** A draft with everything a submission needs. */
export async function write(story: Story, round: DemoRound, entry: Entry, author: PersonActor): Promise<void> {
  const key = applicationKey(round, entry);
  const sections = story.get(ApplicationSections);
  const id = await begin(story, round, entry, author);
  const { title, partners = [], schools = [], amount } = entry;
  const requested = dollars(amount);
  const budget = entry.budget ?? PLAIN_BUDGET;
  // Budgets are written in whole dollars.
  const parts = Money.ofCents(amount)
    .allocate(budget.map(([, weight]) => weight))
    .map((part) => dollars(Number(part.cents)));
  await story.step(`${key}:budget`, () =>
    sections.saveBudget(author, id, {
      requested,
      lines: budget.map(([category], index) => ({ category, amount: parts[index] ?? Money.zero })),
    }),
  );
  if (partners.length > 0) {
    const lines = partners.map(({ name, role, level }) => ({ name, role, level }));
    await story.step(`${key}:partners`, () => sections.savePartners(author, id, { partners: lines }));
  }
  const summary = entry.summary ?? `${title}: time and people for students after school, with their families.`;
  await saveSummary(story, key, author, { ...entry, summary, schools });
}

/** Begins an application and gives its id. */
export async function begin(
  story: Story,
  round: DemoRound,
  entry: Pick<Entry, 'title' | 'organization'>,
  author: PersonActor,
): Promise<string> {
  const { title, organization } = entry;
  const input = { roundId: story.id(`round:${round.key}`), organizationId: story.id(`organization:${organization}`) };
  const key = applicationKey(round, entry);
  return story.make(key, () => story.get(Applications).create(author, { ...input, title }));
}

export async function saveSummary(story: Story, key: string, author: PersonActor, entry: Entry): Promise<void> {
  const { title, summary, schools = [], district } = entry;
  const districts = [{ district, share: 10_000 }];
  await story.step(`${key}:summary`, () =>
    story.get(ApplicationSections).saveSummary(author, story.id(key), {
      ...{ title, summary, districts },
      ...(schools.length > 0 && { schools: schools.join('\n') }),
    }),
  );
}

/** After the deadline: screened in, and given to two reviewers of the panel in turn. */
export function screen(story: Story, cast: Cast, round: DemoRound): void {
  const officer = cast.of('program_officer');
  const key = `round:${round.key}`;
  story.on(round.reviewOn, '09:00', async () => {
    await story.step(`${key}:begin_review`, () => story.get(Rounds).take(officer, story.id(key), 'begin_review', {}));
    for (const [index, entry] of entriesOf(round).entries()) {
      const id = story.id(applicationKey(round, entry));
      await story.step(`${applicationKey(round, entry)}:screen_in`, () =>
        story.get(Applications).take(officer, id, 'screen_in', {}),
      );
      for (const reviewer of panelOf(cast, index)) {
        const input = { applicationId: id, reviewerId: reviewer.personId };
        const dueOn = story.calendar.addDays(round.reviewOn, 10);
        await story.make(reviewKey(round, entry, reviewer), () =>
          story.get(Reviews).assign(officer, story.id(key), { ...input, dueOn }),
        );
      }
    }
  });
}

export function panelOf(cast: Cast, index: number): PersonActor[] {
  return cast.reviewers.filter((_, number) => number !== index % 3);
}

const reviewKey = (round: DemoRound, entry: Entry, reviewer: PersonActor): string =>
  `review:${applicationKey(round, entry)}:${reviewer.name}`;

/** All reviews come in within a week; the panel closes once the interviews are over too. */
export function review(story: Story, cast: Cast, round: DemoRound): void {
  story.on(story.calendar.addDays(round.reviewOn, 7), '14:00', async () => {
    for (const [index, entry] of entriesOf(round).entries()) {
      for (const reviewer of panelOf(cast, index)) await submitReview(story, round, entry, reviewer);
    }
  });
  const closesOn = story.calendar.addDays(round.interviewsOn ?? story.calendar.addDays(round.reviewOn, 8), 1);
  story.on(closesOn, '16:00', async () => {
    const id = story.id(`round:${round.key}`);
    const officer = cast.of('program_officer');
    await story.step(`round:${round.key}:close_panel`, () => story.get(Reviews).closePanel(officer, id));
  });
}

const REASONS = [
  'Told with examples; a partner could say the same of it.',
  'Families and students are named as those who chose it.',
  'Dates, people and a measure for each step.',
  'Costs follow from the plan.',
] as const;

export async function submitReview(story: Story, round: DemoRound, entry: Entry, reviewer: PersonActor): Promise<void> {
  const rubric = await readRubric(story.db, story.id(`round:${round.key}`));
  const key = reviewKey(round, entry, reviewer);
  // The second reader of each is a little stricter about the budget.
  const strict = reviewer.name.endsWith('2') ? 1 : 0;
  const scores = rubric.map(({ id }, index) => {
    const given = entry.scores[index] ?? 3;
    return { criterionId: id, score: index === 3 ? Math.max(given - strict, 1) : given, reason: REASONS[index] };
  });
  await story.step(`${key}:submit`, () =>
    story.get(Reviews).submit(reviewer, story.id(key), { recommended: dollars(entry.amount), scores }),
  );
}

/** Half an hour with each applicant: times offered, chosen, held and scored. */
export function interview(story: Story, cast: Cast, round: DemoRound): void {
  const { interviewsOn } = round;
  if (interviewsOn === undefined) return;
  const officer = cast.of('program_officer');
  const interviews = story.get(Interviews);
  const entries = entriesOf(round);
  const keyOf = (entry: Entry): string => `interview:${applicationKey(round, entry)}`;
  let slots: string[] = [];
  story.on(story.calendar.addDays(round.reviewOn, 2), '10:00', async () => {
    const times = entries.map(
      (_, index) => `${String(9 + Math.floor(index / 2)).padStart(2, '0')}:${index % 2 === 0 ? '00' : '30'}`,
    );
    const offered = times.map((time) => ({ date: interviewsOn, time, minutes: 30, place: 'Renton, room 2' }));
    const key = `round:${round.key}:slots`;
    const id = story.id(`round:${round.key}`);
    slots = (await story.step(key, () => story.get(InterviewPanels).addSlots(officer, id, { slots: offered }))).ids;
    for (const entry of entries) {
      const input = {
        applicationId: story.id(applicationKey(round, entry)),
        questions: 'Who chose the focus? How are decisions shared?',
        panelists: cast.reviewers.slice(0, 2).map(({ personId }) => ({ personId })),
      };
      await story.make(keyOf(entry), () => interviews.offer(officer, input));
    }
  });
  story.on(story.calendar.addDays(round.reviewOn, 4), '11:00', async () => {
    for (const [index, entry] of entries.entries()) {
      const author = cast.applicant(entry.organization);
      const input = { slotId: slots[index] ?? '' };
      await story.step(`${keyOf(entry)}:choose`, () =>
        interviews.choose(author, story.id(keyOf(entry)), 'choose_slot', input),
      );
    }
  });
  story.on(interviewsOn, '16:00', async () => {
    const rubric = await readRubric(story.db, story.id(`round:${round.key}`));
    for (const entry of entries) {
      const id = story.id(keyOf(entry));
      await story.step(`${keyOf(entry)}:hold`, () => interviews.take(officer, id, 'hold', {}));
      const scores = rubric.map((criterion, index) => {
        return { criterionId: criterion.id, score: entry.scores[index] ?? 3, reason: 'Answered with examples.' };
      });
      for (const panelist of cast.reviewers.slice(0, 2)) {
        await story.step(`${keyOf(entry)}:${panelist.name}`, () => interviews.score(panelist, id, { scores }));
      }
    }
  });
}
