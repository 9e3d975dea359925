/**
 * The life of a conflict of interest: found by the house or declared by the person, then confirmed or dismissed by
 * somebody else. Until it is dismissed it counts. Both answers can be corrected by the other one.
 */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface ConflictFacts {
  /** Whose conflict it is. */
  readonly personId: string;
}

export type ConflictState = 'found' | 'declared' | 'confirmed' | 'dismissed';

const notOnesOwn = (conflict: ConflictFacts, personId: string): Sentence | undefined =>
  conflict.personId === personId ? { code: 'conflict.own' } : undefined;

export const conflictLifecycle = defineLifecycle<ConflictState, ConflictFacts>({
  name: 'conflict',
  initial: 'found',
  states: {
    found: { label: 'Found', tone: 'attention' },
    declared: { label: 'Declared', tone: 'waiting' },
    confirmed: { label: 'Confirmed', tone: 'done' },
    dismissed: { label: 'Dismissed', tone: 'idle' },
  },
  actions: {
    declare: {
      from: ['found'],
      to: 'declared',
      label: 'Declare',
      permission: 'conflict.declare',
      internal: true,
    },
    confirm: {
      from: ['found', 'declared', 'dismissed'],
      to: 'confirmed',
      label: 'Confirm',
      permission: 'conflict.confirm',
      barredFor: notOnesOwn,
    },
    dismiss: {
      from: ['found', 'declared', 'confirmed'],
      to: 'dismissed',
      label: 'Dismiss',
      permission: 'conflict.dismiss',
      needsNote: true,
      barredFor: notOnesOwn,
    },
  },
});
