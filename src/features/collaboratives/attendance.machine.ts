/** AttendanceMachine: the lifecycle of attendances bound to its table. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Stateful } from '../../platform/database/stateful.js';
import type { Queryable } from '../../platform/database/work.js';
import { attendanceLifecycle, type AttendanceStepFacts } from './attendance.lifecycle.js';
import { Attendance } from './convening.entity.js';

interface ConveningTimes {
  readonly id: string;
  readonly state: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

@Injectable()
export class AttendanceMachine {
  readonly machine: Stateful<Attendance, AttendanceStepFacts>;

  constructor(private readonly db: Database) {
    this.machine = new Stateful<Attendance, AttendanceStepFacts>({
      entity: Attendance,
      lifecycle: attendanceLifecycle as never,
      readPermission: 'attendance.read',
      subjectOf: ({ collaborativeId, fundId, personId }) => ({
        scopes: { collaborative: collaborativeId, fund: fundId },
        personId,
      }),
      facts: (from, rows) => this.facts(from, rows),
    });
  }

  private async facts(from: Queryable, rows: readonly Attendance[]): Promise<Map<string, AttendanceStepFacts>> {
    const ids = [...new Set(rows.map(({ conveningId }) => conveningId))];
    const convenings = await from.query<ConveningTimes>(sql`
      select id, state, starts_at as "startsAt", ends_at as "endsAt" from convenings where id = any(${ids}::uuid[])`);
    const byId = new Map(convenings.map((convening) => [convening.id, convening]));
    const { now } = this.db;
    return new Map(
      rows.flatMap(({ id, conveningId, personId }): [string, AttendanceStepFacts][] => {
        const convening = byId.get(conveningId);
        if (convening === undefined) return [];
        const { state: conveningState, startsAt: conveningStartsAt, endsAt: conveningEndsAt } = convening;
        return [[id, { personId, now, conveningState, conveningStartsAt, conveningEndsAt }]];
      }),
    );
  }
}
