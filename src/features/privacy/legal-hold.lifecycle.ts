/** The life of a legal hold: in force until another person than the one who placed it lifts it. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface LegalHoldFacts {
  readonly placedBy: string;
}

export type LegalHoldState = 'in_force' | 'lifted';

export const legalHoldLifecycle = defineLifecycle<LegalHoldState, LegalHoldFacts>({
  name: 'legal_hold',
  initial: 'in_force',
  states: {
    in_force: { label: 'In force', tone: 'waiting' },
    lifted: { label: 'Lifted', tone: 'idle', final: true },
  },
  actions: {
    lift: {
      from: ['in_force'],
      to: 'lifted',
      label: 'Lift',
      permission: 'legal_hold.lift',
      needsNote: true,
      barredFor: (hold, personId): Sentence | undefined =>
        hold.placedBy === personId ? { code: 'legal_hold.placed_by_you' } : undefined,
    },
  },
});
