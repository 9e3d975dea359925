/** Collaborative: district teams that meet over the years, paid for from one pool; with the rule their seats follow. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { quotedList, SEAT_ROLES, type SeatRole } from './collaborative.words.js';

@Entity('collaboratives')
@Unique(['poolId'])
@Unique(['shortName'])
@Index(['fundId'])
@Check('collaboratives_team_size_check', '"team_at_least" > 0 AND "team_at_most" >= "team_at_least"')
@Check('collaboratives_teams_at_most_check', '"teams_at_most" > 0')
export class Collaborative extends Row {
  @Column({ type: 'text' })
  name: string;

  /** As people say it: RMIC. */
  @Column({ type: 'text' })
  shortName: string;

  /** Of the pool, copied: roles are held for a fund. */
  @Column({ type: 'uuid' })
  @ForeignKey('funds')
  fundId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('pools')
  poolId: string;

  /** Seats of a team. */
  @Column({ type: 'integer' })
  teamAtLeast: number;

  @Column({ type: 'integer' })
  teamAtMost: number;

  /** Teams of a year; any number when absent. */
  @Column({ type: 'integer', nullable: true })
  teamsAtMost: number | null;
}

/** One line of the composition rule: so many seats of a team for these roles. A role stands in one line at most. */
@Entity('seat_rules')
@Unique(['collaborativeId', 'position'])
@Check('seat_rules_roles_check', `cardinality("roles") > 0 AND "roles" <@ ARRAY[${quotedList(SEAT_ROLES)}]`)
@Check('seat_rules_size_check', '"at_least" >= 0 AND "at_most" > 0 AND "at_most" >= "at_least"')
export class SeatRule extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Collaborative)
  collaborativeId: string;

  @Column({ type: 'integer' })
  position: number;

  /** As it reads in a sentence: `students, parents and community`. */
  @Column({ type: 'text' })
  label: string;

  @Column({ type: 'text', array: true })
  roles: SeatRole[];

  @Column({ type: 'integer' })
  atLeast: number;

  @Column({ type: 'integer', nullable: true })
  atMost: number | null;
}

/** A year of a collaborative. Years of one collaborative never overlap; the lock on the collaborative sees to it. */
@Entity('collaborative_years')
@Unique(['collaborativeId', 'name'])
@Check('collaborative_years_period_check', '"ends_on" > "starts_on"')
export class CollaborativeYear extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Collaborative)
  collaborativeId: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'date' })
  startsOn: string;

  @Column({ type: 'date' })
  endsOn: string;
}

/** A district's team in one year. */
@Entity('teams')
@Unique(['yearId', 'district'])
export class Team extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => CollaborativeYear)
  yearId: string;

  /** The district as the agency called it when the team was made. */
  @Column({ type: 'text' })
  district: string;

  @Column({ type: 'text' })
  name: string;
}

/** A seat somebody has on a team, in one role. Ended, never removed. */
@Entity('seats')
@Index('seats_live_key', ['teamId', 'personId', 'role'], { unique: true, where: '"ended_on" IS NULL' })
@Index(['teamId'])
@Index(['personId'])
@Check('seats_role_check', `"role" IN (${quotedList(SEAT_ROLES)})`)
@Check('seats_period_check', '"ended_on" >= "starts_on"')
export class Seat extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Team)
  teamId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  personId: string;

  @Column({ type: 'text' })
  role: SeatRole;

  @Column({ type: 'date' })
  startsOn: string;

  /** The last day; open when absent. */
  @Column({ type: 'date', nullable: true })
  endedOn: string | null;
}
