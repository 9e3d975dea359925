/** The first part: the grant of 2012, the fund Deep Dives, its five rounds and ten awards, until all of it is paid. */
import { Sources } from '../features/funds/index.js';
import { closeOut, offerAndSign } from './awards.js';
import { callMeeting, decide } from './decisions.js';
import { payOverTime } from './money.js';
import { spendOwnCosts } from './own-costs.js';
import type { Cast } from './people.js';
import { ROUNDS } from './program.js';
import { apply, entriesOf, interview, openRound, review, screen } from './rounds.js';
import { makeFund, makeGrant } from './setting.js';
import type { Story } from './story.js';

const FUND = 'deep-dives';
const SOURCE = 'race-to-the-top';
const CLOSED_ON = '2017-03-30';
const LAST_BILLS_ON = '2017-01-02';
const CLOSEOUT_ON = '2017-02-13';

export function tellDeepDives(story: Story, cast: Cast): void {
  story.on('2013-01-02', '09:00', () => makeGrant(story, cast));
  spendOwnCosts(story, cast, SOURCE, '2013-01-03');
  story.on('2013-08-05', '09:00', () =>
    makeFund(story, cast, {
      ...{ slug: FUND, name: 'Deep Dives', source: SOURCE },
      purpose: 'Intensive partnerships of schools and community organizations in high-need schools.',
      pools: ROUNDS.map(({ key, name, setAside }) => ({ key, name, setAside })),
    }),
  );
  for (const round of ROUNDS) {
    openRound(story, cast, round);
    apply(story, cast, round, entriesOf(round));
    screen(story, cast, round);
    review(story, cast, round);
    interview(story, cast, round);
    callMeeting(story, cast, round, { fund: FUND });
    decide(story, cast, round, SOURCE);
    offerAndSign(story, cast, round);
  }
  const awards = ROUNDS.flatMap(({ awards: won, startsOn, endsOn }) =>
    won.map((award) => ({ award, startsOn, endsOn })),
  );
  payOverTime(story, cast, awards);
  story.on(LAST_BILLS_ON, '09:00', async () => {
    const note = 'The extension year is over; what is owed is still paid.';
    await story.step(`source:${SOURCE}:begin_liquidation`, () =>
      story.get(Sources).take(cast.of('finance_officer'), story.id(`source:${SOURCE}`), 'begin_liquidation', { note }),
    );
  });
  closeOut(
    story,
    cast,
    awards.map(({ award }) => award),
    CLOSEOUT_ON,
  );
  // What was never set aside goes back to the grantor.
  story.on(CLOSED_ON, '10:00', async () => {
    await story.step(`source:${SOURCE}:close`, () =>
      story.get(Sources).take(cast.of('finance_approver'), story.id(`source:${SOURCE}`), 'close', {}),
    );
  });
}
