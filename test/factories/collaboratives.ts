/** Collaboratives, teams with people and convenings for tests, made by the real use cases. */
import { AgencySettings } from '../../src/features/agency/index.js';
import {
  type AttendanceFact,
  attendancesAt,
  Collaboratives,
  type ConveningKind,
  Convenings,
  type SeatRole,
  type SeatRuleInput,
  Teams,
} from '../../src/features/collaboratives/index.js';
import { Funds } from '../../src/features/funds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import type { World } from '../support/world.js';
import { activeSource, fundWithPools } from './funds.js';

const system = systemActor('test');
let count = 0;

/** One of each, and three from the community: a team of seven. */
const TEAM_OF_SEVEN: readonly SeatRole[] = [
  'superintendent',
  'design_team',
  'frontline_expert',
  'improvement_coach',
  'student_leader',
  'parent_advisor',
  'community_partner',
];

export const RULE_OF_SEVEN: SeatRuleInput[] = [
  { label: 'the superintendent', roles: ['superintendent'], atLeast: 1, atMost: 1 },
  { label: 'the design team', roles: ['design_team'], atLeast: 1, atMost: 1 },
  { label: 'frontline experts', roles: ['frontline_expert'], atLeast: 1, atMost: 1 },
  { label: 'improvement coaches', roles: ['improvement_coach'], atLeast: 1, atMost: 1 },
  {
    label: 'students, parents and community',
    roles: ['student_leader', 'parent_advisor', 'community_partner'],
    atLeast: 3,
    atMost: 3,
  },
];

export interface CollaborativeOptions {
  /** The seats that are given, each to a new person; a team of seven when absent. */
  readonly roles?: readonly SeatRole[];
  /** No rule when absent. */
  readonly rules?: SeatRuleInput[];
  readonly teamAtLeast?: number;
  readonly teamAtMost?: number;
  readonly teamsAtMost?: number;
  /** What the pool holds: $5,000 when absent. */
  readonly money?: Money;
  /** The year of the examples, July 2015 to June 2016, when absent. */
  readonly startsOn?: string;
  readonly endsOn?: string;
}

export interface MadeSeat {
  readonly seatId: string;
  readonly personId: string;
  readonly role: SeatRole;
  readonly email: string;
  /** Acts as the participant they are. */
  readonly actor: PersonActor;
}

export interface MadeCollaborative {
  readonly fundId: string;
  readonly poolId: string;
  readonly sourceId: string;
  readonly collaborativeId: string;
  readonly yearId: string;
  readonly teamId: string;
  readonly district: string;
  readonly people: readonly MadeSeat[];
  /** Facilitates this collaborative and no other. */
  readonly facilitator: PersonActor;
}

export interface ConveningOptions {
  readonly kind?: ConveningKind;
  readonly name?: string;
  /** Two days from now when absent. */
  readonly date?: string;
  /** 17:00 to 19:00 when absent. */
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly endsOn?: string;
  readonly minutes?: number;
  readonly roles?: SeatRole[];
}

export interface MadeConvening {
  readonly conveningId: string;
  readonly attendances: readonly AttendanceFact[];
}

/** The agency serves a district of this name, besides those it serves already. */
export async function addDistrict(world: World, name: string): Promise<void> {
  const settings = world.get(AgencySettings);
  const {
    districts,
    holidays,
    helpPhone,
    helpEmail,
    address,
    soleRelease,
    version: _version,
    ...rest
  } = await settings.read(world.db);
  await settings.update(system, {
    ...rest,
    helpPhone: helpPhone ?? undefined,
    helpEmail: helpEmail ?? undefined,
    address: address ?? undefined,
    soleRelease: soleRelease ?? undefined,
    holidays: holidays.join('\n'),
    districts: [...districts, { name }],
  });
}

/** Somebody new with this seat; the address and the name are made up. */
export async function seatSomebody(
  world: World,
  made: Pick<MadeCollaborative, 'collaborativeId' | 'teamId'>,
  role: SeatRole,
  startsOn?: string,
): Promise<MadeSeat> {
  count += 1;
  const email = `participant.${count}@example.org`;
  const name = `Participant ${count}`;
  const { id: seatId } = await world.get(Teams).addSeat(system, made.teamId, { role, address: email, name, startsOn });
  const [seat] = await world.db.query<{ personId: string }>(
    sql`select person_id as "personId" from seats where id = ${seatId}`,
  );
  const personId = seat?.personId ?? '';
  const grants = [{ role: 'participant' as const, scopeKind: 'collaborative' as const, scopeId: made.collaborativeId }];
  return { seatId, personId, role, email, actor: { kind: 'person', personId, name, grants } };
}

/** A collaborative on a pool with money, its year, one team with people, and its facilitator. */
export async function collaborativeWithTeam(
  world: World,
  options: CollaborativeOptions = {},
): Promise<MadeCollaborative> {
  count += 1;
  const number = count;
  const { fundId } = await fundWithPools(world, 0);
  const { id: poolId } = await world.get(Funds).addPool(system, fundId, { kind: 'collaborative', name: `Team money` });
  const amount = options.money ?? Money.ofCents(500_000);
  const sourceId = await activeSource(world, amount.isPositive ? amount : Money.ofCents(100));
  if (amount.isPositive) {
    await world.get(Funds).allot(system, { sourceId, poolId, amount, authority: 'Resolution 1' });
  }
  const { id: collaborativeId } = await world.get(Collaboratives).create(system, {
    name: `Collaborative ${number}`,
    shortName: `C${number}`,
    poolId,
    teamAtLeast: options.teamAtLeast ?? 7,
    teamAtMost: options.teamAtMost ?? 7,
    teamsAtMost: options.teamsAtMost,
    rules: options.rules,
  });
  const { id: yearId } = await world.get(Collaboratives).addYear(system, collaborativeId, {
    name: '2015–16',
    startsOn: options.startsOn ?? '2015-07-01',
    endsOn: options.endsOn ?? '2016-06-30',
  });
  const district = `District ${number}`;
  await addDistrict(world, district);
  const { id: teamId } = await world.get(Teams).add(system, yearId, { district });
  const people: MadeSeat[] = [];
  for (const role of options.roles ?? TEAM_OF_SEVEN) {
    people.push(await seatSomebody(world, { collaborativeId, teamId }, role));
  }
  const facilitator = await world.actor('facilitator', { scopeKind: 'collaborative', scopeId: collaborativeId });
  return { fundId, poolId, sourceId, collaborativeId, yearId, teamId, district, people, facilitator };
}

/** A convening of the year that is still to come. */
export async function plannedConvening(
  world: World,
  made: Pick<MadeCollaborative, 'yearId'>,
  options: ConveningOptions = {},
): Promise<MadeConvening> {
  const { id: conveningId } = await world.get(Convenings).plan(system, made.yearId, {
    kind: options.kind ?? 'team_session',
    name: options.name,
    date: options.date ?? world.db.currentCalendar.addDays(world.db.today, 2),
    startsAt: options.startsAt ?? '17:00',
    endsAt: options.endsAt ?? '19:00',
    endsOn: options.endsOn,
    minutes: options.minutes,
    roles: options.roles,
    place: 'Library',
  });
  return { conveningId, attendances: await attendancesAt(world.db, conveningId) };
}

/**
 * A convening that is over: the clock is moved past its end, and the facilitator has confirmed these people, or
 * everybody who was expected.
 */
export async function heldConvening(
  world: World,
  made: MadeCollaborative,
  options: ConveningOptions & { readonly present?: readonly string[]; readonly minutesThere?: number } = {},
): Promise<MadeConvening> {
  const { conveningId, attendances } = await plannedConvening(world, made, options);
  const { present, minutesThere } = options;
  const endsAt = attendances[0]?.endsAt ?? world.clock.now();
  if (world.clock.now() < endsAt) world.clock.set(endsAt);
  const { version } = await world.get(Convenings).get(system, conveningId);
  await world.get(Convenings).confirmAttendance(made.facilitator, conveningId, {
    version,
    present: attendances
      .filter(({ personId }) => present === undefined || present.includes(personId))
      .map(({ id }) => ({ attendanceId: id, minutes: minutesThere })),
  });
  return { conveningId, attendances: await attendancesAt(world.db, conveningId) };
}
