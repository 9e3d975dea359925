/**
 * AttendanceNews: what follows from an attendance that was confirmed or taken back, for later features. It answers the
 * two kinds of effects and passes each set on in the same work to whoever listens; nobody has to.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EffectHandlers } from '../../platform/database/effects.js';
import type { Work } from '../../platform/database/work.js';

/** These people were there: all that one step confirmed, together. */
export interface AttendanceConfirmedEffect {
  readonly kind: 'attendance.confirmed';
  readonly attendanceIds: readonly string[];
}

/** What was confirmed of these is taken back. A listener that cannot follow throws, and nothing has happened. */
export interface AttendanceWithdrawnEffect {
  readonly kind: 'attendance.withdrawn';
  readonly attendanceIds: readonly string[];
}

export type AttendanceEffect = AttendanceConfirmedEffect | AttendanceWithdrawnEffect;
export type AttendanceListener = (work: Work, attendanceIds: readonly string[]) => Promise<void>;

export const ATTENDANCE_CONFIRMED = 'attendance.confirmed';
export const ATTENDANCE_WITHDRAWN = 'attendance.withdrawn';

@Injectable()
export class AttendanceNews implements OnModuleInit {
  private readonly listeners: Record<AttendanceEffect['kind'], AttendanceListener[]> = {
    [ATTENDANCE_CONFIRMED]: [],
    [ATTENDANCE_WITHDRAWN]: [],
  };

  constructor(private readonly effects: EffectHandlers) {}

  onModuleInit(): void {
    for (const kind of [ATTENDANCE_CONFIRMED, ATTENDANCE_WITHDRAWN] as const) {
      this.effects.register<AttendanceEffect>(kind, (work, effects) =>
        this.tell(
          work,
          kind,
          effects.flatMap(({ attendanceIds }) => attendanceIds),
        ),
      );
    }
  }

  /** Called once a step with all its ids, in the same work. */
  listen(kind: AttendanceEffect['kind'], listener: AttendanceListener): void {
    this.listeners[kind].push(listener);
  }

  private async tell(work: Work, kind: AttendanceEffect['kind'], ids: readonly string[]): Promise<void> {
    const attendanceIds = [...new Set(ids)].sort();
    for (const listener of this.listeners[kind]) await listener(work, attendanceIds);
  }
}
