/** The life of an attendance: expected; then the facilitator says that they came, or that they did not. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface AttendanceStepFacts {
  readonly personId: string;
  readonly now: Date;
  readonly conveningState: string;
  readonly conveningStartsAt: Date;
  readonly conveningEndsAt: Date;
}

export type AttendanceState = 'expected' | 'attended' | 'absent';

/** A person never confirms their own attendance, whatever roles they hold. */
function notTheirOwn(attendance: AttendanceStepFacts, personId: string): Sentence | undefined {
  return attendance.personId === personId ? { code: 'attendance.own' } : undefined;
}

function onceItBegan({ conveningState, conveningStartsAt, now }: AttendanceStepFacts): Sentence[] {
  if (conveningState === 'cancelled') return [{ code: 'attendance.convening_cancelled' }];
  return now < conveningStartsAt ? [{ code: 'convening.not_yet_begun' }] : [];
}

function untilItEnds({ conveningState, conveningEndsAt, now }: AttendanceStepFacts): Sentence[] {
  if (conveningState === 'cancelled') return [{ code: 'attendance.convening_cancelled' }];
  return conveningState === 'held' || now >= conveningEndsAt ? [{ code: 'attendance.too_late_to_answer' }] : [];
}

export const attendanceLifecycle = defineLifecycle<AttendanceState, AttendanceStepFacts>({
  name: 'attendance',
  initial: 'expected',
  states: {
    expected: { label: 'Expected', tone: 'moving' },
    attended: { label: 'Was there', publicLabel: 'You were there', tone: 'done' },
    absent: { label: 'Was not there', publicLabel: 'You were not there', tone: 'idle' },
  },
  actions: {
    answer: {
      from: ['expected'],
      to: 'same',
      label: 'Say whether you come',
      permission: 'attendance.answer',
      blockers: untilItEnds,
      internal: true,
    },
    confirm: {
      from: ['expected', 'absent'],
      to: 'attended',
      label: 'Was there',
      permission: 'attendance.confirm',
      blockers: onceItBegan,
      barredFor: notTheirOwn,
    },
    change_minutes: {
      from: ['attended'],
      to: 'same',
      label: 'Change the hours',
      permission: 'attendance.confirm',
      barredFor: notTheirOwn,
      needsNote: true,
      // A correction: it says the hours too.
      internal: true,
    },
    mark_absent: {
      from: ['expected', 'attended'],
      to: 'absent',
      label: 'Was not there',
      permission: 'attendance.mark_absent',
      blockers: onceItBegan,
      barredFor: notTheirOwn,
    },
  },
});
