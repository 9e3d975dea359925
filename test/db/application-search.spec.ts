/** What applications are found, sorted, filtered and compared by: what the one who looks is shown, and nothing else. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Answers, Applications, ApplicationSections } from '../../src/features/applications/index.js';
import { ApplicationViews } from '../../src/features/applications/application.view.js';
import { OrganizationMerges, Organizations } from '../../src/features/organizations/index.js';
import { Screening } from '../../src/features/screening/index.js';
import { countRecipients, recipientsWhere } from '../../src/features/screening/broadcast.reads.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { Policy } from '../../src/kernel/policy.js';
import { sql } from '../../src/platform/database/sql.js';
import {
  type ApplicationGiven,
  draftApplication,
  type MadeApplication,
  submittedApplication,
} from '../factories/applications.js';
import { organization, organizationInput } from '../factories/organizations.js';
import { type MadeRound, publishedRound } from '../factories/rounds.js';
import { ApplicationSearch1790000000048 } from '../../migrations/0048-application-search.js';
import { KeptForLists1790000000053 } from '../../migrations/0053-kept-for-lists.js';
import { openOwner } from '../../src/platform/database/migrate.js';
import { openWorld, type World } from '../support/world.js';

const system = systemActor('test');
const dollars = (text: string): Money => Money.parse(text);

let world: World;
let round: MadeRound;
let officer: PersonActor;
let screening: Screening;
let applications: Applications;

beforeAll(async () => {
  world = await openWorld();
  round = await publishedRound(world, { ceiling: dollars('100000') });
  officer = await world.actor('program_officer');
  screening = world.get(Screening);
  applications = world.get(Applications);
});
afterAll(async () => world?.close());

const sent = (given: Partial<ApplicationGiven> = {}): Promise<MadeApplication> =>
  submittedApplication(world, { roundId: round.roundId, requested: dollars('1000'), ...given });

/** As the worklist finds them, and as the list of applications does, which must say the same to the agency. */
async function found(query: object): Promise<string[]> {
  const { items } = await screening.list(officer, { state: 'all', limit: 200, ...query } as never);
  const listed = await world.get(ApplicationViews).list(officer, { limit: 200, ...query } as never);
  const ids = items.map(({ id }) => id);
  expect(listed.items.map(({ id }) => id).sort()).toEqual([...ids].sort());
  return ids;
}

async function foundBy(actor: PersonActor, query: object): Promise<string[]> {
  return (await world.get(ApplicationViews).list(actor, { limit: 200, ...query } as never)).items.map(({ id }) => id);
}

/** How many a message to those that are back would go to. */
async function written(chosen: object): Promise<number> {
  const none = { district: null, search: null, check: null, atLeast: null, atMost: null };
  const list = { ...none, roundId: round.roundId, states: ['returned'], ...chosen } as never;
  return countRecipients(world.db, recipientsWhere(officer, world.get(Policy), list, world.db.today));
}

async function back(given: Partial<ApplicationGiven> = {}): Promise<MadeApplication> {
  const made = await sent(given);
  const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
  await applications.return(officer, made.applicationId, { note: 'Say more.', fixBy } as never);
  return made;
}

const retitle = ({ owner, applicationId }: MadeApplication, value: string): Promise<unknown> =>
  world.get(Answers).save(owner, applicationId, [{ key: 'title', value }]);

describe('an application is found', () => {
  it('by its number, its title and its organization, in large letters and small, and by no sign that stands for others', async () => {
    const { id } = await organization(world, { name: 'Ärzte of Öland' });
    const made = await sent({ title: 'Whole 50%_garden', organizationId: id });
    const { number } = await applications.get(officer, made.applicationId);
    for (const q of [number, 'WHOLE', 'ÄRZTE OF ö', '50%_g']) expect(await found({ q })).toEqual([made.applicationId]);
    for (const q of ['W%e', 'Whole_50', 'garden Ärzte']) expect(await found({ q })).toEqual([]);
  });

  it('by the new name of its organization, and no longer by the old one', async () => {
    const { id } = await organization(world, { name: 'Quince Orchard' });
    const [first, second] = [await sent({ organizationId: id }), await back({ organizationId: id })];
    const organizations = world.get(Organizations);
    const { version } = (await organizations.get(system, id)).organization;
    await organizations.update(system, id, { ...organizationInput({ name: 'Medlar Orchard' }), version } as never);
    expect(await found({ q: 'quince' })).toEqual([]);
    expect((await found({ q: 'medlar' })).sort()).toEqual([first.applicationId, second.applicationId].sort());
    const third = await sent({ organizationId: id });
    expect(await found({ q: 'medlar' })).toContain(third.applicationId);
  });

  it('by the name that it shows after its organization became a part of another', async () => {
    const from = await organization(world, { name: 'Plover Club' });
    const into = await organization(world, { name: 'Lapwing Society' });
    const ours = await sent({ organizationId: from.id });
    const theirs = await sent({ organizationId: into.id });
    await world.get(OrganizationMerges).merge(officer, from.id, { intoId: into.id, note: 'One.' } as never);
    expect(await found({ q: 'plover' })).toEqual([ours.applicationId]);
    expect(await found({ q: 'lapwing' })).toEqual([theirs.applicationId]);
    const [row] = (await screening.list(officer, { state: 'all', q: 'plover' } as never)).items;
    expect(row?.organizationName).toBe('Plover Club');
  });

  it('by its writers as it is now, as often as they name their draft anew', async () => {
    const made = await draftApplication(world, { roundId: round.roundId, title: 'Turnstone' });
    await retitle(made, 'Sanderling');
    expect(await foundBy(made.owner, { q: 'turnstone' })).toEqual([]);
    expect(await foundBy(made.owner, { q: 'sanderling' })).toEqual([made.applicationId]);
    expect(await found({ q: 'sanderling' })).toEqual([]);
    await applications.submit(made.owner, made.applicationId, {});
    expect(await found({ q: 'sanderling' })).toEqual([made.applicationId]);
  });

  it('where it was begun while its organization was given another name', async () => {
    const { id } = await organization(world, { name: 'Dunlin House' });
    const organizations = world.get(Organizations);
    const { version } = (await organizations.get(system, id)).organization;
    const input = { ...organizationInput({ name: 'Knot House' }), version } as never;
    const [made] = await Promise.all([
      draftApplication(world, { roundId: round.roundId, organizationId: id }),
      organizations.update(system, id, input),
    ]);
    expect(await foundBy(made.owner, { q: 'knot house' })).toEqual([made.applicationId]);
    expect(await foundBy(made.owner, { q: 'dunlin' })).toEqual([]);
  });
});

describe('while it is back with its applicant, the agency', () => {
  it('finds it by the title it was sent with alone, its applicant by both, and all by the new one when it is sent again', async () => {
    const made = await back({ title: 'Redshank' });
    const id = made.applicationId;
    await retitle(made, 'Greenshank');
    expect(await found({ q: 'redshank' })).toEqual([id]);
    expect(await found({ q: 'greenshank' })).toEqual([]);
    expect([await written({ search: 'redshank' }), await written({ search: 'greenshank' })]).toEqual([1, 0]);
    expect(await foundBy(made.owner, { q: 'greenshank' })).toEqual([id]);
    await applications.submit(made.owner, id, {});
    expect(await found({ q: 'greenshank' })).toEqual([id]);
    expect(await found({ q: 'redshank' })).toEqual([]);
  });

  it('finds it by what was sent last, also when it comes back a second time', async () => {
    const made = await back({ title: 'Whimbrel' });
    await retitle(made, 'Curlew');
    await applications.submit(made.owner, made.applicationId, {});
    const fixBy = world.db.currentCalendar.addDays(world.db.today, 5);
    await applications.return(officer, made.applicationId, { note: 'More.', fixBy } as never);
    await retitle(made, 'Godwit');
    expect(await found({ q: 'curlew' })).toEqual([made.applicationId]);
    expect([...(await found({ q: 'whimbrel' })), ...(await found({ q: 'godwit' }))]).toEqual([]);
  });

  it('sorts it by the title and the amount that were sent, and no cursor tells the new ones', async () => {
    const { id: organizationId } = await organization(world, { name: 'Sorted by what was sent' });
    const q = 'sorted by what';
    const one = await back({ title: 'Avocet one', requested: dollars('1000'), organizationId });
    const two = await sent({ title: 'Avocet two', requested: dollars('2000'), organizationId });
    await retitle(one, 'Zebra crossing');
    const lines = [{ category: 'Supplies', amount: dollars('9000') }];
    await world
      .get(ApplicationSections)
      .saveBudget(one.owner, one.applicationId, { requested: dollars('9000'), lines } as never);
    const order = [one.applicationId, two.applicationId];
    for (const sort of ['title', 'requested']) {
      const list = await screening.list(officer, { state: 'all', q, sort, limit: 1 } as never);
      const views = await world.get(ApplicationViews).list(officer, { q, sort, limit: 1 } as never);
      expect([list.items[0]?.id, views.items[0]?.id]).toEqual([order[0], order[0]]);
      for (const { next } of [list, views]) {
        expect(Buffer.from(next ?? '', 'base64url').toString()).toMatch(/"v":"(avocet one|100000)"/);
      }
      expect(await found({ q, sort })).toEqual(order);
      expect(await foundBy(one.owner, { q, sort: `-${sort}` })).toEqual(order);
    }
  });

  it('filters it by the districts that were sent, and shows the first of them', async () => {
    const { id: organizationId } = await organization(world, { name: 'Two districts' });
    const made = await back({ organizationId, districts: [{ district: 'Kent', share: 10_000 }] });
    const { owner, applicationId: id } = made;
    await world.get(ApplicationSections).saveSummary(owner, id, {
      ...{ title: 'Elsewhere', summary: 'What we will do.', districts: [{ district: 'Highline', share: 10_000 }] },
    } as never);
    const q = 'two districts';
    expect(await found({ q, district: 'Kent' })).toEqual([id]);
    expect(await found({ q, district: 'Highline' })).toEqual([]);
    expect((await screening.list(officer, { state: 'all', q } as never)).items[0]?.district).toBe('Kent');
    expect((await foundBy(owner, { q, district: 'Highline' })).length).toBe(1);
    expect((await foundBy(owner, { q, district: 'Kent' })).length).toBe(0);
    const counts = [await written({ search: q, district: 'Kent' }), await written({ search: q, district: 'Highline' })];
    expect(counts).toEqual([1, 0]);
  });

  it('compares it with others as it was sent, in words and in the filter', async () => {
    const other = await sent({ title: 'Oystercatcher' });
    const made = await back({ title: 'Ruff and reeve' });
    const twin = await sent({ title: 'ruff AND reeve ' });
    await retitle(made, 'Oystercatcher');
    const twiceIn = async (id: string): Promise<string | undefined> =>
      (await screening.get(officer, id)).checks.find(({ key }) => key === 'duplicates')?.found;
    expect(await twiceIn(other.applicationId)).toBe('pass');
    expect([await twiceIn(made.applicationId), await twiceIn(twin.applicationId)]).toEqual(['look', 'look']);
    const open = await screening.list(officer, { state: 'all', check: 'duplicates', limit: 200 } as never);
    const ids = open.items.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([made.applicationId, twin.applicationId]));
    expect(ids).not.toContain(other.applicationId);
    await applications.submit(made.owner, made.applicationId, {});
    expect([await twiceIn(other.applicationId), await twiceIn(twin.applicationId)]).toEqual(['look', 'pass']);
  });

  it('finds two of one summary, where that is long enough to tell', async () => {
    const summary = 'We read aloud to one another, every week of the year. '.repeat(5);
    const made = await Promise.all(
      ['First of a summary', 'Second of a summary'].map((title) => sentWith(title, summary)),
    );
    for (const { applicationId } of made) {
      const check = (await screening.get(officer, applicationId)).checks.find(({ key }) => key === 'duplicates');
      expect(check?.found).toBe('look');
    }
  });
});

async function sentWith(title: string, summary: string): Promise<MadeApplication> {
  const made = await draftApplication(world, { roundId: round.roundId, title, requested: dollars('1000') });
  const districts = [{ district: 'Kent', share: 10_000 }];
  await world
    .get(ApplicationSections)
    .saveSummary(made.owner, made.applicationId, { title, summary, districts } as never);
  await applications.submit(made.owner, made.applicationId, {});
  return made;
}

it('what is shown and found says the same as what was sent, of every application there is', async () => {
  const wrong = await world.db.query<{ number: string }>(sql`
    select a.number from applications a join organizations o on o.id = a.organization_id
    left join lateral (select s.content from application_submissions s where s.application_id = a.id
      order by s.number desc limit 1) sent on true
    where (a.shown_title, a.shown_summary, a.shown_cents) is distinct from (case when a.state = 'returned'
        then row (sent.content ->> 'title', sent.content ->> 'summary',
          ((sent.content -> 'requested' ->> 'amount')::numeric * 100)::bigint)
        else row (a.title, a.summary, a.requested_cents) end)
      or a.search_text <> lower(a.number || e'\n' || a.shown_title || e'\n' || o.name)`);
  expect(wrong).toEqual([]);
});

it('is written for what there was before, as it is written for what comes', async () => {
  const shown = (): Promise<unknown[]> =>
    world.db.query(sql`
      select id, shown_title, shown_summary, shown_cents::text, sent_districts, search_text from applications order by id`);
  const before = await shown();
  const source = await openOwner(world.database.ownerUrl, []);
  const runner = source.createQueryRunner();
  try {
    const [search, kept] = [new ApplicationSearch1790000000048(), new KeptForLists1790000000053()];
    await kept.down(runner);
    await search.down(runner);
    await search.up(runner);
    await kept.up(runner);
  } finally {
    await runner.release();
    await source.destroy();
  }
  expect(await shown()).toEqual(before);
  expect(before.filter((row) => (row as { sent_districts: unknown }).sent_districts !== null).length).toBeGreaterThan(
    2,
  );
});
