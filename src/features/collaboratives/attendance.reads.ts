/** Attendances as later features read them: who came to what, as what, for how long, and on whose account. */
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { AttendanceState } from './attendance.lifecycle.js';
import type { ConveningKind, SeatRole } from './collaborative.words.js';
import type { ConveningState } from './convening.lifecycle.js';

export interface AttendanceFact {
  readonly id: string;
  readonly version: number;
  readonly state: AttendanceState;
  readonly conveningId: string;
  readonly conveningName: string;
  readonly conveningKind: ConveningKind;
  readonly conveningState: ConveningState;
  /** The day it began, in the agency's zone. */
  readonly conveningOn: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly place: string;
  /** What the whole convening counts. */
  readonly conveningMinutes: number;
  /** How long they were there; 0 unless attended. */
  readonly minutes: number;
  readonly coming: boolean | null;
  readonly answeredAt: Date | null;
  readonly personId: string;
  readonly personName: string;
  readonly role: SeatRole;
  readonly seatId: string;
  readonly teamId: string;
  readonly teamName: string;
  readonly district: string;
  readonly yearId: string;
  readonly collaborativeId: string;
  readonly collaborativeName: string;
  readonly poolId: string;
  readonly fundId: string;
  /** The person who said whether they came. */
  readonly confirmedBy: string | null;
  readonly confirmedAt: Date | null;
}

/** The day a convening (`v`) begins, in the agency's zone. */
const ON_THE_DAY = rawSql(`(v.starts_at at time zone coalesce((select time_zone from agency), 'UTC'))::date`);

/** A seat (`s`) that is somebody's on the day, in a role that the convening is for. */
export const IS_FOR_SEAT = sql`(s.role = any(v.roles) and s.starts_on <= ${ON_THE_DAY}
  and (s.ended_on is null or s.ended_on >= ${ON_THE_DAY}))`;

/** Who lost the seat before the day is no longer expected; what was said of who came stays. */
export const STILL_EXPECTED = sql`(a.state <> 'expected' or ${IS_FOR_SEAT})`;

const ATTENDANCE_COLUMNS = sql`
  a.id, a.version, a.state, a.convening_id as "conveningId", v.name as "conveningName", v.kind as "conveningKind",
  v.state as "conveningState", ${ON_THE_DAY}::text as "conveningOn", v.starts_at as "startsAt", v.ends_at as "endsAt",
  v.place, v.minutes as "conveningMinutes", a.minutes, a.coming, a.answered_at as "answeredAt",
  a.person_id as "personId", p.name as "personName", a.role, a.seat_id as "seatId", a.team_id as "teamId",
  t.name as "teamName", t.district, v.year_id as "yearId", a.collaborative_id as "collaborativeId",
  c.name as "collaborativeName", c.pool_id as "poolId", a.fund_id as "fundId", a.confirmed_by as "confirmedBy",
  a.confirmed_at as "confirmedAt"`;

const ATTENDANCE_TABLES = sql`
  attendances a join convenings v on v.id = a.convening_id join seats s on s.id = a.seat_id
  join teams t on t.id = a.team_id join persons p on p.id = a.person_id
  join collaboratives c on c.id = a.collaborative_id`;

/** These attendances, in no order; those that are not there are left out. */
export async function readAttendances(from: Queryable, ids: readonly string[]): Promise<AttendanceFact[]> {
  return read(from, sql`a.id = any(${[...ids]}::uuid[])`, rawSql('a.id'));
}

/** All attendances of a person that count, the latest convening first. */
export async function attendancesOf(from: Queryable, personId: string): Promise<AttendanceFact[]> {
  return read(from, sql`a.person_id = ${personId} and ${STILL_EXPECTED}`, rawSql('v.starts_at desc, a.role, a.id'));
}

/** The attendances of a convening that count, by team and name. */
export async function attendancesAt(from: Queryable, conveningId: string): Promise<AttendanceFact[]> {
  const order = rawSql('lower(t.name), t.id, lower(p.name), p.id, a.role');
  return read(from, sql`a.convening_id = ${conveningId} and ${STILL_EXPECTED}`, order);
}

async function read(from: Queryable, where: Sql, order: Sql): Promise<AttendanceFact[]> {
  return from.query<AttendanceFact>(
    sql`select ${ATTENDANCE_COLUMNS} from ${ATTENDANCE_TABLES} where ${where} order by ${order}`,
  );
}
