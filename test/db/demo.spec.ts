/** The demonstration: made by the real use cases, it holds the figures of the program and is left alone afterwards. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runDemo } from '../../src/demo/demo.js';
import { HomeViews } from '../../src/features/home/home.view.js';
import { verifyLedger } from '../../src/features/ledger/index.js';
import { BudgetReports } from '../../src/features/reports/budget-report.service.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { DEMO_PASSPHRASE, DEMO_TODAY } from '../support/demo-database.js';
import { openWorld, type World } from '../support/world.js';

jest.setTimeout(400_000);

const PASSPHRASE = DEMO_PASSPHRASE;
const TODAY = DEMO_TODAY;
const DEEP_DIVES = {
  Auburn: '455722.00',
  'Federal Way': '250000.00',
  Highline: '1398966.00',
  Kent: '1145529.00',
  Renton: '298498.00',
  Seattle: '1254742.00',
  Tukwila: '0.00',
};

const amountOf = (money: Money | null): string => (money ?? Money.zero).toJSON().amount;

async function figuresOf(world: World): Promise<{ committed: string; byDistrict: Record<string, string> }> {
  const report = await world.get(BudgetReports).read(systemActor('test'), { fund: 'deep-dives' });
  const byDistrict = report.byDistrict.map(({ district, figures }) => [district, amountOf(figures.committed)]);
  return { committed: amountOf(report.totals.committed), byDistrict: Object.fromEntries(byDistrict) };
}

/** How much of everything there is, and in which state: what a second run, or one in pieces, must not change. */
async function countsOf(world: World): Promise<unknown> {
  return world.db.query(sql`
    select 'awards' as what, state, count(*)::int as number from awards group by state
    union all select 'applications', state, count(*)::int from applications group by state
    union all select 'requests', state, count(*)::int from disbursements group by state
    union all select 'batches', state, count(*)::int from payment_batches group by state
    union all select 'motions', state, count(*)::int from motions group by state
    union all select 'reviews', state, count(*)::int from reviews group by state
    union all select 'interviews', state, count(*)::int from interviews group by state
    union all select 'rounds', state, count(*)::int from rounds group by state
    union all select 'sources', state, count(*)::int from sources group by state
    union all select 'transfers', 'all', count(*)::int from ledger_transfers
    union all select 'documents', kind, count(*)::int from documents group by kind
    union all select 'convenings', state, count(*)::int from convenings group by state
    union all select 'attendances', state, count(*)::int from attendances group by state
    union all select 'stipends', state, count(*)::int from stipends group by state
    union all select 'claims', state, count(*)::int from childcare_claims group by state
    union all select 'attachments', 'all', count(*)::int from attachments
    union all select 'persons', 'all', count(*)::int from persons
    union all select 'delegations', ends_on::text, count(*)::int from delegations group by ends_on
    union all select 'votes', 'all', count(*)::int from votes
    order by what, state`);
}

/** Somebody as they sign in, with the roles they hold. */
async function signedIn(world: World, email: string): Promise<PersonActor> {
  const person = await world.db.find<{ id: string; name: string }>(sql`
    select p.id, p.name from identifiers i join persons p on p.id = i.person_id where i.value = ${email}`);
  const personId = person?.id ?? '';
  const grants = await world.db.query<PersonActor['grants'][number]>(sql`
    select role, scope_kind as "scopeKind", scope_id as "scopeId" from role_grants
    where person_id = ${personId} and ended_at is null`);
  return { kind: 'person', personId, name: person?.name ?? '', grants };
}

/** Runs the demonstration until a step of this name is about to be taken. */
async function interruptedAt(world: World, step: string): Promise<void> {
  const onStep = (key: string): void => {
    if (key === step) throw new Error(`cut at ${step}`);
  };
  await expect(runDemo(world.app, PASSPHRASE, { onStep })).rejects.toThrow(`cut at ${step}`);
}

/** Mails that lead to something that may be closed to somebody say what it is. */
const UNSAID = sql`select distinct subject from mails
  where about_id is null and body ~ '/(applications|awards|requests|interviews|letters-of-intent|technical-assistance)/[0-9a-f]{8}-'`;

describe('The demonstration', () => {
  let world: World;
  let addresses: string[];
  let counts: unknown;

  beforeAll(async () => {
    world = await openWorld({ demo: true });
    addresses = await runDemo(world.app, PASSPHRASE);
    counts = await countsOf(world);
  });

  afterAll(async () => {
    await world?.close();
  });

  it('commits what the fund awarded, by district', async () => {
    const { committed, byDistrict } = await figuresOf(world);
    expect(committed).toBe('4803457.00');
    expect(byDistrict).toEqual(DEEP_DIVES);
  });

  it('pays all of it, and closes the ten awards', async () => {
    const [row] = await world.db.query<{ cents: string; closed: number }>(sql`
      select (select sum(l.balance_cents)::text from ledger_accounts l join awards a on a.id = l.holder_id
              join funds f on f.id = a.fund_id where f.slug = 'deep-dives' and l.stage = 'disbursed') as cents,
             (select count(*)::int from awards a join funds f on f.id = a.fund_id
              where f.slug = 'deep-dives' and a.state = 'closed') as closed`);
    expect(row).toEqual({ cents: '480345700', closed: 10 });
  });

  it('accounts for all of the grant: awards, own costs, and the rest gone back when it was closed', async () => {
    const rows = await world.db.query(sql`
      select l.stage, l.holder_kind as holder, sum(l.balance_cents)::text as cents
      from ledger_accounts l join sources s on s.id = l.source_id
      where s.award_number = 'B416A120001' and l.balance_cents <> 0 group by 1, 2 order by 1, 2`);
    expect(rows).toEqual([
      { stage: 'disbursed', holder: 'award', cents: '480345700' },
      { stage: 'disbursed', holder: 'pool', cents: '3500000000' },
      { stage: 'outside', holder: 'outside', cents: '-3980345700' },
    ]);
  });

  it('raises the last round by a motion, since more was asked than was set aside', async () => {
    const motions = await world.db.query(sql`
      select m.kind, m.state, m.amount_cents::text as cents, m.ayes from motions m join rounds r on r.id = m.round_id
      where r.number = 'DD3-R3' order by m.number`);
    expect(motions).toEqual([
      { kind: 'raise_set_aside', state: 'carried', cents: '21100000', ayes: 6 },
      { kind: 'award', state: 'carried', cents: null, ayes: 6 },
      { kind: 'decline', state: 'carried', cents: null, ayes: 6 },
    ]);
  });

  it('pays the first year of the collaborative, and none of what its districts bear', async () => {
    const years = await world.db.query(sql`
      select y.name, a.state, count(*)::int as came,
             count(s.id)::int as stipends, coalesce(sum(s.amount_cents), 0)::text as cents
      from collaborative_years y join collaboratives c on c.id = y.collaborative_id
        join convenings v on v.year_id = y.id join attendances a on a.convening_id = v.id and a.state = 'attended'
        left join stipends s on s.attendance_id = a.id and s.state = 'paid'
      where c.short_name = 'RMIC' group by y.name, a.state order by y.name`);
    expect(years).toEqual([
      { name: '2020–21', state: 'attended', came: 215, stipends: 105, cents: '787500' },
      { name: '2021–22', state: 'attended', came: 40, stipends: 0, cents: '0' },
    ]);
  });

  it('has a letter and an agreement of each award', async () => {
    const rows = await world.db.query(sql`
      select count(*) filter (where d.kind = 'award_letter')::int as letters,
             count(distinct a.id)::int as awards
      from documents d join awards a on a.id = d.subject_id join funds f on f.id = a.fund_id
      where f.slug = 'deep-dives'`);
    expect(rows).toEqual([{ letters: 10, awards: 10 }]);
  });

  it('has an approval lent that is in force, within an amount, and one that is over', async () => {
    const rows = await world.db.query(sql`
      select d.approvals, d.limit_cents::text as cents, d.ends_on >= ${world.db.today}::date as holds
      from delegations d where (not d.needs_confirmation or d.confirmed_at is not null) order by d.created_at`);
    expect(rows).toEqual([
      { approvals: ['request_program', 'childcare'], cents: '1000000', holds: false },
      { approvals: ['batch_approve', 'batch_release'], cents: '5000000', holds: true },
    ]);
  });

  it('leaves books that agree and nothing in the log', async () => {
    expect(await verifyLedger(world.db)).toEqual([]);
    expect(world.troubles).toEqual([]);
  });

  it.each([
    'program-officer',
    'finance-officer',
    'finance-approver',
    'agency-signatory',
    'reviewer',
    'committee-member',
    'clerk',
    'applicant',
    'facilitator',
    'participant',
  ])('leaves something to do for %s@example.org', async (name) => {
    expect(addresses).toContain(`${name}@example.org`);
    const view = await world.get(HomeViews).home(await signedIn(world, `${name}@example.org`));
    const { items } = view['list'] as { items: readonly unknown[] };
    expect(items.length).toBeGreaterThan(0);
  });

  it('says of each mail what it is about, where that may be closed to who reads the mails', async () => {
    expect(await world.db.query(UNSAID)).toEqual([]);
  });

  it('is left alone by the next start', async () => {
    expect(await runDemo(world.app, PASSPHRASE)).toEqual(addresses);
    expect(await countsOf(world)).toEqual(counts);
  });

  it('is the same when it was made in pieces', async () => {
    const pieces = await openWorld({ start: TODAY });
    try {
      await interruptedAt(pieces, 'motion:dd3r3:award:close');
      pieces.clock.advance(24 * 60 * 60 * 1000);
      await interruptedAt(pieces, 'award:bridge:accept');
      expect(await runDemo(pieces.app, PASSPHRASE)).toEqual(addresses);
      expect(await countsOf(pieces)).toEqual(counts);
      expect((await figuresOf(pieces)).byDistrict).toEqual(DEEP_DIVES);
      expect(await verifyLedger(pieces.db)).toEqual([]);
    } finally {
      await pieces.close();
    }
  });
});
