/** Meetings, slates and motions as pages and for programs, by clerk, member and auditor. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import { systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import {
  carry,
  motionOf,
  type RoundForDecision,
  roundForDecision,
  type Session,
  sessionOn,
} from '../factories/decisions.js';
import { failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';

let world: WebWorld;
let round: RoundForDecision;
let session: Session;
let clerk: Visitor;

beforeAll(async () => {
  world = await openWebWorld();
  await world.db.work(systemActor('test'), async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
  const asked = ['300', '200', '500'].map((text) => Money.parse(text));
  round = await roundForDecision(world, asked, { setAside: Money.parse('600'), ceiling: Money.parse('500') });
  session = await sessionOn(world, round);
  clerk = await world.signIn('clerk');
}, 120_000);
afterAll(async () => world?.close());

it('shows the list, the meeting, the forms, the slate and the motion', async () => {
  const motionId = await motionOf(world, session, {
    items: [{ applicationId: round.applicationIds[0] ?? '', amount: Money.parse('300') }],
    factor: 'Named first.',
  });
  const meeting = `/meetings/${session.meetingId}`;
  const slate = `${meeting}/rounds/${round.roundId}`;
  const typed = `${slate}?counted=yes&amount-${round.applicationIds[0]}=600&amount-${round.applicationIds[1]}=12x`;
  const auditor = await world.signIn('auditor');
  const pages = ['/meetings', '/meetings/new', meeting, `${meeting}/docket/new`, slate, typed, `/motions/${motionId}`];
  const forms = ['award', 'decline', 'waitlist', 'raise_set_aside', 'other'].map(
    (kind) => `${meeting}/motions/new?kind=${kind}&docketItemId=${session.docketItemId}`,
  );
  const wrong: string[] = [];
  for (const url of [...pages, ...forms, `/motions/${motionId}/edit`]) {
    const answer = await clerk.get(url);
    if (answer.statusCode !== 200) wrong.push(`${url} answered ${answer.statusCode}`);
  }
  for (const url of ['/meetings', meeting, slate, `/motions/${motionId}`, `/api${meeting}`, `/api${slate}`]) {
    const answer = await auditor.get(url);
    if (answer.statusCode !== 200) wrong.push(`${url} answered the auditor ${answer.statusCode}`);
  }
  expect([...wrong, ...failuresOf(world)]).toEqual([]);
  expect((await clerk.get(typed)).body).toContain('Left to award');
  await carry(world, session, motionId);
  expect((await clerk.get(`/motions/${motionId}`)).body).toContain('3 aye, 0 nay, 0 abstained');
  expect((await clerk.get(slate)).body).toContain('Awarded');
  expect(failuresOf(world)).toEqual([]);
}, 60_000);

it('shows a refused motion again with what was typed', async () => {
  const [mover] = session.members;
  const answer = await clerk.submit(`/meetings/${session.meetingId}/motions`, {
    kind: 'award',
    docketItemId: session.docketItemId,
    text: 'Award the second.',
    'items[0].applicationId': round.applicationIds[1] ?? '',
    'items[0].amount': '900',
    moverId: mover?.personId ?? '',
    seconderId: session.members[1]?.personId ?? '',
  });
  expect(answer.statusCode).toBe(422);
  expect(answer.body).toContain('Award the second.');
  expect(answer.body).toContain('over the ceiling');
});
