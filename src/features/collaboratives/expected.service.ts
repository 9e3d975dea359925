/** Expected: keeps who is expected at a year's convenings in step with the seats of its teams. */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { IS_FOR_SEAT } from './attendance.reads.js';
import { AttendanceMachine } from './attendance.machine.js';
import type { LockedYear } from './collaboratives.reads.js';
import type { SeatRole } from './collaborative.words.js';
import { Attendance, Convening } from './convening.entity.js';

interface MissingRow {
  readonly conveningId: string;
  readonly seatId: string;
  readonly teamId: string;
  readonly personId: string;
  readonly role: SeatRole;
}

interface ReseatedRow {
  readonly id: string;
  readonly conveningId: string;
  readonly seatId: string;
  readonly teamId: string;
}

@Injectable()
export class ExpectedPeople {
  constructor(private readonly attendances: AttendanceMachine) {}

  /**
   * Under the lock of the year: everybody whose seat the convenings are for is expected there. A convening whose list
   * grew has moved on, so that a page made from the shorter list cannot mark the new ones absent.
   */
  async complete(work: Work, { collaborative, year }: LockedYear): Promise<void> {
    const moved = await this.reseated(work, year.id);
    const missing = await this.missing(work, year.id);
    // Convenings before their attendances, as everywhere.
    const convenings = await work.lock(
      Convening,
      [...moved, ...missing].map(({ conveningId }) => conveningId),
    );
    for (const { id, seatId, teamId } of moved) {
      await work.query(sql`
        update attendances set seat_id = ${seatId}, team_id = ${teamId}, version = version + 1
        where id = ${id} and state = 'expected'`);
    }
    const grown = new Set(missing.map(({ conveningId }) => conveningId));
    await work.updateSet(
      Convening,
      convenings.filter(({ id }) => grown.has(id)),
      {},
    );
    const rows = await work.insert(
      Attendance,
      missing.map((row) => ({
        ...row,
        state: 'expected',
        collaborativeId: collaborative.id,
        fundId: collaborative.fundId,
        ...{ coming: null, answeredAt: null, minutes: 0, confirmedBy: null, confirmedAt: null },
      })),
    );
    if (rows.length > 0) await this.attendances.machine.begin(work, rows, 'expect');
  }

  private async missing(work: Work, yearId: string): Promise<MissingRow[]> {
    return work.query<MissingRow>(sql`
      select distinct on (v.id, s.person_id, s.role) v.id as "conveningId", s.id as "seatId", s.team_id as "teamId",
             s.person_id as "personId", s.role
      from convenings v join teams t on t.year_id = v.year_id join seats s on s.team_id = t.id
      where v.year_id = ${yearId} and v.state in ('planned', 'held') and ${IS_FOR_SEAT}
        and not exists (select from attendances a where a.convening_id = v.id and a.person_id = s.person_id
          and a.role = s.role)
      order by v.id, s.person_id, s.role, s.created_at, s.id`);
  }

  /** Somebody who was given the same role again is expected on account of the seat they have now. */
  private async reseated(work: Work, yearId: string): Promise<ReseatedRow[]> {
    return work.query<ReseatedRow>(sql`
      select distinct on (a.id) a.id, v.id as "conveningId", s.id as "seatId", s.team_id as "teamId"
      from attendances a join convenings v on v.id = a.convening_id join seats old on old.id = a.seat_id
        join teams t on t.year_id = v.year_id
        join seats s on s.team_id = t.id and s.person_id = a.person_id and s.role = a.role and s.id <> old.id
      where v.year_id = ${yearId} and v.state <> 'cancelled' and a.state = 'expected' and old.ended_on is not null
        and s.ended_on is null
      order by a.id, s.created_at, s.id`);
  }
}
