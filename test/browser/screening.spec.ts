/** The pages of screening in a browser, from 320 px up: whether everybody can use them. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { LettersOfIntent, Screening, ScreeningRuns, TechnicalAssistances } from '../../src/features/screening/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { draftApplication, submittedApplication } from '../factories/applications.js';
import { organization, organizationMember } from '../factories/organizations.js';
import { publishedRound } from '../factories/rounds.js';
import { askedForHelp, lookedUp } from '../factories/screening.js';
import { type BrowserWorld, openBrowserWorld, wrongWithPage } from '../support/browser.js';
import { type Visitor, type WebWorld } from '../support/world.js';

jest.setTimeout(300_000);

let opened: BrowserWorld;
let world: WebWorld;
let address: string;

beforeAll(async () => {
  opened = await openBrowserWorld();
  ({ world, address } = opened);
}, 120_000);

afterAll(async () => {
  await opened?.close();
});

/** What is wrong with these pages, as this visitor sees them. */
async function wrongWith(visitor: Visitor, urls: readonly string[], name: string): Promise<string[]> {
  const wrong: string[] = [];
  const page = await (await opened.windowOf(visitor)).newPage();
  for (const [nth, url] of urls.entries()) {
    await page.setViewportSize({ width: 1280, height: 900 });
    const answer = await page.goto(address + url);
    if (answer?.status() !== 200) wrong.push(`${url} answered ${answer?.status()}`);
    wrong.push(...(await wrongWithPage(page, `screening-${name}-${nth}`)).map((each) => `${url}: ${each}`));
  }
  await page.context().close();
  return wrong;
}

it('can be used by everybody: an officer who screens and helps, an applicant who asks', async () => {
  const round = await publishedRound(world, {
    lettersUntil: world.db.currentCalendar.addDays(world.db.today, 5),
  });
  const requested = Money.parse('20000');
  const given = { roundId: round.roundId, requested };
  const one = await submittedApplication(world, { ...given, title: 'Reading together in three languages' });
  const two = await submittedApplication(world, { ...given, title: 'Reading together in three languages' });
  await submittedApplication(world, {
    ...given,
    title: 'A garden at every school',
    requested: Money.parse('31250.50'),
  });
  await lookedUp(world, one.organizationId);
  const officer = await world.signIn('program_officer');
  const { personId, name } = officer.person;
  const actor = {
    ...{ kind: 'person' as const, personId, name },
    grants: [{ role: 'program_officer' as const, scopeKind: 'agency' as const, scopeId: null }],
  };
  await world.get(Screening).judge(actor, one.applicationId, {
    judgements: [
      { check: 'duplicates', judgement: 'fine', reason: 'Two partners of one program, told apart on the phone.' },
    ],
  });
  const items = (await world.get(Screening).find(world.db, actor, [one.applicationId, two.applicationId])).map(
    ({ id, version }) => ({ id, version }),
  );
  const run = await world.get(ScreeningRuns).run(actor, { action: 'screen_in', items });
  const draft = await draftApplication(world, { ...given, title: 'After school until six' });
  const help = world.get(TechnicalAssistances);
  const asked = await askedForHelp(world, draft.owner, draft.applicationId);
  const taken = await askedForHelp(world, draft.owner, draft.applicationId);
  await help.take(actor, taken, {});
  await help.log(actor, taken, {
    ...{ givenOn: world.db.today, minutes: 45, way: 'call', note: 'Went through the categories of the budget.' },
  });
  const { id: organizationId } = await organization(world, { name: 'Coyote Central' });
  const sender = await organizationMember(world, organizationId, 'owner');
  const letter = await world.get(LettersOfIntent).send(sender, {
    ...{ roundId: round.roundId, organizationId, title: 'Homework help in Kent', summary: 'Four evenings each week.' },
  });
  const wrong = await wrongWith(
    officer,
    [
      '/screening',
      `/screening/${one.applicationId}`,
      `/screening/choose?action=return&pick-${two.applicationId}=yes`,
      `/screening/runs/${run.id}`,
      '/technical-assistances',
      `/technical-assistances/${taken}`,
      '/letters-of-intent',
      `/letters-of-intent/${letter.id}`,
      '/exports/new?list=screening',
    ],
    'officer',
  );
  const second = await world.signIn('program_officer');
  wrong.push(...(await wrongWith(second, [`/technical-assistances/${asked}`, '/screening?q=nothing'], 'second')));
  const owner = await world.signIn(draft.owner as never);
  wrong.push(
    ...(await wrongWith(
      owner,
      [
        `/applications/${draft.applicationId}`,
        '/technical-assistances/new',
        `/technical-assistances/${taken}`,
        '/letters-of-intent/new',
      ],
      'owner',
    )),
  );
  expect(wrong).toEqual([]);
  // Nobody but the system is left to ask about what the checks cost.
  expect((await world.get(Screening).list(systemActor('test'), { state: 'all' })).items).toHaveLength(3);
});
