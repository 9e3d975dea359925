/** Teams: the districts' teams of a year and the people who have seats on them. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { AppError, conflict, invalidField, notFound } from '../../kernel/errors.js';
import { Database, violatedConstraint } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { AgencySettings } from '../agency/index.js';
import { Seat, Team } from './collaborative.entity.js';
import type { EndSeatInput, SeatInput, TeamInput, TeamNameInput } from './collaborative.input.js';
import type { SeatRole } from './collaborative.words.js';
import { type LockedTeam, type LockedYear, lockTeam, lockYear, readRules } from './collaboratives.reads.js';
import { seatProblem } from './composition.rules.js';
import { ExpectedPeople } from './expected.service.js';
import { SeatGrants } from './seat-grants.js';
import { SeatPeople } from './seat-people.js';

interface EarlierTeam {
  readonly district: string;
  readonly name: string;
  readonly seats: readonly { readonly personId: string; readonly role: SeatRole }[];
}

@Injectable()
export class Teams {
  constructor(
    private readonly db: Database,
    private readonly agency: AgencySettings,
    private readonly people: SeatPeople,
    private readonly grants: SeatGrants,
    private readonly expected: ExpectedPeople,
  ) {}

  async add(actor: Actor, yearId: string, input: TeamInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const locked = await lockYear(work, yearId, 'team.manage');
        const { districts } = await this.agency.read(work);
        if (!districts.some(({ name }) => name === input.district))
          throw invalidField('district', 'field.not_a_choice');
        await this.requireRoom(work, locked, 1);
        const { district, name = district } = input;
        const team = await work.insertOne(Team, { yearId, district, name });
        audit(work, 'team.created', locked, { teamId: team.id, yearId, district, name });
        return { id: team.id };
      }),
    );
  }

  async rename(actor: Actor, id: string, input: TeamNameInput): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { team, ...locked } = await lockTeam(work, id, 'team.manage');
      await work.update(Team, team, { name: input.name }, input.version);
      audit(work, 'team.updated', locked, { teamId: id, name: input.name });
      return { id };
    });
  }

  /** The teams of the year before with everybody who still has a seat; districts that have a team already are left. */
  async copy(actor: Actor, yearId: string): Promise<{ teams: number; seats: number }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const locked = await lockYear(work, yearId, 'team.manage');
        const earlier = await this.earlierTeams(work, locked);
        if (earlier.length === 0) throw conflict('team.nothing_to_copy');
        await this.requireRoom(work, locked, earlier.length);
        const rows = await work.insert(
          Team,
          earlier.map(({ district, name }) => ({ yearId, district, name })),
        );
        const startsOn = firstDay(work, locked);
        const seats = earlier.flatMap((team, index) =>
          // Nobody gives a seat to themselves, a copied one neither.
          team.seats
            .filter(({ personId }) => actor.kind !== 'person' || personId !== actor.personId)
            .map(({ personId, role }) => ({ teamId: rows[index]?.id ?? '', personId, role, startsOn, endedOn: null })),
        );
        await work.insert(Seat, seats);
        for (const personId of new Set(seats.map((seat) => seat.personId))) {
          await this.grants.grant(work, personId, locked.collaborative.id);
        }
        await this.expected.complete(work, locked);
        audit(work, 'team.copied', locked, { yearId, teams: rows.length, seats: seats.length });
        return { teams: rows.length, seats: seats.length };
      }),
    );
  }

  /** Gives somebody a seat: a person the agency knows, or a new one, who is invited. */
  async addSeat(actor: Actor, teamId: string, input: SeatInput): Promise<{ id: string }> {
    return this.writing(() =>
      this.db.work(actor, async (work) => {
        const locked = await lockTeam(work, teamId, 'seat.manage');
        const startsOn = input.startsOn ?? firstDay(work, locked);
        if (startsOn < locked.year.startsOn || startsOn > locked.year.endsOn) {
          throw invalidField('startsOn', 'seat.outside_year', { year: locked.year.name });
        }
        await this.requireSeatFits(work, locked, input.role);
        const personId = await this.people.personOf(work, input);
        if (actor.kind === 'person' && actor.personId === personId) throw conflict('seat.own');
        const seat = await work.insertOne(Seat, { teamId, personId, role: input.role, startsOn, endedOn: null });
        await this.grants.grant(work, personId, locked.collaborative.id);
        await this.expected.complete(work, locked);
        audit(work, 'seat.created', locked, { seatId: seat.id, teamId, personId, role: input.role, startsOn });
        return { id: seat.id };
      }),
    );
  }

  /** The seat ends with a day that is not to come; with the last one the participant's role runs out. */
  async endSeat(actor: Actor, id: string, input: EndSeatInput): Promise<{ id: string; teamId: string }> {
    return this.db.work(actor, async (work) => {
      const [found] = await work.query<{ teamId: string }>(sql`select team_id as "teamId" from seats where id = ${id}`);
      if (found === undefined) throw notFound('thing.not_found');
      const locked = await lockTeam(work, found.teamId, 'seat.manage');
      const seat = await work.lockOne(Seat, id);
      if (actor.kind === 'person' && actor.personId === seat.personId) throw conflict('seat.own');
      if (seat.endedOn !== null) throw conflict('seat.ended_already');
      const endedOn = input.endedOn ?? work.today;
      if (endedOn > work.today) throw invalidField('endedOn', 'seat.ends_in_the_future');
      // One that was to begin later never does.
      const startsOn = seat.startsOn > endedOn ? endedOn : seat.startsOn;
      await work.update(Seat, seat, { startsOn, endedOn }, input.version);
      await this.grants.endUnlessSeated(work, seat.personId, locked.collaborative.id);
      audit(work, 'seat.ended', locked, { seatId: id, personId: seat.personId, role: seat.role, endedOn });
      return { id, teamId: seat.teamId };
    });
  }

  private async earlierTeams(work: Work, { collaborative, year }: LockedYear): Promise<EarlierTeam[]> {
    return work.query<EarlierTeam>(sql`
      select t.district, t.name, coalesce((
          select jsonb_agg(distinct jsonb_build_object('personId', s.person_id, 'role', s.role)) from seats s
          where s.team_id = t.id and s.ended_on is null), '[]') as seats
      from teams t
      where t.year_id = (select id from collaborative_years where collaborative_id = ${collaborative.id}
          and ends_on < ${year.startsOn} order by ends_on desc limit 1)
        and not exists (select from teams mine where mine.year_id = ${year.id} and mine.district = t.district)
      order by t.district`);
  }

  private async requireRoom(work: Work, { collaborative, year }: LockedYear, more: number): Promise<void> {
    const most = collaborative.teamsAtMost;
    if (most === null) return;
    const [row] = await work.query<{ count: number }>(
      sql`select count(*)::int as count from teams where year_id = ${year.id}`,
    );
    if ((row?.count ?? 0) + more > most) throw conflict('team.too_many', { params: { most } });
  }

  private async requireSeatFits(work: Work, { collaborative, team }: LockedTeam, role: SeatRole): Promise<void> {
    const rules = await readRules(work, collaborative.id);
    const taken = await work.query<{ role: SeatRole }>(
      sql`select role from seats where team_id = ${team.id} and ended_on is null`,
    );
    const { teamAtLeast, teamAtMost } = collaborative;
    const problem = seatProblem(
      { teamAtLeast, teamAtMost, rules },
      taken.map((each) => each.role),
      role,
    );
    if (problem === undefined) return;
    throw new AppError('conflict', problem.code, {
      params: problem.params,
      fields: [{ field: 'role', code: problem.code, params: problem.params }],
    });
  }

  private async writing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'teams_district_year_id_key') throw invalidField('district', 'team.district_taken');
      if (constraint === 'seats_live_key') {
        throw conflict('seat.held_already', { fields: [{ field: 'role', code: 'seat.held_already' }] });
      }
      throw error;
    }
  }
}

/** A seat of a year that is to come begins with the year. */
const firstDay = (work: Work, { year }: LockedYear): string =>
  work.today < year.startsOn ? year.startsOn : work.today;

function audit(work: Work, action: string, { collaborative }: LockedYear, after: Record<string, unknown>): void {
  work.audit({ action, subjectType: 'collaborative', subjectId: collaborative.id, after });
}
