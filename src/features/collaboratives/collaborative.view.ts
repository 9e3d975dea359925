/** What the API and the pages show of a collaborative: its money and rule, its years, teams and seats. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { say } from '../../platform/http/problem.js';
import { Texts } from '../../platform/texts/texts.js';
import { grantInForce } from '../identity/index.js';
import { type Figures, NO_FIGURES, readFigures } from '../ledger/index.js';
import type { Collaborative, CollaborativeYear } from './collaborative.entity.js';
import type { SeatRole } from './collaborative.words.js';
import { collaborativeSubject, readRules, type RuleLine } from './collaboratives.reads.js';
import { Collaboratives } from './collaboratives.service.js';
import { compositionGaps } from './composition.rules.js';

export interface YearLine {
  readonly id: string;
  readonly name: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly teams: number;
  readonly convenings: number;
}

export interface FacilitatorView {
  readonly personId: string;
  readonly name: string;
  /** Of all collaboratives, not of this one alone. */
  readonly everywhere: boolean;
}

export interface CollaborativeView extends Collaborative {
  readonly fundName: string;
  readonly poolName: string;
  readonly rules: readonly RuleLine[];
  /** The latest first. */
  readonly years: readonly YearLine[];
  /** The year that runs today, else the next one, else the last. */
  readonly currentYearId: string | null;
  readonly figures: Figures;
  /** Those who hold the role for this one or for all of them. */
  readonly facilitators: readonly FacilitatorView[];
}

export interface TeamLine {
  readonly id: string;
  readonly version: number;
  readonly district: string;
  readonly name: string;
  readonly seats: number;
  /** What is still missing, in sentences. */
  readonly gaps: readonly string[];
}

export interface SeatLine {
  readonly id: string;
  readonly version: number;
  readonly personId: string;
  readonly personName: string;
  readonly role: SeatRole;
  readonly startsOn: string;
  readonly endedOn: string | null;
  /** For those who keep the seats. */
  readonly address?: string | null;
}

export interface YearView extends CollaborativeYear {
  readonly collaborative: Pick<Collaborative, 'id' | 'name' | 'shortName' | 'fundId' | 'teamAtLeast' | 'teamAtMost'>;
  readonly teams: readonly TeamLine[];
  /** Whether there is a year before with teams that this one has not. */
  readonly canCopy: boolean;
}

export interface TeamView extends TeamLine {
  readonly year: Pick<CollaborativeYear, 'id' | 'name' | 'startsOn' | 'endsOn'>;
  readonly collaborative: YearView['collaborative'];
  readonly people: readonly SeatLine[];
  readonly before: readonly SeatLine[];
}

interface TeamRow extends Omit<TeamLine, 'gaps' | 'seats'> {
  readonly roles: readonly SeatRole[];
}

@Injectable()
export class CollaborativeViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly collaboratives: Collaboratives,
  ) {}

  async one(actor: Actor, id: string): Promise<CollaborativeView> {
    const collaborative = await this.collaboratives.get(actor, id);
    const { poolId, fundId } = collaborative;
    const [names, rules, years, figures, facilitators] = await Promise.all([
      this.db.find<{ fundName: string; poolName: string }>(sql`
        select f.name as "fundName", p.name as "poolName" from pools p join funds f on f.id = p.fund_id
        where p.id = ${poolId} and f.id = ${fundId}`),
      readRules(this.db, id),
      this.years(id),
      readFigures(this.db, { holders: [{ kind: 'pool', id: poolId }] }, 'all'),
      this.facilitators(id),
    ]);
    return {
      ...collaborative,
      ...{ fundName: names?.fundName ?? '', poolName: names?.poolName ?? '' },
      ...{ rules, years, facilitators },
      currentYearId: this.currentOf(years),
      figures: figures.get('all') ?? NO_FIGURES,
    };
  }

  async year(actor: Actor, id: string): Promise<YearView> {
    const { collaborative, year } = await this.collaboratives.year(actor, id);
    const [teams, earlier] = await Promise.all([
      this.teams(collaborative, sql`t.year_id = ${id}`),
      this.db.query(sql`
        select 1 from teams t where t.year_id = (select y.id from collaborative_years y
            where y.collaborative_id = ${collaborative.id} and y.ends_on < ${year.startsOn}
            order by y.ends_on desc limit 1)
          and not exists (select from teams mine where mine.year_id = ${id} and mine.district = t.district) limit 1`),
    ]);
    return { ...year, collaborative, teams, canCopy: earlier.length > 0 };
  }

  async team(actor: Actor, id: string): Promise<TeamView> {
    const found = await this.db.find<{ yearId: string }>(sql`select year_id as "yearId" from teams where id = ${id}`);
    if (found === undefined) throw notFound('thing.not_found');
    const { collaborative, year } = await this.collaboratives.year(actor, found.yearId);
    const [team] = await this.teams(collaborative, sql`t.id = ${id}`);
    if (team === undefined) throw notFound('thing.not_found');
    const isKeeper = this.policy.can(actor, 'seat.manage', collaborativeSubject(collaborative));
    const seats = await this.seats(id);
    const shown = seats.map(({ address, ...seat }): SeatLine => (isKeeper ? { ...seat, address } : seat));
    return {
      ...{ ...team, year, collaborative },
      people: shown.filter(({ endedOn }) => endedOn === null),
      before: shown.filter(({ endedOn }) => endedOn !== null),
    };
  }

  /** `6 of 7 seats`; where a team may be smaller or larger, both bounds. */
  seatWords(
    { seats }: Pick<TeamLine, 'seats'>,
    { teamAtLeast: least, teamAtMost: most }: YearView['collaborative'],
  ): string {
    return least === most
      ? this.texts.t('team.seats_of', { seats, most })
      : this.texts.t('team.seats_between', { seats, least, most });
  }

  private async teams(collaborative: Collaborative, where: Sql): Promise<TeamLine[]> {
    const rules = await readRules(this.db, collaborative.id);
    const rows = await this.db.query<TeamRow>(sql`
      select t.id, t.version, t.district, t.name,
        array(select s.role from seats s where s.team_id = t.id and s.ended_on is null) as roles
      from teams t left join districts d on d.name = t.district
      where ${where} order by d.position nulls last, lower(t.name), t.id`);
    const { teamAtLeast, teamAtMost } = collaborative;
    return rows.map(({ roles, ...team }) => ({
      ...team,
      seats: roles.length,
      gaps: compositionGaps({ teamAtLeast, teamAtMost, rules }, roles).map((gap) => say(this.texts, gap)),
    }));
  }

  private async seats(teamId: string): Promise<SeatLine[]> {
    return this.db.query<SeatLine>(sql`
      select s.id, s.version, s.person_id as "personId", p.name as "personName", s.role, s.starts_on as "startsOn",
        s.ended_on as "endedOn", (select i.value from identifiers i where i.person_id = p.id and i.kind = 'address'
          order by i.created_at, i.id limit 1) as address
      from seats s join persons p on p.id = s.person_id
      where s.team_id = ${teamId} order by s.ended_on desc nulls first, lower(p.name), s.role, s.id`);
  }

  private async years(collaborativeId: string): Promise<YearLine[]> {
    return this.db.query<YearLine>(sql`
      select y.id, y.name, y.starts_on as "startsOn", y.ends_on as "endsOn",
        (select count(*)::int from teams t where t.year_id = y.id) as teams,
        (select count(*)::int from convenings v where v.year_id = y.id and v.state <> 'cancelled') as convenings
      from collaborative_years y where y.collaborative_id = ${collaborativeId} order by y.starts_on desc`);
  }

  private currentOf(years: readonly YearLine[]): string | null {
    const { today } = this.db;
    const running = years.find(({ startsOn, endsOn }) => startsOn <= today && endsOn >= today);
    const next = years.filter(({ startsOn }) => startsOn > today).at(-1);
    return (running ?? next ?? years[0])?.id ?? null;
  }

  /** Who keeps it. Whoever holds the role both ways is named once, for this one. */
  private async facilitators(id: string): Promise<FacilitatorView[]> {
    return this.db.query(sql`
      select p.id as "personId", p.name, bool_and(g.scope_kind = 'agency') as everywhere from role_grants g
        join persons p on p.id = g.person_id
      where g.role = 'facilitator' and ${grantInForce('g', this.db.today)}
        and (g.scope_kind = 'agency' or g.scope_kind = 'collaborative' and g.scope_id = ${id}) group by p.id, p.name
      order by lower(p.name), p.id`);
  }
}
