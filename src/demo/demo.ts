/**
 * The demonstration: a program made by running the real use cases as the people who would. Each step looks whether it
 * was done, so an interrupted first start is finished by the next.
 */
import type { INestApplicationContext } from '@nestjs/common';
import { AgencySettings, RuleSets } from '../features/agency/index.js';
import { Funds, Sources } from '../features/funds/index.js';
import { Administrators, hashPassphrase } from '../features/identity/index.js';
import { type PersonActor, systemActor } from '../kernel/actor.js';
import { Money } from '../kernel/money.js';
import { ROLES, type Role } from '../kernel/policy.js';
import { Database } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';

/** Participants and applicants hold their roles for a collaborative or an organization, which come later. */
const AGENCY_ROLES = ROLES.filter((role) => !['applicant', 'participant', 'facilitator'].includes(role));

const SOURCE_NUMBER = 'B416A120001';
const DISTRICTS = ['Auburn', 'Federal Way', 'Highline', 'Kent', 'Renton', 'Seattle', 'Tukwila'];

const POOLS = [
  { name: 'Deep Dive 1', amount: '895529' },
  { name: 'Deep Dive 2', amount: '1148966' },
  { name: 'Deep Dive 3, round 1', amount: '1070069' },
  { name: 'Deep Dive 3, round 2', amount: '727893' },
  { name: 'Deep Dive 3, round 3', amount: '750000' },
] as const;

const addressOf = (role: Role): string => `${role.replaceAll('_', '-')}@example.org`;
const nameOf = (role: Role): string => {
  const words = role.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Gives the addresses that can sign in. */
export async function runDemo(app: INestApplicationContext, passphrase: string): Promise<string[]> {
  const people = await makePeople(app, passphrase);
  await nameAgency(app, people);
  const sourceId = await makeSource(app, people);
  await makeFund(app, people, sourceId);
  await makeDraftSource(app, people);
  return AGENCY_ROLES.map(addressOf);
}

type People = (role: Role) => PersonActor;

async function makePeople(app: INestApplicationContext, passphrase: string): Promise<People> {
  const hash = await hashPassphrase(passphrase);
  const administrators = app.get(Administrators);
  const ids = await app.get(Database).work(systemActor('demo'), async (work) => {
    const made: Partial<Record<Role, string>> = {};
    for (const role of AGENCY_ROLES) {
      const account = { email: addressOf(role), name: nameOf(role), passphrase: { hash }, grants: [{ role }] };
      made[role] = (await administrators.ensureAccount(work, account)).personId;
    }
    return made;
  });
  return (role) => {
    const personId = ids[role];
    if (personId === undefined) throw new Error(`The demo has no ${role}`);
    return { kind: 'person', personId, name: nameOf(role), grants: [{ role, scopeKind: 'agency', scopeId: null }] };
  };
}

async function nameAgency(app: INestApplicationContext, people: People): Promise<void> {
  const settings = app.get(AgencySettings);
  const current = await settings.current();
  if (current.districts.length > 0) return;
  await settings.update(people('administrator'), {
    name: 'Puget Sound Educational Service District',
    helpPhone: '555-0100',
    timeZone: 'America/Los_Angeles',
    fiscalYearStartMonth: 9,
    districts: DISTRICTS.map((name) => ({ name })),
  });
}

async function idOf(app: INestApplicationContext, query: ReturnType<typeof sql>): Promise<string | undefined> {
  return (await app.get(Database).find<{ id: string }>(query))?.id;
}

async function makeSource(app: INestApplicationContext, people: People): Promise<string> {
  const sources = app.get(Sources);
  const found = await app
    .get(Database)
    .find<{ id: string; state: string }>(sql`select id, state from sources where award_number = ${SOURCE_NUMBER}`);
  const ruleSets = await app.get(RuleSets).list();
  const ruleSetId = ruleSets.find((each) => each.name.startsWith('RTT'))?.id ?? ruleSets[0]?.id ?? '';
  const id =
    found?.id ??
    (
      await sources.create(people('finance_officer'), {
        name: 'Race to the Top – District',
        grantor: 'U.S. Department of Education',
        kind: 'federal',
        awardNumber: SOURCE_NUMBER,
        assistanceListing: '84.416',
        amount: Money.parse('40000000'),
        awardedOn: '2012-12-11',
        startsOn: '2013-01-01',
        endsOn: '2016-12-31',
        liquidatesBy: '2017-03-31',
        indirectRule: 'negotiated',
        indirectRateBasisPoints: 1000,
        subgrantAuthority: 'The notice inviting applications of August 2012 lets the grantee fund partnerships',
        ruleSetId,
        budget: [
          { strand: 'Start Strong', category: 'Programs', amount: Money.parse('9500000') },
          { strand: 'STEM Strong', category: 'Programs', amount: Money.parse('10500000') },
          { strand: 'Stay Strong', category: 'Programs', amount: Money.parse('8000000') },
          { strand: 'Foundational', category: 'Investment funds', amount: Money.parse('5000000') },
          { strand: 'Foundational', category: 'Staff and shared services', amount: Money.parse('7000000') },
        ],
      })
    ).id;
  if (found === undefined || found.state === 'draft')
    await sources.take(people('finance_approver'), id, 'activate', {});
  return id;
}

async function makeFund(app: INestApplicationContext, people: People, sourceId: string): Promise<void> {
  const funds = app.get(Funds);
  const fundId =
    (await idOf(app, sql`select id from funds where slug = 'deep-dives'`)) ??
    (
      await funds.create(people('program_officer'), {
        name: 'Deep Dives',
        slug: 'deep-dives',
        purpose: 'Intensive partnerships of schools and community organizations in high-need schools.',
      })
    ).id;
  for (const { name, amount } of POOLS) {
    const poolId =
      (await idOf(app, sql`select id from pools where fund_id = ${fundId} and name = ${name}`)) ??
      (await funds.addPool(people('program_officer'), fundId, { kind: 'round', name })).id;
    const allotted = await idOf(
      app,
      sql`select id from allotments where pool_id = ${poolId} and source_id = ${sourceId}`,
    );
    if (allotted !== undefined) continue;
    await funds.allot(people('finance_officer'), {
      sourceId,
      poolId,
      amount: Money.parse(amount),
      authority: `Executive Committee, budget of ${name}`,
    });
  }
}

/** Something for a finance approver to do. */
async function makeDraftSource(app: INestApplicationContext, people: People): Promise<void> {
  const found = await idOf(app, sql`select id from sources where award_number = 'NEXT-2020'`);
  if (found !== undefined) return;
  const ruleSets = await app.get(RuleSets).list();
  await app.get(Sources).create(people('finance_officer'), {
    name: 'Next Steps Gift',
    grantor: 'Example Foundation (fictitious)',
    kind: 'private',
    awardNumber: 'NEXT-2020',
    amount: Money.parse('3000000'),
    startsOn: '2020-07-01',
    endsOn: '2028-06-30',
    liquidatesBy: '2028-09-30',
    indirectRule: 'fixed',
    indirectRateBasisPoints: 1000,
    subgrantAuthority: 'Gift agreement, section 4',
    ruleSetId: ruleSets[0]?.id ?? '',
  });
}
