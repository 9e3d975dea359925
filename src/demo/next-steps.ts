/**
 * The fictitious second part, dated by the day the demonstration is made: a round that is paid, one before the
 * committee, one in review and one that takes applications, so that everybody has something real to do.
 */
import { Applications } from '../features/applications/index.js';
import { Votes } from '../features/decisions/index.js';
import { Sources } from '../features/funds/index.js';
import { accept, countersign, offer } from './awards.js';
import { tellCollaboratives } from './collaboratives.js';
import { callMeeting, decide, move, openMeeting, presentOf } from './decisions.js';
import { batch, request } from './money.js';
import { tellForms } from './form-samples.js';
import { ideasRound, tellIdeas } from './ideas.js';
import { openDay } from './open-day.js';
import { type Cast, MAIN_APPLICANT } from './people.js';
import { cbo, type DemoAward, type DemoRound } from './program.js';
import {
  applicationKey,
  apply,
  begin,
  dollars,
  openRound,
  panelOf,
  review,
  saveSummary,
  screen,
  submitReview,
  write,
} from './rounds.js';
import { makeFund, recordGift } from './setting.js';
import type { Story } from './story.js';
import { tellTalk } from './talk.js';
import { tellTeam } from './team.js';
import { tellTrust } from './trust.js';

/** Gives the date so many days after the day the demonstration is made, before it when negative. */
type Day = (days: number) => string;

const FUND = 'next-steps';
const SOURCE = 'next-steps';
const halfHourBefore = (instant: Date): Date => new Date(instant.getTime() - 30 * 60_000);

const ENTRIES = {
  evenings: cbo('evenings', 'Family learning evenings', MAIN_APPLICANT.name, 'Highline', 180_000, {
    scores: [5, 5, 4, 5],
    partners: [{ name: 'Community organization E', role: 'Childcare', level: 'collaborative' }],
  }),
  reading: cbo('reading', 'Reading with grandparents', 'Community organization D', 'Renton', 140_000, {
    scores: [5, 4, 4, 5],
  }),
  bridge: cbo('bridge', 'Bridge to ninth grade', 'Community organization A', 'Kent', 150_000, { scores: [4, 4, 4, 5] }),
} as const;

const asked = (
  title: string,
  organization: string,
  district: string,
  amount: number,
  scores: readonly number[],
): DemoAward => cbo(title, title, organization, district, amount, { scores });

function roundsOf(day: Day): Record<'paid' | 'decided' | 'reviewed' | 'live', DemoRound> {
  const common = { floor: 20_000, whoMayLead: ['community_organization', 'school_district'], declined: [] } as const;
  const later = { offerOn: day(60), signOn: day(75), startsOn: day(90), endsOn: day(450) };
  return {
    paid: {
      ...{ ...common, key: 'ns1', number: 'NS-1', name: 'Next Steps, round 1', kind: 'rfi' },
      ...{ setAside: 600_000, ceiling: 250_000, mostAwards: 4 },
      ...{ opensOn: day(-330), dueOn: day(-285), reviewOn: day(-280), committeeOn: day(-250) },
      ...{ offerOn: day(-230), signOn: day(-215), startsOn: day(-200), endsOn: day(165) },
      awards: [ENTRIES.evenings, ENTRIES.reading, ENTRIES.bridge],
    },
    decided: {
      ...{ ...common, key: 'ns2', number: 'NS-2', name: 'Next Steps, round 2', kind: 'rfi' },
      ...{ setAside: 400_000, ceiling: 200_000, mostAwards: 3, ...later },
      ...{ opensOn: day(-120), dueOn: day(-75), reviewOn: day(-70), committeeOn: day(0) },
      awards: [
        asked('Saturday studio', 'Community organization B', 'Tukwila', 195_000, [5, 5, 4, 4]),
        asked('Newcomer navigators', 'Community organization D', 'Renton', 185_000, [5, 4, 4, 4]),
        asked('Math in the laundromat', 'Community organization E', 'Federal Way', 160_000, [4, 4, 3, 4]),
      ],
    },
    reviewed: {
      ...{
        ...common,
        key: 'ns3',
        number: 'NS-3',
        name: 'Next Steps, concept development',
        kind: 'concept_development',
      },
      ...{ setAside: 100_000, floor: 5_000, ceiling: 25_000, mostAwards: 4, ...later },
      ...{ opensOn: day(-60), dueOn: day(-20), reviewOn: day(-8), committeeOn: day(30) },
      awards: [
        asked('Oral history of a school', 'Community organization E', 'Auburn', 20_000, [4, 4, 4, 4]),
        asked('Parents who translate', 'Community organization B', 'Tukwila', 25_000, [5, 4, 3, 4]),
        asked('Bus stop tutors', 'Community organization A', 'Renton', 18_500, [3, 4, 4, 4]),
      ],
    },
    live: {
      ...{ ...common, key: 'ns4', number: 'NS-4', name: 'Next Steps, round 3', kind: 'rfi' },
      ...{ setAside: 750_000, ceiling: 250_000, mostAwards: 5, ...later },
      ...{ opensOn: day(-21), dueOn: day(24), reviewOn: day(30), committeeOn: day(58) },
      partnersMustConfirm: true,
      awards: [],
    },
  };
}

/** Tells it all; `now` is the moment the demonstration is first made. */
export function tellNextSteps(story: Story, cast: Cast, now: Date): void {
  const { calendar } = story;
  const today = calendar.today(now);
  const day: Day = (days) => {
    const date = calendar.addDays(today, days);
    return days > 0 ? openDay(calendar, date) : date;
  };
  const rounds = roundsOf(day);
  const lastYear = Number(today.slice(0, 4)) + 2;
  setMoneyAside(story, cast, { day, lastYear, rounds: [...Object.values(rounds), ideasRound(day)] });
  for (const round of Object.values(rounds)) openRound(story, cast, round);
  for (const round of [rounds.paid, rounds.decided, rounds.reviewed]) {
    apply(story, cast, round, round.awards);
    screen(story, cast, round);
  }
  for (const round of [rounds.paid, rounds.decided]) review(story, cast, round);
  callMeeting(story, cast, rounds.paid, { fund: FUND });
  callMeeting(story, cast, rounds.decided, { fund: FUND, heldTime: calendar.timeOfDay(halfHourBefore(now)) });
  decide(story, cast, rounds.paid, SOURCE);
  signAndPay(story, cast, rounds.paid, day);
  reviewSome(story, cast, rounds.reviewed, day);
  applyNow(story, cast, rounds.live, day);
  tellCollaboratives(story, cast, day);
  tellTrust(story, cast, day);
  const garden = applicationKey(rounds.live, { title: 'Garden, kitchen, homework' });
  tellForms(story, cast, { on: day(-349), fund: `fund:${FUND}` });
  tellIdeas(story, cast, { day, form: 'form:rfi' });
  tellTalk(story, cast, { day, round: 'round:ns4', application: garden, earlier: 'round:ns3' });
  sitToday(story, cast, rounds.decided, now);
}

interface Gift {
  readonly day: Day;
  readonly lastYear: number;
  readonly rounds: readonly DemoRound[];
}

function setMoneyAside(story: Story, cast: Cast, { day, lastYear, rounds }: Gift): void {
  story.on('2020-07-01', '09:00', async () => {
    const id = await recordGift(story, cast, {
      ...{ key: SOURCE, name: 'Next Steps Gift', awardNumber: 'NEXT-2020', dollars: 3_000_000 },
      ...{ startsOn: '2020-07-01', endsOn: `${lastYear}-06-30`, liquidatesBy: `${lastYear}-09-30` },
    });
    const approver = cast.of('finance_approver');
    await story.step(`source:${SOURCE}:activate`, () => story.get(Sources).take(approver, id, 'activate', {}));
  });
  story.on(day(-350), '09:00', () =>
    makeFund(story, cast, {
      ...{ slug: FUND, name: 'Next Steps', source: SOURCE },
      purpose: 'Smaller partnerships, led by community organizations. Fictitious.',
      pools: rounds.map(({ key, name, setAside }) => ({ key, name, setAside })),
    }),
  );
  story.on(day(-9), '09:00', async () => {
    await recordGift(story, cast, {
      ...{ key: 'renewal', name: 'Next Steps Gift, renewal', awardNumber: 'NEXT-RENEWAL', dollars: 500_000 },
      ...{ startsOn: day(20), endsOn: `${lastYear + 1}-06-30`, liquidatesBy: `${lastYear + 1}-09-30` },
    });
  });
}

/** Two awards in force, one of them with requests at every office; a third waits for the agency's signature. */
function signAndPay(story: Story, cast: Cast, round: DemoRound, day: Day): void {
  const { evenings, reading, bridge } = ENTRIES;
  for (const award of [evenings, reading]) {
    offer(story, cast, award, round);
    accept(story, cast, award, round.signOn);
    countersign(story, cast, award, round.signOn);
  }
  const lateSignOn = day(-3);
  offer(story, cast, bridge, { offerOn: day(-16), signOn: lateSignOn, startsOn: day(10), endsOn: day(380) });
  accept(story, cast, bridge, lateSignOn);

  const quarter = { of: 4, programOn: day(-146), financeOn: day(-143) };
  const first = { ...quarter, number: 1, submitOn: day(-150), spentOn: day(-165) };
  request(story, cast, { ...first, award: evenings });
  request(story, cast, { ...first, award: reading });
  const paidOn = day(-140);
  const firstBatch = { key: 'next-steps-1', prepareOn: paidOn, approveOn: paidOn, releaseOn: paidOn };
  batch(story, cast, { ...firstBatch, settleOn: day(-130) });

  const second = { of: 4, number: 2, spentOn: day(-45) };
  request(story, cast, {
    ...{ ...second, award: evenings },
    ...{ submitOn: day(-30), programOn: day(-27), financeOn: day(-25) },
  });
  batch(story, cast, { key: 'next-steps-2', prepareOn: day(-2), approveOn: day(-1) });
  request(story, cast, { ...second, award: reading, submitOn: day(-6), programOn: day(-3) });
  request(story, cast, { award: evenings, of: 4, number: 3, spentOn: day(-12), submitOn: day(-4) });
}

/** The others are done; the first reviewer has everything still to do. */
function reviewSome(story: Story, cast: Cast, round: DemoRound, day: Day): void {
  story.on(day(-5), '14:00', async () => {
    for (const [index, entry] of round.awards.entries()) {
      const others = panelOf(cast, index).filter((each) => each !== cast.of('reviewer'));
      for (const reviewer of others) await submitReview(story, round, entry, reviewer);
    }
  });
}

/** Two have sent theirs; the main applicant has begun one and has more than three weeks left. */
function applyNow(story: Story, cast: Cast, round: DemoRound, day: Day): void {
  const sent = [
    asked('Garden, kitchen, homework', 'Community organization D', 'Renton', 120_000, []),
    asked('Girls who launch', 'Techbridge', 'Highline', 245_000, []),
  ];
  for (const entry of sent) {
    const author = cast.applicant(entry.organization);
    const key = applicationKey(round, entry);
    story.on(day(-10), '10:00', () => write(story, round, entry, author));
    story.on(day(-2), '16:00', async () => {
      await story.step(`${key}:submit`, () => story.get(Applications).submit(author, story.id(key), {}));
    });
  }
  const own = asked('Evenings for newcomers', MAIN_APPLICANT.name, 'Highline', 200_000, []);
  story.on(day(-8), '19:00', async () => {
    const author = cast.applicant(MAIN_APPLICANT.name);
    await begin(story, round, own, author);
    await saveSummary(story, applicationKey(round, own), author, own);
  });
  const late = asked('Saturday science', 'Community organization A', 'Kent', 90_000, []);
  story.on(day(-3), '19:00', async () => {
    const author = cast.applicant(late.organization);
    await begin(story, round, late, author);
    await saveSummary(story, applicationKey(round, late), author, late);
  });
  tellTeam(story, cast, {
    ...{ day, draft: applicationKey(round, own) },
    late: { key: applicationKey(round, late), organization: late.organization },
  });
}

/** The committee sits: a motion is made, and all but its first member have voted. */
function sitToday(story: Story, cast: Cast, round: DemoRound, now: Date): void {
  story.at(halfHourBefore(now), async () => {
    await openMeeting(story, cast, round);
    const items = round.awards.slice(0, 2).map((entry) => ({
      applicationId: story.id(applicationKey(round, entry)),
      amount: dollars(entry.amount),
    }));
    const id = await move(story, cast, round, {
      ...{ step: 'award', kind: 'award', text: 'To award the first two of the ranking.', items },
    });
    for (const member of presentOf(cast).slice(1)) {
      await story.step(`motion:${round.key}:vote`, () => story.get(Votes).vote(member, id, { choice: 'aye' }));
    }
  });
}
