/** The life of a motion: moved, voted on by roll call, carried or failed; or tabled and taken up again. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { type Quorum, quorumProblem } from './vote.rules.js';

/** What a step of a motion looks at: the meeting, its quorum without the recused, and who has voted. */
export interface MotionFacts {
  readonly id: string;
  readonly meetingState: string;
  readonly quorum: Quorum;
  /** Present members who may vote and have not, by name. */
  readonly waitingFor: readonly string[];
}

export type MotionState = 'moved' | 'carried' | 'failed' | 'tabled';

const sessionProblem = (motion: MotionFacts): Sentence[] =>
  motion.meetingState === 'in_session' ? [] : [{ code: 'motion.not_in_session' }];

function closeBlockers(motion: MotionFacts): Sentence[] {
  const missing = sessionProblem(motion);
  const quorum = quorumProblem(motion.quorum);
  if (quorum !== undefined) missing.push(quorum);
  if (motion.waitingFor.length > 0) {
    missing.push({ code: 'motion.waits_for_votes', params: { names: motion.waitingFor.join(', ') } });
  }
  return missing;
}

export const motionLifecycle = defineLifecycle<MotionState, MotionFacts>({
  name: 'motion',
  initial: 'moved',
  states: {
    moved: { label: 'Moved', tone: 'moving' },
    carried: { label: 'Carried', tone: 'done', final: true },
    failed: { label: 'Failed', tone: 'idle', final: true },
    tabled: { label: 'Tabled', tone: 'waiting' },
  },
  actions: {
    close_vote: {
      from: ['moved'],
      to: 'same',
      label: 'Close the vote',
      permission: 'motion.close_vote',
      blockers: closeBlockers,
    },
    carry: { from: ['moved'], to: 'carried', label: 'Carried', permission: 'motion.close_vote', internal: true },
    fail: { from: ['moved'], to: 'failed', label: 'Failed', permission: 'motion.close_vote', internal: true },
    table: {
      from: ['moved'],
      to: 'tabled',
      label: 'Table the motion',
      permission: 'motion.table',
      blockers: sessionProblem,
      needsNote: true,
    },
    take_up: {
      from: ['tabled'],
      to: 'moved',
      label: 'Take up again',
      permission: 'motion.take_up',
    },
  },
});
