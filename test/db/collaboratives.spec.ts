/** Collaboratives: teams, seats, convenings and who came - what must hold when several act at once, or act wrongly. */
import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ATTENDANCE_CONFIRMED,
  ATTENDANCE_WITHDRAWN,
  AttendanceNews,
  attendancesAt,
  attendancesOf,
  Collaboratives,
  Convenings,
  readAttendances,
  type SeatRole,
  Teams,
} from '../../src/features/collaboratives/index.js';
import { CollaborativesTasks } from '../../src/features/collaboratives/collaboratives.tasks.js';
import { CollaborativeViews } from '../../src/features/collaboratives/collaborative.view.js';
import { ConveningPageViews, type RollForm } from '../../src/features/collaboratives/convening.page-view.js';
import { Funds } from '../../src/features/funds/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { AppError } from '../../src/kernel/errors.js';
import { sql } from '../../src/platform/database/sql.js';
import type { Visit } from '../../src/platform/http/visit.js';
import {
  addDistrict,
  collaborativeWithTeam,
  heldConvening,
  type MadeCollaborative,
  plannedConvening,
  RULE_OF_SEVEN,
  seatSomebody,
} from '../factories/collaboratives.js';
import { fundWithPools } from '../factories/funds.js';
import { openWorld, WORLD_START, type World } from '../support/world.js';

const system = systemActor('test');

let world: World;
let convenings: Convenings;
let teams: Teams;
let collaboratives: Collaboratives;
/** What later features were told, step by step. */
let told: { kind: string; ids: readonly string[] }[] = [];

beforeAll(async () => {
  world = await openWorld();
  convenings = world.get(Convenings);
  teams = world.get(Teams);
  collaboratives = world.get(Collaboratives);
  const news = world.get(AttendanceNews);
  for (const kind of [ATTENDANCE_CONFIRMED, ATTENDANCE_WITHDRAWN] as const) {
    news.listen(kind, async (_work, ids) => void told.push({ kind, ids }));
  }
}, 120_000);

afterAll(async () => {
  await world?.close();
});

beforeEach(() => {
  world.clock.set(WORLD_START);
  told = [];
});

/** What somebody was refused with: the code, or the first field's. */
async function refusal(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'done',
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      return error.fields[0]?.code ?? error.code;
    },
  );
}

const statusOf = async (run: Promise<unknown>): Promise<number> =>
  run.then(
    () => 200,
    (error: unknown) => (error instanceof AppError ? error.status : 500),
  );

async function versionOf(conveningId: string): Promise<number> {
  return (await convenings.get(system, conveningId)).version;
}

const facilitatorOf = (made: MadeCollaborative): Promise<PersonActor> =>
  world.actor('facilitator', { scopeKind: 'collaborative', scopeId: made.collaborativeId });

const states = async (conveningId: string): Promise<string[]> =>
  (await attendancesAt(world.db, conveningId)).map(({ state }) => state).sort();

const stepsOf = async (type: string, ids: readonly string[], action: string): Promise<number> => {
  const [row] = await world.db.query<{ count: number }>(sql`
    select count(*)::int as count from lifecycle_steps
    where subject_type = ${type} and subject_id = any(${[...ids]}::uuid[]) and action = ${action}`);
  return row?.count ?? 0;
};

describe('setting up', () => {
  it('puts a collaborative on a pool of the kind, once', async () => {
    const made = await collaborativeWithTeam(world, { roles: [] });
    const input = { name: 'Again', shortName: 'AGAIN', teamAtLeast: 1, teamAtMost: 3 };
    expect(await refusal(collaboratives.create(system, { ...input, poolId: made.poolId }))).toBe(
      'collaborative.pool_taken',
    );
    const { poolIds } = await fundWithPools(world, 1);
    expect(await refusal(collaboratives.create(system, { ...input, poolId: poolIds[0] }))).toBe(
      'collaborative.pool_kind',
    );
    expect(await refusal(collaboratives.create(system, input))).toBe('field.required');
  });

  it('is for the program officer of the fund, and the pool of another fund is not found', async () => {
    const { fundId } = await fundWithPools(world, 0);
    const { id: poolId } = await world.get(Funds).addPool(system, fundId, { kind: 'collaborative', name: 'Teams' });
    const { fundId: other } = await fundWithPools(world, 0);
    const input = { name: 'Learning', shortName: 'LEARN', poolId, teamAtLeast: 1, teamAtMost: 3 };
    const stranger = await world.actor('program_officer', { scopeKind: 'fund', scopeId: other });
    expect(await refusal(collaboratives.create(stranger, input))).toBe('field.not_found');
    const facilitator = await world.actor('facilitator');
    expect(await refusal(collaboratives.create(facilitator, input))).toBe('field.not_found');
    const finance = await world.actor('finance_officer');
    expect(await statusOf(collaboratives.create(finance, input))).toBe(403);
    const officer = await world.actor('program_officer', { scopeKind: 'fund', scopeId: fundId });
    const { id } = await collaboratives.create(officer, input);
    expect((await collaboratives.get(officer, id)).fundId).toBe(fundId);
    expect(await statusOf(collaboratives.get(stranger, id))).toBe(404);
  });

  it('refuses a rule that no team can keep', async () => {
    const made = await collaborativeWithTeam(world, { roles: [] });
    const input = { name: 'X', shortName: 'X-RULE', teamAtLeast: 3, teamAtMost: 3 };
    const line = { label: 'members', roles: ['member'] as SeatRole[], atLeast: 4, atMost: 4 };
    expect(await refusal(collaboratives.update(system, made.collaborativeId, { ...input, rules: [line] }))).toBe(
      'collaborative.rules_exceed_team',
    );
    const twice = [
      { ...line, atLeast: 1 },
      { ...line, atLeast: 1 },
    ];
    expect(await refusal(collaboratives.update(system, made.collaborativeId, { ...input, rules: twice }))).toBe(
      'seat_rule.role_twice',
    );
    expect(
      await refusal(collaboratives.update(system, made.collaborativeId, { ...input, poolId: made.fundId, rules: [] })),
    ).toBe('collaborative.pool_stays');
  });

  it('lets no day belong to two years, whoever adds them at once', async () => {
    const made = await collaborativeWithTeam(world, { roles: [] });
    const year = (name: string, startsOn: string, endsOn: string): Promise<unknown> =>
      collaboratives.addYear(system, made.collaborativeId, { name, startsOn, endsOn });
    expect(await refusal(year('Late', '2016-06-30', '2017-06-30'))).toBe('collaborative_year.overlaps');
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map((number) => refusal(year(`2016–17 (${number})`, '2016-07-01', '2017-06-30'))),
    );
    expect(outcomes.sort()).toEqual([
      'collaborative_year.overlaps',
      'collaborative_year.overlaps',
      'collaborative_year.overlaps',
      'done',
    ]);
    // The first year cannot grow into the second either.
    expect(
      await refusal(
        collaboratives.updateYear(system, made.yearId, {
          name: '2015–16',
          startsOn: '2015-07-01',
          endsOn: '2016-07-01',
        }),
      ),
    ).toBe('collaborative_year.overlaps');
  });

  it('does not let a year shrink away from its convenings', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtLeast: 1 });
    await plannedConvening(world, made, { date: '2016-05-10' });
    const shorter = { name: '2015–16', startsOn: '2015-07-01', endsOn: '2016-05-09' };
    expect(await refusal(collaboratives.updateYear(system, made.yearId, shorter))).toBe(
      'collaborative_year.leaves_out',
    );
  });
});

describe('teams and seats', () => {
  it('say in a sentence what a team lacks', async () => {
    const made = await collaborativeWithTeam(world, {
      rules: RULE_OF_SEVEN,
      roles: ['superintendent', 'design_team', 'improvement_coach', 'parent_advisor', 'parent_advisor'],
    });
    const { teams: lines } = await world.get(CollaborativeViews).year(system, made.yearId);
    expect(lines[0]?.gaps).toEqual([
      'One more from frontline experts is needed.',
      'One more from students, parents and community is needed.',
    ]);
  });

  it('give a district of the agency one team a year, and no more teams than there may be', async () => {
    const made = await collaborativeWithTeam(world, { roles: [], teamsAtMost: 2 });
    expect(await refusal(teams.add(system, made.yearId, { district: 'Nowhere' }))).toBe('field.not_a_choice');
    expect(await refusal(teams.add(system, made.yearId, { district: made.district }))).toBe('team.district_taken');
    const names = ['East', 'West', 'North'].map((name) => `${name} of ${made.district}`);
    for (const name of names) await addDistrict(world, name);
    const outcomes = await Promise.all(names.map((district) => refusal(teams.add(system, made.yearId, { district }))));
    expect(outcomes.sort()).toEqual(['done', 'team.too_many', 'team.too_many']);
  });

  it('let one person have two seats, and not the same one twice at once', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['design_team'] });
    const [person] = made.people;
    const again = (role: SeatRole): Promise<string> =>
      refusal(teams.addSeat(system, made.teamId, { role, address: person?.email ?? '' }));
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => again('improvement_coach')));
    expect(outcomes.sort()).toEqual(['done', 'seat.held_already', 'seat.held_already', 'seat.held_already']);
    const { people } = await world.get(CollaborativeViews).team(system, made.teamId);
    expect(people.map(({ role }) => role).sort()).toEqual(['design_team', 'improvement_coach']);
    const grants = await world.db.query(sql`
      select 1 from role_grants where person_id = ${person?.personId ?? ''} and role = 'participant' and ended_at is null`);
    expect(grants).toHaveLength(1);
  });

  it('never hold more than the size, nor more of a group than its line, whoever sits down at once', async () => {
    const made = await collaborativeWithTeam(world, { rules: RULE_OF_SEVEN, roles: [] });
    const sit = (role: SeatRole): Promise<string> =>
      seatSomebody(world, made, role).then(
        () => 'done',
        (error: unknown) => (error as AppError).code,
      );
    const roles: SeatRole[] = [
      'student_leader',
      'parent_advisor',
      'community_partner',
      'parent_advisor',
      'student_leader',
    ];
    const outcomes = await Promise.all(roles.map(sit));
    expect(outcomes.filter((each) => each === 'done')).toHaveLength(3);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'seat.role_is_full']));
    expect(await sit('member')).toBe('seat.role_not_in_rule');

    const small = await collaborativeWithTeam(world, { roles: [], teamAtLeast: 2, teamAtMost: 3 });
    const rush = await Promise.all(
      Array.from({ length: 8 }, () =>
        seatSomebody(world, small, 'member').then(
          () => 'done',
          (error: unknown) => (error as AppError).code,
        ),
      ),
    );
    expect(rush.filter((each) => each === 'done')).toHaveLength(3);
    expect(rush.filter((each) => each === 'seat.team_is_full')).toHaveLength(5);
  });

  it('add somebody new once, invite them, and ask for the name of who is not known', async () => {
    const made = await collaborativeWithTeam(world, { roles: [], teamAtLeast: 2, teamAtMost: 9 });
    const address = 'new.parent@example.org';
    expect(await refusal(teams.addSeat(system, made.teamId, { role: 'member', address }))).toBe('seat.name_needed');
    expect(await refusal(teams.addSeat(system, made.teamId, { role: 'member', address: 'nonsense', name: 'N' }))).toBe(
      'field.not_an_address',
    );
    const roles: SeatRole[] = ['member', 'parent_advisor', 'student_leader'];
    const outcomes = await Promise.all(
      roles.map((role) => refusal(teams.addSeat(system, made.teamId, { role, address, name: 'New Parent' }))),
    );
    expect(outcomes).toEqual(['done', 'done', 'done']);
    const people = await world.db.query(sql`select 1 from identifiers where value = ${address}`);
    expect(people).toHaveLength(1);
    await world.drain();
    const mails = await world.db.query(sql`select 1 from mails where recipient = ${address}`);
    expect(mails.length).toBeGreaterThan(0);
  });

  it('are given by others: nobody seats themselves or ends their own seat', async () => {
    const made = await collaborativeWithTeam(world, { roles: [] });
    const person = await world.person([
      { role: 'facilitator', scopeKind: 'collaborative', scopeId: made.collaborativeId },
    ]);
    const actor: PersonActor = { ...made.facilitator, personId: person.personId };
    const seat = { role: 'member' as const, address: person.email };
    expect(await refusal(teams.addSeat(actor, made.teamId, seat))).toBe('seat.own');
    const { id } = await teams.addSeat(made.facilitator, made.teamId, seat);
    expect(await refusal(teams.endSeat(actor, id, {}))).toBe('seat.own');
  });

  it('let the role of participant run out after the last seat, and nobody else’s', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['design_team', 'member'] });
    const [first, second] = made.people;
    const { id: coach } = await teams.addSeat(system, made.teamId, {
      role: 'improvement_coach',
      address: first?.email ?? '',
    });
    const ends = async (personId: string): Promise<(string | null)[]> =>
      (
        await world.db.query<{ endsOn: string | null }>(sql`
          select ends_on as "endsOn" from role_grants where person_id = ${personId} and role = 'participant'
            and scope_id = ${made.collaborativeId} and ended_at is null`)
      ).map(({ endsOn }) => endsOn);
    await teams.endSeat(made.facilitator, first?.seatId ?? '', {});
    expect(await ends(first?.personId ?? '')).toEqual([null]);
    await teams.endSeat(made.facilitator, coach, {});
    // For a year they still find what they are owed, and can claim.
    expect(await ends(first?.personId ?? '')).toEqual([world.db.currentCalendar.addDays(world.db.today, 365)]);
    expect(await ends(second?.personId ?? '')).toEqual([null]);
    expect(await refusal(teams.endSeat(made.facilitator, coach, {}))).toBe('seat.ended_already');
    // Given again, everything is as before.
    await teams.addSeat(made.facilitator, made.teamId, { role: 'member', address: first?.email ?? '' });
    expect(await ends(first?.personId ?? '')).toEqual([null]);
  });

  it('are copied from the year before, for districts that have no team yet', async () => {
    const made = await collaborativeWithTeam(world, { rules: RULE_OF_SEVEN });
    await teams.endSeat(system, made.people[0]?.seatId ?? '', {});
    const next = { name: '2016–17', startsOn: '2016-07-01', endsOn: '2017-06-30' };
    const { id: yearId } = await collaboratives.addYear(system, made.collaborativeId, next);
    const outcomes = await Promise.all([1, 2, 3].map(() => refusal(teams.copy(made.facilitator, yearId))));
    expect(outcomes.sort()).toEqual(['done', 'team.nothing_to_copy', 'team.nothing_to_copy']);
    const year = await world.get(CollaborativeViews).year(system, yearId);
    expect(year.teams.map(({ name, seats, gaps }) => ({ name, seats, gaps }))).toEqual([
      { name: made.district, seats: 6, gaps: ['One more from the superintendent is needed.'] },
    ]);
    const { people } = await world.get(CollaborativeViews).team(system, year.teams[0]?.id ?? '');
    expect(new Set(people.map(({ startsOn }) => startsOn))).toEqual(new Set(['2016-07-01']));
  });

  it('are hidden from the facilitator of another collaborative, and from participants', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'] });
    const other = await collaborativeWithTeam(world, { roles: [] });
    const seat = { role: 'member' as const, address: 'a@example.org', name: 'A' };
    const [participant] = made.people;
    for (const actor of [other.facilitator, participant?.actor ?? other.facilitator]) {
      expect(await statusOf(collaboratives.get(actor, made.collaborativeId))).toBe(404);
      expect(await statusOf(world.get(CollaborativeViews).team(actor, made.teamId))).toBe(404);
      expect(await statusOf(teams.addSeat(actor, made.teamId, seat))).toBe(404);
      expect(await statusOf(teams.endSeat(actor, participant?.seatId ?? '', {}))).toBe(404);
      expect(await statusOf(teams.copy(actor, made.yearId))).toBe(404);
    }
    const auditor = await world.actor('auditor');
    expect((await world.get(CollaborativeViews).team(auditor, made.teamId)).people[0]?.address).toBeUndefined();
    expect(await statusOf(teams.addSeat(auditor, made.teamId, seat))).toBe(403);
  });
});

describe('convenings', () => {
  it('expect everybody whose seat they are for, also who sits down later, and nobody who left before', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['superintendent', 'parent_advisor'], teamAtMost: 9 });
    const { conveningId, attendances } = await plannedConvening(world, made);
    expect(attendances).toHaveLength(2);
    const checkIn = await plannedConvening(world, made, { kind: 'superintendents_check_in' });
    expect(checkIn.attendances.map(({ role }) => role)).toEqual(['superintendent']);
    const before = await versionOf(conveningId);
    const late = await seatSomebody(world, made, 'student_leader');
    expect(await attendancesAt(world.db, conveningId)).toHaveLength(3);
    // A page made from the shorter list is stale, so that nobody is marked absent unseen.
    expect(await versionOf(conveningId)).toBe(before + 1);
    expect(await attendancesAt(world.db, checkIn.conveningId)).toHaveLength(1);
    await teams.endSeat(system, late.seatId, {});
    expect(await attendancesAt(world.db, conveningId)).toHaveLength(2);
    expect(await attendancesOf(world.db, late.personId)).toEqual([]);
    await teams.addSeat(system, made.teamId, { role: 'student_leader', address: late.email });
    expect(await attendancesAt(world.db, conveningId)).toHaveLength(3);
  });

  it('last as long as the clock runs, through both nights when the clocks change', async () => {
    world.clock.set(new Date('2015-10-30T20:00:00Z'));
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtLeast: 1 });
    const autumn = await plannedConvening(world, made, {
      ...{ date: '2015-10-31', startsAt: '22:00', endsOn: '2015-11-01', endsAt: '06:00' },
    });
    expect(autumn.attendances[0]?.conveningMinutes).toBe(9 * 60);
    expect(autumn.attendances[0]?.conveningOn).toBe('2015-10-31');
    const spring = await plannedConvening(world, made, {
      ...{ date: '2016-03-12', startsAt: '22:00', endsOn: '2016-03-13', endsAt: '06:00' },
    });
    expect(spring.attendances[0]?.conveningMinutes).toBe(7 * 60);
    // More than the clock ran cannot be counted, although the wall clocks say so.
    expect(
      await refusal(
        plannedConvening(world, made, {
          ...{ date: '2016-03-12', startsAt: '22:00', endsOn: '2016-03-13', endsAt: '06:00', minutes: 8 * 60 },
        }),
      ),
    ).toBe('convening.counts_too_much');
  });

  it('refuse times that cannot be meant, and days outside their year', async () => {
    const made = await collaborativeWithTeam(world, { roles: [] });
    expect(await refusal(plannedConvening(world, made, { startsAt: '19:00', endsAt: '19:00' }))).toBe(
      'convening.ends_before_it_starts',
    );
    expect(await refusal(plannedConvening(world, made, { date: '2016-07-01' }))).toBe('convening.outside_year');
    expect(await refusal(plannedConvening(world, made, { endsOn: '2016-06-30' }))).toBe('convening.too_long');
  });

  it('tell who is expected when they move or are canceled, with a calendar that follows', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member', 'superintendent'], teamAtLeast: 1 });
    const { conveningId } = await plannedConvening(world, made, { date: '2015-12-01' });
    const mails = async (): Promise<{ recipient: string; subject: string; body: string; calendar: string }[]> => {
      const rows = await world.db.query<{
        recipient: string;
        subject: string;
        body: string;
        calendar: string | null;
      }>(sql`
        select recipient, subject, body, calendar from mails where calendar like ${`%convening-${conveningId}@%`}
        order by created_at, id`);
      return rows.map((row) => ({ ...row, calendar: (row.calendar ?? '').replace(/\r\n[ \t]/g, '') }));
    };
    const change = (more: Record<string, unknown>): Promise<unknown> =>
      convenings.update(made.facilitator, conveningId, {
        ...{
          kind: 'team_session',
          date: '2015-12-01',
          startsAt: '17:00',
          endsAt: '18:00',
          place: 'Library',
        },
        ...{ roles: ['member', 'superintendent'], ...more },
      } as never);
    await change({});
    const first = await mails();
    expect(first.map(({ recipient }) => recipient).sort()).toEqual(made.people.map(({ email }) => email).sort());
    await change({ name: 'Another word for it' });
    expect(await mails()).toHaveLength(first.length);
    await change({ date: '2015-12-02' });
    const moved = (await mails()).slice(first.length);
    expect(moved).toHaveLength(2);
    for (const { calendar, body } of moved) {
      expect(calendar).toContain('METHOD:REQUEST');
      expect(body).toContain('what you answered before no longer stands');
    }
    const sequence = (text: string): number => Number(/SEQUENCE:(\d+)/.exec(text)?.[1]);
    expect(sequence(moved[0]?.calendar ?? '')).toBeGreaterThan(sequence(first[0]?.calendar ?? ''));
    await change({ date: '2015-12-02', roles: ['member'] });
    const left = (await mails()).slice(first.length + 2);
    expect(left.map(({ recipient }) => recipient)).toEqual([
      made.people.find(({ role }) => role === 'superintendent')?.email,
    ]);
    expect(left[0]?.calendar).toContain('METHOD:CANCEL');
    await convenings.cancel(made.facilitator, conveningId, { note: 'Snow on the roads' });
    const canceled = (await mails()).slice(first.length + 3);
    expect(canceled.map(({ recipient }) => recipient)).toEqual([
      made.people.find(({ role }) => role === 'member')?.email,
    ]);
    expect(canceled[0]?.calendar).toContain('METHOD:CANCEL');
    expect(canceled[0]?.body).toContain('Snow on the roads');
    expect(sequence(canceled[0]?.calendar ?? '')).toBeGreaterThan(sequence(moved[0]?.calendar ?? ''));
  });

  it('forget the answers when they move to another day, and keep them within the day', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtLeast: 1 });
    const { conveningId, attendances } = await plannedConvening(world, made, { date: '2015-12-01' });
    const [attendance] = attendances;
    await convenings.answer(made.people[0]?.actor ?? system, attendance?.id ?? '', { coming: true });
    const input = { kind: 'team_session' as const, startsAt: '18:00', endsAt: '20:00', place: 'School' };
    const coming = async (): Promise<boolean | null | undefined> =>
      (await attendancesAt(world.db, conveningId))[0]?.coming;
    await convenings.update(made.facilitator, conveningId, { ...input, date: '2015-12-01' });
    expect(await coming()).toBe(true);
    await convenings.update(made.facilitator, conveningId, { ...input, date: '2015-12-02' });
    expect(await coming()).toBeNull();
  });
});

describe('answering', () => {
  it('is one’s own to do until it ends, in all one’s roles at once', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['design_team', 'member'], teamAtLeast: 1 });
    const [coach, other] = made.people;
    await teams.addSeat(system, made.teamId, { role: 'improvement_coach', address: coach?.email ?? '' });
    const { conveningId } = await plannedConvening(world, made);
    const own = (await attendancesOf(world.db, coach?.personId ?? '')).map(({ id }) => id);
    expect(own).toHaveLength(2);
    expect(await statusOf(convenings.answer(other?.actor ?? system, own[0] ?? '', { coming: true }))).toBe(404);
    expect(await statusOf(convenings.answer(made.facilitator, own[0] ?? '', { coming: true }))).toBe(403);
    await convenings.answer(coach?.actor ?? system, own[0] ?? '', { coming: false });
    expect((await readAttendances(world.db, own)).map(({ coming }) => coming)).toEqual([false, false]);
    const { endsAt } = await convenings.get(system, conveningId);
    world.clock.set(endsAt);
    expect(await statusOf(convenings.answer(coach?.actor ?? system, own[0] ?? '', { coming: true }))).toBe(409);
  });
});

describe('confirming who came', () => {
  it('is done once when three do it at once, and the others are told by whom', async () => {
    const made = await collaborativeWithTeam(world);
    const { conveningId, attendances } = await plannedConvening(world, made);
    world.clock.set(attendances[0]?.endsAt ?? WORLD_START);
    const version = await versionOf(conveningId);
    const present = attendances.slice(0, 5).map(({ id }) => ({ attendanceId: id }));
    const facilitators = [made.facilitator, await facilitatorOf(made), await facilitatorOf(made)];
    const outcomes = await Promise.all(
      facilitators.map((actor) => refusal(convenings.confirmAttendance(actor, conveningId, { present, version }))),
    );
    expect(outcomes.sort()).toEqual(['attendance.confirmed_already', 'attendance.confirmed_already', 'done']);
    expect(await states(conveningId)).toEqual([
      ...Array<string>(2).fill('absent'),
      ...Array<string>(5).fill('attended'),
    ]);
    const ids = attendances.map(({ id }) => id);
    expect(await stepsOf('attendance', ids, 'confirm')).toBe(5);
    expect(await stepsOf('attendance', ids, 'mark_absent')).toBe(2);
    expect(await stepsOf('convening', [conveningId], 'hold')).toBe(1);
    // Later features heard it once, as one set.
    expect(told).toEqual([{ kind: ATTENDANCE_CONFIRMED, ids: present.map(({ attendanceId }) => attendanceId).sort() }]);
    const facts = await readAttendances(world.db, ids);
    expect(facts.find(({ state }) => state === 'attended')).toMatchObject({
      ...{ minutes: 120, conveningMinutes: 120, collaborativeId: made.collaborativeId, poolId: made.poolId },
      ...{ fundId: made.fundId, yearId: made.yearId, district: made.district, conveningOn: '2015-11-12' },
    });
  });

  it('is the facilitator’s alone, of this collaborative', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member', 'member'], teamAtLeast: 1 });
    const { conveningId, attendances } = await plannedConvening(world, made);
    world.clock.set(attendances[0]?.endsAt ?? WORLD_START);
    const version = await versionOf(conveningId);
    const present = attendances.map(({ id }) => ({ attendanceId: id }));
    const confirm = (actor: PersonActor): Promise<number> =>
      statusOf(convenings.confirmAttendance(actor, conveningId, { present, version }));
    const other = await collaborativeWithTeam(world, { roles: [] });
    expect(await confirm(other.facilitator)).toBe(404);
    expect(await confirm(made.people[0]?.actor ?? other.facilitator)).toBe(404);
    expect(await confirm(await world.actor('program_officer'))).toBe(403);
    expect(await confirm(await world.actor('finance_approver'))).toBe(403);
    expect(await confirm(await world.actor('auditor'))).toBe(403);
    expect(await confirm(await world.actor('applicant', { scopeKind: 'organization', scopeId: made.fundId }))).toBe(
      404,
    );
    expect(await states(conveningId)).toEqual(['expected', 'expected']);
    // The same by single corrections.
    const correct = (actor: PersonActor): Promise<number> =>
      statusOf(convenings.correct(actor, attendances[0]?.id ?? '', 'confirm', { note: 'I was there' }));
    expect(await correct(other.facilitator)).toBe(404);
    expect(await correct(made.people[0]?.actor ?? other.facilitator)).toBe(404);
    expect(await correct(await world.actor('program_officer'))).toBe(403);
    expect(told).toEqual([]);
  });

  it('waits until it began, and never comes to one that was canceled', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtLeast: 1 });
    const { conveningId, attendances } = await plannedConvening(world, made);
    const present = attendances.map(({ id }) => ({ attendanceId: id }));
    const confirm = async (): Promise<AppError> => {
      const version = await versionOf(conveningId);
      return convenings.confirmAttendance(made.facilitator, conveningId, { present, version }).then(
        () => new AppError('conflict', 'was.done'),
        (error: AppError) => error,
      );
    };
    const { startsAt } = await convenings.get(system, conveningId);
    world.clock.set(new Date(startsAt.getTime() - 1000));
    expect((await confirm()).blockers).toEqual([{ code: 'convening.not_yet_begun' }]);
    await convenings.cancel(made.facilitator, conveningId, { note: 'Snow' });
    world.clock.set(startsAt);
    expect((await confirm()).code).toBe('action.not_open');
    expect(await states(conveningId)).toEqual(['expected']);
    expect(
      await statusOf(convenings.answer(made.people[0]?.actor ?? system, attendances[0]?.id ?? '', { coming: true })),
    ).toBe(409);
  });

  it('tells a page that is stale, and takes nothing from it', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtMost: 9 });
    const { conveningId, attendances } = await plannedConvening(world, made);
    const version = await versionOf(conveningId);
    await seatSomebody(world, made, 'member');
    world.clock.set(attendances[0]?.endsAt ?? WORLD_START);
    const input = { present: attendances.map(({ id }) => ({ attendanceId: id })), version };
    expect(await refusal(convenings.confirmAttendance(made.facilitator, conveningId, input))).toBe(
      'thing.changed_meanwhile',
    );
    expect(await states(conveningId)).toEqual(['expected', 'expected']);
    expect(told).toEqual([]);
  });

  it('asks before it says of everybody that they did not come', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member', 'member'], teamAtLeast: 1 });
    const { conveningId, attendances } = await plannedConvening(world, made);
    world.clock.set(attendances[0]?.endsAt ?? WORLD_START);
    const version = await versionOf(conveningId);
    const unticked = { present: attendances.map(({ id }) => ({ attendanceId: id, wasThere: false })), version };
    expect(await refusal(convenings.confirmAttendance(made.facilitator, conveningId, unticked))).toBe(
      'attendance.nobody_ticked',
    );
    expect(await states(conveningId)).toEqual(['expected', 'expected']);
    const said = await convenings.confirmAttendance(made.facilitator, conveningId, { ...unticked, nobody: true });
    expect(said).toMatchObject({ attended: 0, absent: 2 });
  });

  it('takes nobody from elsewhere and no hours that did not pass, and then does nothing at all', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member', 'member'], teamAtLeast: 1 });
    const other = await collaborativeWithTeam(world, { roles: ['member'], teamAtLeast: 1 });
    const { conveningId, attendances } = await plannedConvening(world, made);
    const elsewhere = await plannedConvening(world, other);
    world.clock.set(attendances[0]?.endsAt ?? WORLD_START);
    const version = await versionOf(conveningId);
    const confirm = (present: { attendanceId: string; minutes?: number }[]): Promise<string> =>
      refusal(convenings.confirmAttendance(made.facilitator, conveningId, { present, version }));
    const [first] = attendances;
    expect(
      await confirm([{ attendanceId: first?.id ?? '' }, { attendanceId: elsewhere.attendances[0]?.id ?? '' }]),
    ).toBe('field.not_found');
    expect(await confirm([{ attendanceId: first?.id ?? '', minutes: 121 }])).toBe('attendance.longer_than_it_lasted');
    expect(await states(conveningId)).toEqual(['expected', 'expected']);
    expect((await convenings.get(system, conveningId)).state).toBe('planned');
    expect(told).toEqual([]);
  });

  it('takes a person in all their roles, with the hours of the one that was ticked', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['design_team', 'member'], teamAtLeast: 1 });
    const [coach] = made.people;
    await teams.addSeat(system, made.teamId, { role: 'improvement_coach', address: coach?.email ?? '' });
    const { conveningId, attendances } = await plannedConvening(world, made);
    world.clock.set(attendances[0]?.endsAt ?? WORLD_START);
    const ticked = attendances.find(({ personId }) => personId === coach?.personId);
    const { attended, absent } = await convenings.confirmAttendance(made.facilitator, conveningId, {
      present: [{ attendanceId: ticked?.id ?? '', minutes: 45 }],
      version: await versionOf(conveningId),
    });
    expect({ attended, absent }).toEqual({ attended: 1, absent: 1 });
    const facts = await attendancesAt(world.db, conveningId);
    expect(facts.filter(({ personId }) => personId === coach?.personId).map(({ minutes }) => minutes)).toEqual([
      45, 45,
    ]);
  });

  it('says nothing of who lost the seat before, nor of whom it is no longer for', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['superintendent', 'member', 'member'], teamAtLeast: 1 });
    const { conveningId } = await plannedConvening(world, made, { date: '2015-12-01' });
    const [boss, gone, other] = made.people;
    await teams.endSeat(system, gone?.seatId ?? '', {});
    await convenings.update(made.facilitator, conveningId, {
      ...{ kind: 'superintendents_check_in', date: '2015-12-01', startsAt: '17:00', endsAt: '17:30', place: 'Library' },
    });
    const { startsAt, version } = await convenings.get(system, conveningId);
    world.clock.set(startsAt);
    const [stale] = await world.db.query<{ id: string }>(sql`
      select id from attendances where convening_id = ${conveningId} and person_id = ${other?.personId ?? ''}`);
    const unexpected = { present: [{ attendanceId: stale?.id ?? '' }], version };
    expect(await refusal(convenings.confirmAttendance(made.facilitator, conveningId, unexpected))).toBe(
      'field.not_found',
    );
    const outcome = await convenings.confirmAttendance(made.facilitator, conveningId, {
      ...{ present: [], nobody: true, version },
    });
    expect(outcome).toMatchObject({ attended: 0, absent: 1 });
    const shown = await attendancesAt(world.db, conveningId);
    expect(shown.map(({ personId, state }) => [personId, state])).toEqual([[boss?.personId, 'absent']]);
  });

  it('and somebody sitting down at the same moment never mark the newcomer absent', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtMost: 20 });
    for (let round = 0; round < 4; round += 1) {
      world.clock.set(WORLD_START);
      const { conveningId, attendances } = await plannedConvening(world, made, {
        date: '2015-11-10',
        startsAt: '09:00',
        endsAt: '10:00',
      });
      const version = await versionOf(conveningId);
      const present = attendances.map(({ id }) => ({ attendanceId: id }));
      const [outcome, seat] = await Promise.all([
        refusal(convenings.confirmAttendance(made.facilitator, conveningId, { present, version })),
        seatSomebody(world, made, 'member'),
      ]);
      expect(['done', 'thing.changed_meanwhile']).toContain(outcome);
      const own = (await attendancesOf(world.db, seat.personId)).find((each) => each.conveningId === conveningId);
      expect(own?.state).toBe('expected');
    }
  });

  it('leaves one’s own attendance to somebody else', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtMost: 9 });
    const person = await world.person([
      { role: 'facilitator', scopeKind: 'collaborative', scopeId: made.collaborativeId },
    ]);
    const actor: PersonActor = { ...made.facilitator, personId: person.personId, name: person.name };
    await teams.addSeat(system, made.teamId, { role: 'improvement_coach', address: person.email });
    const { conveningId, attendances } = await plannedConvening(world, made);
    world.clock.set(attendances[0]?.endsAt ?? WORLD_START);
    const version = await versionOf(conveningId);
    const own = attendances.find(({ personId }) => personId === person.personId);
    const others = attendances.filter(({ personId }) => personId !== person.personId);
    const all = attendances.map(({ id }) => ({ attendanceId: id }));
    expect(await refusal(convenings.confirmAttendance(actor, conveningId, { present: all, version }))).toBe(
      'attendance.own',
    );
    const present = others.map(({ id }) => ({ attendanceId: id }));
    await convenings.confirmAttendance(actor, conveningId, { present, version });
    expect(await states(conveningId)).toEqual(['attended', 'expected']);
    expect(await refusal(convenings.correct(actor, own?.id ?? '', 'confirm', { note: 'I was' }))).toBe(
      'attendance.own',
    );
    expect(await refusal(convenings.correct(actor, own?.id ?? '', 'mark_absent', { note: 'No' }))).toBe(
      'attendance.own',
    );
    await convenings.correct(made.facilitator, own?.id ?? '', 'confirm', { note: 'Seen there', minutes: 60 });
    expect((await readAttendances(world.db, [own?.id ?? '']))[0]).toMatchObject({
      ...{ state: 'attended', minutes: 60, confirmedBy: made.facilitator.personId },
    });
  });
});

describe('correcting', () => {
  it('needs a note and the version of the page, and tells later features what changed', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member', 'member'], teamAtLeast: 1 });
    const { conveningId, attendances } = await heldConvening(world, made, {
      present: [made.people[0]?.personId ?? ''],
    });
    const there = attendances.find(({ state }) => state === 'attended');
    const away = attendances.find(({ state }) => state === 'absent');
    told = [];
    const correct = (id: string | undefined, action: 'confirm' | 'mark_absent', more: object): Promise<string> =>
      refusal(convenings.correct(made.facilitator, id ?? '', action, { note: 'Counted wrong', ...more }));
    expect(await correct(there?.id, 'mark_absent', { note: ' ' })).toBe('action.needs_note');
    expect(await correct(there?.id, 'mark_absent', { version: 1 })).toBe('thing.changed_meanwhile');
    expect(told).toEqual([]);
    expect(await correct(there?.id, 'mark_absent', { version: there?.version })).toBe('done');
    expect(told).toEqual([{ kind: ATTENDANCE_WITHDRAWN, ids: [there?.id] }]);
    expect(await correct(there?.id, 'mark_absent', {})).toBe('action.not_open');
    told = [];
    expect(await correct(away?.id, 'confirm', { minutes: 30 })).toBe('done');
    expect(told).toEqual([{ kind: ATTENDANCE_CONFIRMED, ids: [away?.id] }]);
    told = [];
    // Other hours: what was built on the earlier word goes, then it is built anew.
    expect(await correct(away?.id, 'confirm', { minutes: 90 })).toBe('done');
    expect(told.map(({ kind }) => kind)).toEqual([ATTENDANCE_WITHDRAWN, ATTENDANCE_CONFIRMED]);
    const [fact] = await readAttendances(world.db, [away?.id ?? '']);
    expect(fact?.minutes).toBe(90);
    expect(await correct(away?.id, 'confirm', { minutes: 500 })).toBe('attendance.longer_than_it_lasted');
    expect((await convenings.get(system, conveningId)).state).toBe('held');
  });

  it('undoes itself when a later feature cannot follow', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtLeast: 1 });
    const { attendances } = await heldConvening(world, made);
    const news = world.get(AttendanceNews);
    let isClosed = true;
    news.listen(ATTENDANCE_WITHDRAWN, async () => {
      if (isClosed) throw new AppError('conflict', 'attendance.not_held');
    });
    const id = attendances[0]?.id ?? '';
    expect(await refusal(convenings.correct(made.facilitator, id, 'mark_absent', { note: 'No' }))).toBe(
      'attendance.not_held',
    );
    expect((await readAttendances(world.db, [id]))[0]?.state).toBe('attended');
    isClosed = false;
  });

  it('lets a seat that is dated back appear at what was held since, to be confirmed', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtMost: 9 });
    const { conveningId } = await heldConvening(world, made);
    const late = await seatSomebody(world, made, 'parent_advisor', '2015-11-01');
    const [own] = await attendancesOf(world.db, late.personId);
    expect(own).toMatchObject({ conveningId, state: 'expected' });
    await convenings.correct(made.facilitator, own?.id ?? '', 'confirm', { note: 'She was there' });
    expect((await attendancesOf(world.db, late.personId))[0]).toMatchObject({ state: 'attended', minutes: 120 });
  });
});

describe('the roll', () => {
  const visitOf = (actor: PersonActor, id: string, refused?: Visit['refused']): Visit =>
    ({ actor, refused, query: {}, path: '', id: () => id }) as unknown as Visit;

  it('has one row a person, ticked as they answered, and keeps what was typed', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['design_team', 'member', 'member'], teamAtLeast: 1 });
    const [coach, second, third] = made.people;
    await teams.addSeat(system, made.teamId, { role: 'improvement_coach', address: coach?.email ?? '' });
    const { conveningId } = await plannedConvening(world, made);
    const answer = async (personId: string | undefined, coming: boolean): Promise<void> => {
      const [own] = await attendancesOf(world.db, personId ?? '');
      await convenings.answer(system, own?.id ?? '', { coming });
    };
    await answer(coach?.personId, true);
    await answer(second?.personId, false);
    const views = world.get(ConveningPageViews);
    expect((await views.show(visitOf(made.facilitator, conveningId)))['roll']).toBeUndefined();
    const { startsAt } = await convenings.get(system, conveningId);
    world.clock.set(startsAt);
    const roll = (await views.show(visitOf(made.facilitator, conveningId)))['roll'] as RollForm;
    const rows = roll.teams.flatMap((team) => team.rows);
    expect(rows.map(({ tick }) => [tick.label, tick.value])).toEqual([
      [coach?.actor.name, true],
      [second?.actor.name, false],
      [third?.actor.name, false],
    ]);
    expect(rows[0]?.tick.hint).toBe('Design team representative, Improvement coach. Said yes');
    expect(rows[0]?.hours.value).toBe('120');

    const refused = {
      error: new AppError('conflict', 'thing.changed_meanwhile'),
      values: { present: [{ attendanceId: rows[2]?.id.value, wasThere: 'yes', minutes: '45' }] },
    };
    const again = (await views.show(visitOf(made.facilitator, conveningId, refused)))['roll'] as RollForm;
    const typed = again.teams.flatMap((team) => team.rows)[2];
    expect([typed?.tick.value, typed?.hours.value]).toEqual([true, '45']);
  });

  it('is among the things to do of its facilitators, and of nobody else', async () => {
    const made = await collaborativeWithTeam(world, { rules: RULE_OF_SEVEN, roles: ['superintendent'] });
    const { conveningId, attendances } = await plannedConvening(world, made, { name: 'First session' });
    world.clock.set(attendances[0]?.endsAt ?? WORLD_START);
    const tasks = world.get(CollaborativesTasks);
    const titles = (await tasks.tasks(made.facilitator)).map(({ title }) => title);
    expect(titles[0]).toBe('Confirm who came: First session, Thu, Nov 12 (1 person)');
    expect(titles[1]).toContain(`the ${made.district} team lacks people`);
    const other = await collaborativeWithTeam(world, { roles: [], rules: [] });
    expect((await tasks.tasks(other.facilitator)).some(({ href }) => href.includes(conveningId))).toBe(false);
    expect(await tasks.tasks(await world.actor('program_officer'))).toEqual([]);
  });
});

describe('a facilitator on the list', () => {
  it('sees no row for themselves', async () => {
    const made = await collaborativeWithTeam(world, { roles: ['member'], teamAtMost: 9 });
    const person = await world.person([
      { role: 'facilitator', scopeKind: 'collaborative', scopeId: made.collaborativeId },
    ]);
    const actor: PersonActor = { ...made.facilitator, personId: person.personId, name: person.name };
    await teams.addSeat(system, made.teamId, { role: 'member', address: person.email });
    const { conveningId, attendances } = await plannedConvening(world, made);
    world.clock.set(attendances[0]?.endsAt ?? WORLD_START);
    const visit = { actor, query: {}, path: '', id: () => conveningId } as unknown as Visit;
    const roll = (await world.get(ConveningPageViews).show(visit))['roll'] as RollForm;
    expect(roll.own).toContain('Another facilitator');
    expect(roll.teams.flatMap((team) => team.rows)).toHaveLength(1);
  });
});
