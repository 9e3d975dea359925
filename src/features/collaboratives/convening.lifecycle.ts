/** The life of a convening: planned; then held, when who came is said; or cancelled. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface ConveningFacts {
  readonly now: Date;
  readonly startsAt: Date;
}

export type ConveningState = 'planned' | 'held' | 'cancelled';

function onceItBegan({ startsAt, now }: ConveningFacts): Sentence[] {
  return now < startsAt ? [{ code: 'convening.not_yet_begun' }] : [];
}

export const conveningLifecycle = defineLifecycle<ConveningState, ConveningFacts>({
  name: 'convening',
  initial: 'planned',
  states: {
    planned: { label: 'Planned', tone: 'moving' },
    held: { label: 'Held', tone: 'done', final: true },
    cancelled: { label: 'Canceled', tone: 'idle', final: true },
  },
  actions: {
    hold: {
      from: ['planned'],
      to: 'held',
      label: 'Confirm attendance',
      permission: 'convening.hold',
      blockers: onceItBegan,
      // Taken by saying who came, never alone.
      internal: true,
    },
    cancel: {
      from: ['planned'],
      to: 'cancelled',
      label: 'Cancel this convening',
      permission: 'convening.cancel',
      needsNote: true,
    },
  },
});
