/**
 * The round that asks for a first idea: nine questions on a telephone, three questions about who can apply before them,
 * letters of intent; and one begun answer of the demonstration's applicant.
 */
import { Answers } from '../features/applications/index.js';
import { Eligibility, RoundSetUp } from '../features/rounds/index.js';
import { LettersOfIntent } from '../features/screening/index.js';
import { type Cast, MAIN_APPLICANT } from './people.js';
import type { DemoRound } from './program.js';
import { applicationKey, begin, openRound } from './rounds.js';
import type { Story } from './story.js';

/** Gives the date so many days after the day the demonstration is made, before it when negative. */
type Day = (days: number) => string;

export function ideasRound(day: Day): DemoRound {
  return {
    ...{ key: 'ns5', number: 'NS-5', name: 'Neighborhood ideas', kind: 'rfi', setAside: 200_000 },
    purpose: 'Tell us in nine questions what families near you ask for. Nothing that you write here binds you.',
    ...{ floor: 5_000, ceiling: 50_000, mostAwards: 4, whoMayLead: ['community_organization'] },
    ...{ opensOn: day(-10), dueOn: day(35), reviewOn: day(40), committeeOn: day(70) },
    ...{ offerOn: day(75), signOn: day(85), startsOn: day(100), endsOn: day(400) },
    ...{ partnersMustConfirm: true, awards: [], declined: [] },
  };
}

const RULES = [
  {
    ...{ key: 'registered', question: 'Is your organization registered as a nonprofit, or a part of one?' },
    ...{ kind: 'yes_no', is: 'equal', value: 'yes' },
    why: 'We can only pay an organization that is registered, or one that a registered one answers for.',
  },
  {
    ...{ key: 'works_where', question: 'Where do you work with families?', kind: 'choice' },
    choices: 'South King County\nSeattle\nSomewhere else',
    ...{ is: 'one_of', value: 'South King County\nSeattle' },
    why: 'This money is for families of our districts: South King County and Seattle.',
  },
  {
    ...{ key: 'paid_staff', question: 'How many people do you pay?', kind: 'number' },
    ...{ help: 'Count everybody, part-time too.', is: 'at_most', value: '50' },
    why: 'This round is for small organizations, with at most 50 people on the payroll.',
  },
];

/** `form` is the key of the published form that it asks. */
export function tellIdeas(story: Story, cast: Cast, { day, form }: { day: Day; form: string }): void {
  const round = ideasRound(day);
  const officer = cast.of('program_officer');
  openRound(story, cast, round, {
    takesLettersOfIntent: true,
    milestones: [
      { kind: 'info_session', happensOn: day(4), startsAt: '17:30', place: 'Renton library, and by telephone' },
      { kind: 'letter_of_intent', happensOn: day(15) },
      { kind: 'questions_until', happensOn: day(28) },
    ],
    prepare: async (id) => {
      const setUp = story.get(RoundSetUp);
      const formVersionId = story.id(form);
      await story.step('round:ns5:form', () => setUp.chooseForm(officer, id, { formVersionId }));
      await story.step('round:ns5:eligibility', () => setUp.setEligibility(officer, id, { rules: RULES }));
    },
  });
  story.on(day(-5), '20:40', () => beginOne(story, cast, round));
  story.on(day(-4), '12:15', () => announceOne(story, cast));
}

/** Half of the questions answered: the rest waits for its author. */
async function beginOne(story: Story, cast: Cast, round: DemoRound): Promise<void> {
  const author = cast.applicant(MAIN_APPLICANT.name);
  const organizationId = story.id(`organization:${MAIN_APPLICANT.name}`);
  const entry = { title: 'Homework at the laundromat', organization: MAIN_APPLICANT.name };
  const checked = { registered: 'yes', works_where: 'South King County', paid_staff: '7' };
  await story.step('ns5:check', () =>
    story.get(Eligibility).check(author, story.id(`round:${round.key}`), checked, organizationId),
  );
  const id = await begin(story, round, entry, author);
  const summary =
    'On Tuesdays and Thursdays two tutors sit in the laundromat on Fourth Avenue, where forty families wait for an hour anyway. Children do their homework; parents ask about school in Somali, Spanish and Vietnamese.';
  await story.step(`${applicationKey(round, entry)}:answers`, () =>
    story.get(Answers).save(author, id, [
      { key: 'summary', value: summary, version: 0 },
      { key: 'districts', value: [{ district: 'Highline', share: '100' }], version: 0 },
      { key: 'works_today', value: true, version: 0 },
      { key: 'need', value: '38500.00', version: 0 },
    ]),
  );
}

async function announceOne(story: Story, cast: Cast): Promise<void> {
  const organization = 'Community organization D';
  await story.make('letter:ns5', () =>
    story.get(LettersOfIntent).send(cast.applicant(organization), {
      ...{ roundId: story.id('round:ns5'), organizationId: story.id(`organization:${organization}`) },
      title: 'Grandparents who read',
      summary: 'Grandparents read with first graders in their own language, one afternoon a week.',
    }),
  );
}
