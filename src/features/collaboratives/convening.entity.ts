/** Convening: the teams of a year meet. Attendance: one seat's part in it. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { StatefulRow } from '../../platform/database/row.js';
import { attendanceLifecycle } from './attendance.lifecycle.js';
import { Collaborative, CollaborativeYear, Seat, Team } from './collaborative.entity.js';
import { CONVENING_KINDS, type ConveningKind, quotedList, SEAT_ROLES, type SeatRole } from './collaborative.words.js';
import { conveningLifecycle } from './convening.lifecycle.js';

@Entity('convenings')
@Index(['yearId'])
@Index(['collaborativeId'])
@Index(['fundId'])
@Check('convenings_state_check', conveningLifecycle.check)
@Check('convenings_kind_check', `"kind" IN (${quotedList(CONVENING_KINDS)})`)
@Check('convenings_period_check', '"ends_at" > "starts_at"')
@Check('convenings_roles_check', `cardinality("roles") > 0 AND "roles" <@ ARRAY[${quotedList(SEAT_ROLES)}]`)
@Check(
  'convenings_minutes_check',
  '"minutes" > 0 AND "minutes" * 60 <= EXTRACT(EPOCH FROM "ends_at") - EXTRACT(EPOCH FROM "starts_at")',
)
export class Convening extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey(() => CollaborativeYear)
  yearId: string;

  /** Of the year, copied: roles are held for a collaborative or a fund. */
  @Column({ type: 'uuid' })
  @ForeignKey(() => Collaborative)
  collaborativeId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('funds')
  fundId: string;

  @Column({ type: 'text' })
  kind: ConveningKind;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'timestamptz' })
  startsAt: Date;

  @Column({ type: 'timestamptz' })
  endsAt: Date;

  /** What counts for somebody who was there throughout; at most from beginning to end. */
  @Column({ type: 'integer' })
  minutes: number;

  @Column({ type: 'text' })
  place: string;

  /** Whom it is for; seats in other roles are not expected. */
  @Column({ type: 'text', array: true })
  roles: SeatRole[];
}

@Entity('attendances')
@Unique(['conveningId', 'personId', 'role'])
@Index(['seatId'])
@Index(['personId'])
@Index(['teamId'])
@Index(['collaborativeId'])
@Index(['fundId'])
@Index(['confirmedBy'])
@Check('attendances_state_check', attendanceLifecycle.check)
@Check('attendances_role_check', `"role" IN (${quotedList(SEAT_ROLES)})`)
@Check('attendances_minutes_check', `("state" = 'attended') = ("minutes" > 0)`)
@Check('attendances_answered_check', '("coming" IS NULL) = ("answered_at" IS NULL)')
@Check('attendances_confirmed_check', `("state" = 'expected') = ("confirmed_at" IS NULL)`)
@Check('attendances_own_check', '"confirmed_by" <> "person_id"')
export class Attendance extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Convening)
  conveningId: string;

  @Column({ type: 'uuid' })
  @ForeignKey(() => Collaborative)
  collaborativeId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('funds')
  fundId: string;

  @Column({ type: 'uuid' })
  @ForeignKey(() => Seat)
  seatId: string;

  /** Of the seat, copied: what somebody came as stays when seats change. */
  @Column({ type: 'uuid' })
  @ForeignKey(() => Team)
  teamId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  personId: string;

  @Column({ type: 'text' })
  role: SeatRole;

  /** What the participant answered. */
  @Column({ type: 'boolean', nullable: true })
  coming: boolean | null;

  @Column({ type: 'timestamptz', nullable: true })
  answeredAt: Date | null;

  /** How long they were there; 0 until it is confirmed, and for who was absent. */
  @Column({ type: 'integer', default: 0 })
  minutes: number;

  /** Who last said whether they were there; nobody when the system did. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  confirmedBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  confirmedAt: Date | null;
}
