/** Attendances: the steps of saying who came, of correcting it and of answering. Each is part of a use case of convenings. */
import { Injectable } from '@nestjs/common';
import { conflict, forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { AttendanceMachine } from './attendance.machine.js';
import { attendancesAt } from './attendance.reads.js';
import { ATTENDANCE_CONFIRMED, ATTENDANCE_WITHDRAWN, type AttendanceEffect } from './attendance-news.js';
import { Attendance, type Convening } from './convening.entity.js';
import type { AnswerInput, ConfirmAttendanceInput, CorrectAttendanceInput, PresentInput } from './convening.input.js';
import { minutesBetween } from './convening.times.js';

export interface Correction extends CorrectAttendanceInput {
  readonly attendanceId: string;
  readonly action: 'confirm' | 'mark_absent';
}

type Said = Pick<Attendance, 'minutes' | 'confirmedBy' | 'confirmedAt'>;

@Injectable()
export class Attendances {
  constructor(private readonly attendances: AttendanceMachine) {}

  /** Under the lock of the convening: who is listed was there, all others who are expected were not. Nobody speaks for themselves. */
  async confirmAll(
    work: Work,
    convening: Convening,
    { present, nobody }: Pick<ConfirmAttendanceInput, 'present' | 'nobody'>,
  ): Promise<{ attended: number; absent: number }> {
    const rows = await this.lockAll(work, convening.id);
    const own = work.actor.kind === 'person' ? work.actor.personId : undefined;
    const minutesOf = this.readPresent(convening, rows, present);
    if (own !== undefined && minutesOf.has(own)) throw forbidden('attendance.own');
    const others = rows.filter(({ personId }) => personId !== own);
    const came = others.filter(({ personId }) => minutesOf.has(personId));
    const absent = others.filter(({ personId }) => !minutesOf.has(personId));
    // An empty list is more often a slip than a convening without people, and it takes everybody's stipend.
    if (came.length === 0 && absent.length > 0 && nobody !== true) {
      throw invalidField('nobody', 'attendance.nobody_ticked');
    }
    const groups = new Map<number, string[]>();
    for (const { id, personId } of came) {
      const minutes = minutesOf.get(personId) ?? convening.minutes;
      groups.set(minutes, [...(groups.get(minutes) ?? []), id]);
    }
    for (const [minutes, ids] of groups) {
      await this.attendances.machine.transition(work, { action: 'confirm', ids, changes: said(work, minutes) });
    }
    if (absent.length > 0) {
      const ids = absent.map(({ id }) => id);
      await this.attendances.machine.transition(work, { action: 'mark_absent', ids, changes: said(work, 0) });
    }
    await this.follow(work, ATTENDANCE_CONFIRMED, came);
    const count = (list: readonly Attendance[]): number => new Set(list.map(({ personId }) => personId)).size;
    return { attended: count(came), absent: count(absent) };
  }

  /** Under the lock of the convening: of one person, in all the roles they came in. */
  async correct(work: Work, convening: Convening, correction: Correction): Promise<void> {
    const { attendanceId, action, note, version: expectedVersion } = correction;
    const rows = await this.lockAll(work, convening.id);
    const named = rows.find(({ id }) => id === attendanceId);
    if (named === undefined) throw notFound('thing.not_found');
    this.attendances.machine.require(work.policy, work.actor, `attendance.${action}`, named);
    if (convening.state !== 'held') throw conflict('attendance.not_held');
    if (note.trim() === '') throw invalidField('note', 'action.needs_note');
    const minutes = action === 'confirm' ? this.minutes(convening, correction.minutes, 'minutes') : 0;
    const before = new Map(rows.map(({ id, state }) => [id, state]));
    const same = rows.filter(({ personId }) => personId === named.personId);
    const wasThere = same.filter(({ id }) => before.get(id) === 'attended');
    const step = async (what: string, list: readonly Attendance[]): Promise<void> => {
      // The one on the page is checked by its version; a person's other roles follow it.
      for (const { id } of list) {
        const expected = id === attendanceId ? expectedVersion : undefined;
        await this.attendances.machine.transition(work, {
          ...{ action: what, ids: [id], note, changes: said(work, minutes) },
          expectedVersion: expected,
        });
      }
    };
    if (action === 'mark_absent') {
      await step('mark_absent', named.state === 'absent' ? [named] : same.filter((row) => row.state !== 'absent'));
    } else {
      await step('change_minutes', wasThere);
      await step(
        'confirm',
        same.filter((row) => before.get(row.id) !== 'attended'),
      );
    }
    // What was built on the earlier word goes first, then what follows from the new one.
    await this.follow(work, ATTENDANCE_WITHDRAWN, wasThere);
    if (action === 'confirm') await this.follow(work, ATTENDANCE_CONFIRMED, same);
  }

  async answer(work: Work, attendanceId: string, { coming, date }: AnswerInput): Promise<void> {
    // Convenings before their attendances, as everywhere: one that moves takes the answers with it, and none slips in after.
    const [convening] = await work.query<{ startsAt: Date }>(sql`
      select v.starts_at as "startsAt" from convenings v
      where v.id = (select convening_id from attendances where id = ${attendanceId}) for share`);
    const [row] = await work.lock(Attendance, [attendanceId]);
    if (row === undefined) throw notFound('thing.not_found');
    this.attendances.machine.require(work.policy, work.actor, 'attendance.answer', row);
    if (date !== undefined && convening !== undefined && work.calendar.today(convening.startsAt) !== date) {
      throw conflict('attendance.moved_meanwhile', {
        params: { day: work.calendar.formatInstant(convening.startsAt, 'full') },
      });
    }
    const same = await work.query<{ id: string }>(sql`
      select id from attendances where convening_id = ${row.conveningId} and person_id = ${row.personId}
        and (state = 'expected' or id = ${attendanceId})`);
    await this.attendances.machine.transition(work, {
      action: 'answer',
      ids: same.map(({ id }) => id),
      changes: { coming, answeredAt: work.now },
    });
  }

  async forgetAnswers(work: Work, conveningId: string): Promise<void> {
    await work.query(sql`
      update attendances set coming = null, answered_at = null, version = version + 1
      where convening_id = ${conveningId} and state = 'expected' and coming is not null`);
  }

  async conveningOf(work: Work, attendanceId: string): Promise<string> {
    const [row] = await work.query<{ id: string }>(
      sql`select convening_id as id from attendances where id = ${attendanceId}`,
    );
    if (row === undefined) throw notFound('thing.not_found');
    return row.id;
  }

  /** Who is no longer expected is left out: nothing is said of them. */
  private async lockAll(work: Work, conveningId: string): Promise<Attendance[]> {
    const expected = await attendancesAt(work, conveningId);
    return work.lock(
      Attendance,
      expected.map(({ id }) => id),
    );
  }

  /** Minutes by person: somebody with two seats was there or was not, whichever seat was ticked. */
  private readPresent(
    convening: Convening,
    rows: readonly Attendance[],
    present: readonly PresentInput[],
  ): Map<string, number> {
    const byId = new Map(rows.map((row) => [row.id, row]));
    const minutesOf = new Map<string, number>();
    present.forEach(({ attendanceId, wasThere = true, minutes }, index) => {
      const row = byId.get(attendanceId);
      if (row === undefined) throw invalidField(`present[${index}].attendanceId`, 'field.not_found');
      if (!wasThere) return;
      const counted = this.minutes(convening, minutes, `present[${index}].minutes`);
      minutesOf.set(row.personId, Math.max(counted, minutesOf.get(row.personId) ?? 0));
    });
    return minutesOf;
  }

  private minutes(convening: Convening, given: number | undefined, field: string): number {
    const most = minutesBetween(convening.startsAt, convening.endsAt);
    const minutes = given ?? convening.minutes;
    if (minutes > most) throw invalidField(field, 'attendance.longer_than_it_lasted', { most });
    return minutes;
  }

  private async follow(work: Work, kind: AttendanceEffect['kind'], rows: readonly Attendance[]): Promise<void> {
    if (rows.length === 0) return;
    const effect: AttendanceEffect = { kind, attendanceIds: rows.map(({ id }) => id) };
    await work.apply([effect]);
  }
}

const said = (work: Work, minutes: number): Said => ({
  minutes,
  confirmedBy: work.actor.kind === 'person' ? work.actor.personId : null,
  confirmedAt: work.now,
});
