/** The life of an interview: offered to an applicant, who chooses a time; then held, missed or cancelled. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface InterviewFacts {
  /** The agency's date and the moment now. */
  readonly today: string;
  readonly now: Date;
  /** The day of the chosen time, in the agency's zone, and its instant. */
  readonly startsOn: string | null;
  readonly startsAt: Date | null;
  readonly chooseBy: string | null;
  /** Members of the applicant, and those among them who may choose for it. */
  readonly members: ReadonlySet<string>;
  readonly choosers: ReadonlySet<string>;
}

export type InterviewState = 'offered' | 'scheduled' | 'held' | 'missed' | 'cancelled';

/** Members may look; owners, editors and signatories choose. */
function barred(interview: InterviewFacts, personId: string): Sentence | undefined {
  const isOnlooker = interview.members.has(personId) && !interview.choosers.has(personId);
  return isOnlooker ? { code: 'interview.chosen_by_others' } : undefined;
}

/** A time can be changed until the day before it. */
function untilTheDayBefore({ startsOn, today }: InterviewFacts): Sentence[] {
  return startsOn !== null && today >= startsOn ? [{ code: 'interview.too_late_to_change' }] : [];
}

function onceItBegan({ startsAt, now }: InterviewFacts): Sentence[] {
  return startsAt !== null && now < startsAt ? [{ code: 'interview.not_yet_begun' }] : [];
}

export const interviewLifecycle = defineLifecycle<InterviewState, InterviewFacts>({
  name: 'interview',
  initial: 'offered',
  states: {
    offered: { label: 'Waiting for a time', publicLabel: 'Choose a time', tone: 'waiting' },
    scheduled: { label: 'Scheduled', tone: 'moving' },
    held: { label: 'Held', tone: 'done', final: true },
    missed: { label: 'Missed', tone: 'idle', final: true },
    cancelled: { label: 'Canceled', tone: 'idle', final: true },
  },
  actions: {
    choose_slot: {
      from: ['offered'],
      to: 'scheduled',
      label: 'Choose this time',
      permission: 'interview.choose_slot',
      blockers: ({ chooseBy, today }) =>
        chooseBy !== null && today > chooseBy ? [{ code: 'interview.choosing_is_over' }] : [],
      barredFor: barred,
    },
    reschedule: {
      from: ['scheduled'],
      to: 'same',
      label: 'Change the time',
      permission: 'interview.reschedule',
      blockers: untilTheDayBefore,
      barredFor: barred,
    },
    hold: {
      from: ['scheduled'],
      to: 'held',
      label: 'Record that it was held',
      permission: 'interview.hold',
      blockers: onceItBegan,
    },
    miss: {
      from: ['scheduled'],
      to: 'missed',
      label: 'Record that nobody came',
      permission: 'interview.miss',
      blockers: onceItBegan,
      needsNote: true,
    },
    cancel: {
      from: ['offered', 'scheduled'],
      to: 'cancelled',
      label: 'Cancel the interview',
      permission: 'interview.cancel',
      barredFor: barred,
      needsNote: true,
    },
  },
});
