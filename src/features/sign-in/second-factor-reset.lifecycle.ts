/** The life of a request to take somebody's second step off: asked by one administrator, confirmed by another. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface ResetFacts {
  readonly personId: string;
  readonly askedBy: string;
  /** Whether there still is a second step to take off. */
  readonly isSetUp: boolean;
}

export type ResetState = 'asked' | 'done' | 'declined';

function barred({ personId, askedBy }: ResetFacts, actorId: string): Sentence | undefined {
  if (actorId === personId) return { code: 'second_factor_reset.own' };
  return actorId === askedBy ? { code: 'second_factor_reset.asked_by_you' } : undefined;
}

export const secondFactorResetLifecycle = defineLifecycle<ResetState, ResetFacts>({
  name: 'second_factor_reset',
  initial: 'asked',
  states: {
    asked: { label: 'Waits for a second administrator', tone: 'waiting' },
    done: { label: 'Taken off', tone: 'done', final: true },
    declined: { label: 'Declined', tone: 'idle', final: true },
  },
  actions: {
    confirm: {
      from: ['asked'],
      to: 'done',
      label: 'Confirm',
      permission: 'second_factor_reset.confirm',
      barredFor: barred,
      blockers: ({ isSetUp }) => (isSetUp ? [] : [{ code: 'second_factor_reset.nothing_set_up' }]),
    },
    decline: {
      from: ['asked'],
      to: 'declined',
      label: 'Decline',
      permission: 'second_factor_reset.decline',
      needsNote: true,
      barredFor: ({ personId }, actorId) => (actorId === personId ? { code: 'second_factor_reset.own' } : undefined),
    },
  },
});
