/** What stands beside the things to do: to whom, and with which figures. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Logger } from 'pino';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { Applications } from '../../src/features/applications/index.js';
import { FundViews } from '../../src/features/funds/fund.view.js';
import { HomeViews } from '../../src/features/home/home.view.js';
import { OrganizationMembers } from '../../src/features/organizations/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { ROLES } from '../../src/kernel/policy.js';
import { type HomePanel, HomePanelSource, panelsFor } from '../../src/platform/home-panels.js';
import { LOGGER } from '../../src/platform/config/tokens.js';
import { draftApplication, type MadeApplication, submittedApplication } from '../factories/applications.js';
import { activeAward, type MadeAward } from '../factories/awards.js';
import { motionOf, roundForDecision, type Session, sessionOn } from '../factories/decisions.js';
import { approvedRequest, submittedRequest } from '../factories/disbursements.js';
import { assignedReview, submittedReview, upForReview } from '../factories/reviews.js';
import { publishedRound } from '../factories/rounds.js';
import { openWorld, type World } from '../support/world.js';

jest.setTimeout(180_000);

const dollars = (amount: number): Money => Money.ofCents(amount * 100);

describe('home panels', () => {
  let world: World;
  let sources: readonly HomePanelSource[];
  let draft: MadeApplication;
  let award: MadeAward;
  let session: Session;
  let roundId: string;

  const panelsOf = (actor: PersonActor): Promise<HomePanel[]> => panelsFor(actor, world.policy, sources);
  const titles = async (actor: PersonActor): Promise<string[]> =>
    (await panelsOf(actor)).map(({ head }) => head.title).sort();

  beforeAll(async () => {
    world = await openWorld();
    sources = FEATURES_IN_ORDER.flatMap(({ panels }) => (panels ?? []).map((each) => world.get(each)));
    award = await activeAward(world, { amount: dollars(9000) });
    await submittedRequest(world, award, dollars(100));
    await approvedRequest(world, award, dollars(200));
    const round = await roundForDecision(world, [dollars(1000)]);
    session = await sessionOn(world, round);
    await motionOf(world, session, { kind: 'other', text: 'Meet again in May.' });
    // A session lets time pass: what is open now is made after it.
    ({ roundId } = await publishedRound(world));
    draft = await draftApplication(world, { roundId, requested: dollars(1000) });
    await submittedApplication(world, { roundId, requested: dollars(1000) });
  });

  afterAll(() => world.close());

  it('are named by permissions that there are, and shown to nobody who holds none of them', async () => {
    expect(sources.length).toBeGreaterThan(5);
    for (const { permissions } of sources) {
      for (const each of permissions) expect(world.policy.row(each).meaning).not.toBe('');
    }
    for (const role of ROLES) {
      const actor = await world.actor(role);
      const may = sources.some(({ permissions }) => permissions.some((each) => world.policy.mightDo(actor, each)));
      if (!may) expect({ role, titles: await titles(actor) }).toEqual({ role, titles: [] });
    }
    expect(await titles(await world.actor('auditor'))).toEqual([]);
  });

  it('show an applicant how far the draft is and what comes next, and nothing of others', async () => {
    const panels = await panelsOf(draft.owner);
    expect(panels.map(({ head }) => head.title)).toEqual([
      'Your organization',
      'Your application',
      'What happens next',
    ]);
    const [own, ...rest] = panels;
    expect(own?.listed?.items.map(({ href }) => href)).toEqual([`/organizations/${draft.organizationId}`]);
    const { progress, timeline } = { ...rest[0], ...rest[1] };
    expect(progress?.href).toBe(`/applications/${draft.applicationId}`);
    expect(progress?.parts).toHaveLength(3);
    expect(timeline?.items.map(({ title, when }) => [title, when]).slice(0, 2)).toEqual([
      ['You started', 'past'],
      ['Application due', 'now'],
    ]);
    const other = await draftApplication(world, { roundId, requested: dollars(500) });
    const [, theirs] = await panelsOf(other.owner);
    expect(theirs?.progress?.href).toBe(`/applications/${other.applicationId}`);
    // A member whose role ended may not see the application; the page is shown all the same.
    expect(await panelsOf({ ...draft.owner, grants: other.owner.grants })).toEqual([]);
  });

  it('lead an applicant to what was sent, and say of what came back which part is to be mended', async () => {
    const own = await publishedRound(world);
    const sent = await draftApplication(world, { roundId: own.roundId, requested: dollars(500), title: 'On its way' });
    await world.get(Applications).submit(sent.owner, sent.applicationId, {});
    const listed = (await panelsOf(sent.owner)).flatMap((panel) => panel.listed?.items ?? []);
    expect(listed.map(({ href }) => href)).toContain(`/applications/${sent.applicationId}`);
    expect(listed.find(({ title }) => title === 'On its way')?.note).toContain('We have it.');
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 10);
    const order = { note: 'Say more.', fixBy, questions: ['summary'] };
    await world.get(Applications).return(systemActor('test'), sent.applicationId, order as never);
    const back = (await panelsOf(sent.owner)).find(({ progress }) => progress !== undefined)?.progress;
    expect(back?.done).toBe('0 of 1 part changed');
    expect(back?.parts.map(({ note, open }) => [note, open])).toEqual([['To mend', true]]);
  });

  it('show a recipient the money of its awards', async () => {
    const [own] = (await panelsOf(award.signatory)).filter(({ head }) => head.title === 'Your awards');
    const [item] = own?.bars?.items ?? [];
    expect(item).toMatchObject({ href: `/awards/${award.awardId}`, value: '$9,000' });
    expect(item?.note).toBe('$0 paid, $200 approved, $8,800 remaining');
  });

  it('show finance what is asked for and not yet paid, and batches', async () => {
    const officer = await world.actor('finance_officer');
    const panels = await panelsOf(officer);
    expect(panels.map(({ head }) => head.title)).toEqual(['Batches', 'Asked for, and not yet paid']);
    expect(panels[0]?.headline).toContain('$200');
    expect(panels[1]?.head.lead).toBe('$300 is on its way: $200 of it is approved.');
    expect(panels[1]?.bars?.items.map(({ value }) => value)).toEqual(['$100', '$0', '$200', '$0']);
  });

  it('show a program officer the rounds of their scope only', async () => {
    const [panel] = await panelsOf(await world.actor('program_officer'));
    const rows = panel?.table?.groups[0]?.rows ?? [];
    const own = rows.find(({ cells }) => cells[0]?.href === `/rounds/${roundId}`);
    expect(own?.cells.slice(3).map(({ text }) => text)).toEqual(['2', '1', '1']);
    const other = await publishedRound(world);
    const scoped = await world.actor('program_officer', { scopeKind: 'round', scopeId: other.roundId });
    const [narrow] = await panelsOf(scoped);
    expect(narrow?.table?.groups[0]?.rows.map(({ cells }) => cells[0]?.href)).toEqual([`/rounds/${other.roundId}`]);
  });

  it('count nothing of an application somebody of the agency has a direct conflict with', async () => {
    const other = await publishedRound(world);
    const officer = await world.actor('program_officer', { scopeKind: 'round', scopeId: other.roundId });
    const reviewer = await world.actor('reviewer');
    const sent = await upForReview(world, other.roundId, { requested: dollars(1000) });
    await assignedReview(world, other.roundId, sent.applicationId, reviewer);
    const counts = async (): Promise<unknown> =>
      (await panelsOf(officer))[0]?.table?.groups[0]?.rows[0]?.cells.slice(3).map(({ text }) => text);
    expect(await counts()).toEqual(['0', '1', '1']);
    expect(await titles(reviewer)).toEqual(['Your reviews']);
    for (const { personId } of [officer, reviewer]) {
      const seat = { personId, role: 'editor' as const };
      await world.get(OrganizationMembers).add(systemActor('test'), sent.organizationId, seat);
    }
    expect(await counts()).toEqual(['0', '0', '0']);
    expect(await titles(reviewer)).toEqual([]);
  });

  it('show the committee its next meeting with the docket', async () => {
    const [member] = session.members;
    const panel = (await panelsOf(member as PersonActor)).find(({ head }) => head.title === 'Next meeting');
    expect(panel?.listed?.items[0]?.href).toBe(`/meetings/${session.meetingId}`);
    expect(panel?.listed?.items).toHaveLength(2);
  });

  it('show a reviewer how many reviews are sent, of their own only', async () => {
    const first = await upForReview(world, roundId, { requested: dollars(1000) });
    const { reviewer } = await assignedReview(world, roundId, first.applicationId);
    const value = async (): Promise<string | undefined> => (await panelsOf(reviewer))[0]?.bars?.items[0]?.value;
    expect(await value()).toBe('0 of 1 sent');
    const second = await upForReview(world, roundId, { requested: dollars(1000) });
    await submittedReview(world, roundId, second.applicationId, [3], { reviewer });
    expect(await value()).toBe('1 of 2 sent');
    await submittedReview(world, roundId, first.applicationId, [3]);
    expect(await value()).toBe('1 of 2 sent');
  });

  it('stand on the page under the day and what they say in a sentence', async () => {
    const view = await world.get(HomeViews).home(await world.actor('finance_officer'));
    expect(view['head']).toMatchObject({ lead: expect.stringMatching(/\. \$200 is approved and not yet paid/) });
    expect(view['main']).toHaveLength(2);
    expect(view['aside']).toEqual([]);
  });

  it('lose only what fails: the rest is shown, with a line that says so, and the log says what failed', async () => {
    const officer = await world.actor('finance_officer');
    const whole = await world.get(HomeViews).home(officer);
    const titles = (view: Record<string, unknown>): unknown[] =>
      (view['main'] as HomePanel[]).map(({ head: { title } }) => title);
    const broken = new Error('It broke');
    const [source] = sources.filter(({ permissions }) =>
      permissions.some((each) => world.policy.mightDo(officer, each)),
    );
    const panel = jest.spyOn(source as HomePanelSource, 'panels').mockRejectedValue(broken);
    const logged = jest.spyOn(world.get(LOGGER as never) as Logger, 'error').mockImplementation(() => undefined);
    try {
      const view = await world.get(HomeViews).home(officer);
      expect(view['missing']).toBe(
        'A part of this page could not be loaded. What you see is right. Load the page again in a minute.',
      );
      expect(view['list']).toEqual(whole['list']);
      for (const each of titles(view)) expect(titles(whole)).toContain(each);
      expect(logged).toHaveBeenCalledWith(expect.objectContaining({ err: broken, part: 'panels' }), expect.anything());
      // Where nothing else waits, nobody is told that nothing does.
      const tasks = FEATURES_IN_ORDER.flatMap(({ tasks: each }) => (each ?? []).map((type) => world.get(type)));
      for (const each of tasks) jest.spyOn(each, 'tasks').mockRejectedValue(broken);
      const blind = await world.get(HomeViews).home(officer);
      expect(blind.title).toBe('Things to do');
      expect(blind['list']).toMatchObject({ items: [], empty: { title: 'This part could not be loaded' } });
    } finally {
      panel.mockRestore();
      logged.mockRestore();
      jest.restoreAllMocks();
    }
    expect((await world.get(HomeViews).home(officer))['missing']).toBeUndefined();
  });

  it('and a fund counts what its awards hold', async () => {
    const { totals, pools } = await world.get(FundViews).one(systemActor('test'), award.fundId);
    expect(totals.committed.toDecimal()).toBe('9000.00');
    expect(totals.payable.toDecimal()).toBe('200.00');
    expect(totals.available.toDecimal()).toBe('0.00');
    expect(pools[0]?.figures.committed.toDecimal()).toBe('9000.00');
  });
});
