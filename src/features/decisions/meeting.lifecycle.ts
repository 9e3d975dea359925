/** The life of a meeting, from its plan to its approved minutes. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { documentEffect } from '../documents/index.js';

/** The minutes as a document, made when they are approved. */
export const MINUTES_KIND = 'minutes';

/** What a step of a meeting looks at. */
export interface MeetingFacts {
  readonly id: string;
  /** Persons who hold a seat in the committee today. */
  readonly members: number;
  readonly docketItems: number;
  /** Numbers of motions that are moved and neither counted nor tabled. */
  readonly openMotions: readonly string[];
}

export type MeetingState = 'planned' | 'noticed' | 'in_session' | 'adjourned' | 'minuted' | 'canceled';

const noticeBlockers = (meeting: MeetingFacts): Sentence[] =>
  meeting.docketItems === 0 ? [{ code: 'meeting.needs_docket' }] : [];

const openBlockers = (meeting: MeetingFacts): Sentence[] =>
  meeting.members === 0 ? [{ code: 'meeting.needs_members' }] : [];

const adjournBlockers = (meeting: MeetingFacts): Sentence[] =>
  meeting.openMotions.map((number) => ({ code: 'meeting.motion_open', params: { number } }));

export const meetingLifecycle = defineLifecycle<MeetingState, MeetingFacts>({
  name: 'meeting',
  initial: 'planned',
  states: {
    planned: { label: 'Planned', tone: 'idle' },
    noticed: { label: 'Notice given', tone: 'waiting' },
    in_session: { label: 'In session', tone: 'moving' },
    adjourned: { label: 'Adjourned', tone: 'waiting' },
    minuted: { label: 'Minutes approved', tone: 'done', final: true },
    canceled: { label: 'Canceled', tone: 'idle', final: true },
  },
  actions: {
    give_notice: {
      from: ['planned'],
      to: 'noticed',
      label: 'Give notice',
      permission: 'meeting.give_notice',
      blockers: noticeBlockers,
    },
    open: {
      from: ['noticed'],
      to: 'in_session',
      label: 'Open the meeting',
      permission: 'meeting.open',
      blockers: openBlockers,
    },
    adjourn: {
      from: ['in_session'],
      to: 'adjourned',
      label: 'Adjourn',
      permission: 'meeting.adjourn',
      blockers: adjournBlockers,
    },
    approve_minutes: {
      from: ['adjourned'],
      to: 'minuted',
      label: 'Record approval of the minutes',
      permission: 'meeting.approve_minutes',
      effects: (meeting) => [documentEffect(MINUTES_KIND, 'meeting', meeting.id)],
    },
    cancel: {
      from: ['planned', 'noticed'],
      to: 'canceled',
      label: 'Cancel the meeting',
      permission: 'meeting.cancel',
      needsNote: true,
    },
  },
});
