/** Applications for tests, made by the real use cases. */
import { AgencySettings, Schools } from '../../src/features/agency/index.js';
import { Applications, ApplicationSections } from '../../src/features/applications/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import type { World } from '../support/world.js';
import { organization, organizationMember } from './organizations.js';

export interface ApplicationGiven {
  readonly roundId: string;
  readonly requested?: Money;
  readonly organizationId?: string;
  readonly title?: string;
  readonly districts?: readonly { readonly district: string; readonly share: number }[];
  readonly budget?: readonly { readonly category: string; readonly amount: Money }[];
  readonly partners?: readonly {
    readonly name: string;
    readonly role: string;
    readonly level: 'vendor' | 'coordinated' | 'collaborative' | 'integrated';
    readonly share?: Money;
  }[];
}

export interface MadeApplication {
  readonly applicationId: string;
  readonly organizationId: string;
  readonly owner: PersonActor;
}

let count = 0;
const SYSTEM = systemActor('test');

/** The districts an application can name; the agency gets two when it has none. */
export async function someDistricts(world: World): Promise<string[]> {
  const named = await world.db.query<{ name: string }>(sql`select name from districts order by position, name`);
  if (named.length > 0) return named.map(({ name }) => name);
  const { name, helpPhone, timeZone, fiscalYearStartMonth } = await world.get(AgencySettings).current();
  const districts = [{ name: 'Kent' }, { name: 'Highline' }];
  await world.get(AgencySettings).update(SYSTEM, {
    ...{ name: name || 'Example Agency', helpPhone, timeZone, fiscalYearStartMonth, districts },
  } as never);
  return districts.map((each) => each.name);
}

/** A school in each of two districts, for forms that ask for schools. */
export async function someSchools(world: World): Promise<void> {
  await someDistricts(world);
  const csv = 'code,name,district,level\n1,Alder Elementary,Kent,elementary\n2,Birch High,Highline,high';
  await world.get(Schools).import(SYSTEM, { csv });
}

/** A complete draft. */
export async function draftApplication(world: World, given: ApplicationGiven): Promise<MadeApplication> {
  count += 1;
  const organizationId = given.organizationId ?? (await organization(world)).id;
  const owner = await organizationMember(world, organizationId, 'owner');
  const requested = given.requested ?? Money.parse('100000');
  const [district = 'Kent'] = await someDistricts(world);
  const title = given.title ?? `Application ${count}`;
  const { id } = await world.get(Applications).create(owner, { roundId: given.roundId, organizationId, title });
  const sections = world.get(ApplicationSections);
  await sections.saveSummary(owner, id, {
    title,
    summary: 'What we will do with students and families.',
    districts: [...(given.districts ?? [{ district, share: 10_000 }])],
  });
  const [most, rest] = requested.allocate([3, 1]) as [Money, Money];
  const lines = given.budget ?? [
    { category: 'Salaries', amount: most },
    { category: 'Supplies', amount: rest },
  ];
  await sections.saveBudget(owner, id, { requested, lines: [...lines] });
  if (given.partners !== undefined) await sections.savePartners(owner, id, { partners: [...given.partners] });
  return { applicationId: id, organizationId, owner };
}

export async function submittedApplication(world: World, given: ApplicationGiven): Promise<MadeApplication> {
  const made = await draftApplication(world, given);
  await world.get(Applications).submit(made.owner, made.applicationId, {});
  return made;
}

export async function eligibleApplication(world: World, given: ApplicationGiven): Promise<MadeApplication> {
  const made = await submittedApplication(world, given);
  await world.get(Applications).take(SYSTEM, made.applicationId, 'screen_in', {});
  return made;
}
