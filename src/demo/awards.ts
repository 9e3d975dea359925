/** An award from its draft to its signatures: terms, the check for exclusion, documents, offer and both signatures. */
import { Awards, AwardTerms } from '../features/awards/index.js';
import { ExclusionChecks } from '../features/organizations/index.js';
import type { Cast } from './people.js';
import type { DemoAward, DemoRound } from './program.js';
import type { Story } from './story.js';

/** When what happens to one award; the round's dates unless told. */
export interface AwardDates {
  readonly offerOn: string;
  readonly signOn: string;
  readonly startsOn: string;
  readonly endsOn: string;
}

/** Terms and documents a few days before the offer. */
export function offer(story: Story, cast: Cast, award: DemoAward, dates: AwardDates): void {
  const officer = cast.of('program_officer');
  const awards = story.get(Awards);
  const key = `award:${award.key}`;
  const { calendar } = story;
  const preparedOn = calendar.addDays(dates.offerOn, -4);
  story.on(preparedOn, '10:00', async () => {
    const id = story.id(key);
    await story.step(`${key}:terms`, () =>
      story
        .get(AwardTerms)
        .update(officer, id, termsOf(award, dates, { preparedOn, acceptBy: calendar.addDays(dates.signOn, 14) })),
    );
    await story.step(`${key}:exclusion`, () =>
      story.get(ExclusionChecks).record(cast.of('finance_officer'), story.id(`organization:${award.organization}`), {
        ...{ checkedOn: preparedOn, method: 'sam_gov', result: 'clear', queryText: `By name: ${award.organization}` },
      }),
    );
    await story.step(`${key}:prepare`, () => awards.take(officer, id, 'prepare', {}));
    await story.drain();
  });
  story.on(dates.offerOn, '10:00', async () => {
    // What another start left unfinished is due again by now.
    await story.drain();
    await story.step(`${key}:offer`, () => awards.take(officer, story.id(key), 'offer', {}));
  });
}

type Terms = Parameters<AwardTerms['update']>[2];

function termsOf(
  award: DemoAward,
  dates: AwardDates,
  { preparedOn, acceptBy }: Record<'preparedOn' | 'acceptBy', string>,
): Terms {
  return {
    ...{ title: award.title, startsOn: dates.startsOn, endsOn: dates.endsOn, acceptBy },
    agreementKind: 'subrecipient',
    riskRating: award.organizationKind === 'school_district' ? 'low' : 'medium',
    scope: award.summary,
    scopeAgreedOn: preparedOn,
    insuranceOnFileOn: preparedOn,
    conditions: 'proof of insurance, naming this agency;\na signed memorandum of understanding with each partner.',
    districts: [{ district: award.district, share: 10_000 }],
  };
}

/** The recipient's signatory signs. */
export function accept(story: Story, cast: Cast, award: DemoAward, signOn: string): void {
  const key = `award:${award.key}`;
  story.on(signOn, '11:00', async () => {
    const signatory = cast.applicant(award.organization);
    await story.step(`${key}:accept`, () => story.get(Awards).accept(signatory, story.id(key), { certified: true }));
  });
}

/** The agency signs, and the award is in force. */
export function countersign(story: Story, cast: Cast, award: DemoAward, signOn: string): void {
  const key = `award:${award.key}`;
  story.on(signOn, '15:00', async () => {
    const signatory = cast.of('agency_signatory');
    await story.step(`${key}:countersign`, () => story.get(Awards).take(signatory, story.id(key), 'countersign', {}));
  });
}

export function offerAndSign(story: Story, cast: Cast, round: DemoRound): void {
  for (const award of round.awards) {
    offer(story, cast, award, round);
    accept(story, cast, award, round.signOn);
    countersign(story, cast, award, round.signOn);
  }
}

/** Closed out once all of it is paid. */
export function closeOut(story: Story, cast: Cast, awards: readonly DemoAward[], date: string): void {
  const officer = cast.of('program_officer');
  for (const award of awards) {
    const key = `award:${award.key}`;
    const take = (action: 'begin_closeout' | 'close'): Promise<unknown> =>
      story.step(`${key}:${action}`, () => story.get(Awards).take(officer, story.id(key), action, {}));
    story.on(date, '10:00', async () => void (await take('begin_closeout')));
    story.on(story.calendar.addDays(date, 10), '10:00', async () => void (await take('close')));
  }
}
