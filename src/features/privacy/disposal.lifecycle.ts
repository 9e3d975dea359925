/**
 * The life of a disposal: proposed by the monthly run or by an administrator, approved by a person who did not propose
 * it, then carried out in the background.
 */
import type { Effect } from '../../kernel/lifecycle.js';
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

export interface DisposalFacts {
  readonly id: string;
  readonly proposedBy: string | null;
  /** The one person it is about, when it is about one. */
  readonly personId: string | null;
}

export interface DisposalRunEffect extends Effect {
  readonly kind: 'disposal.run';
  readonly disposalId: string;
}

export type DisposalState = 'proposed' | 'approved' | 'done' | 'declined';

function notTheirs(disposal: DisposalFacts, personId: string): Sentence | undefined {
  if (disposal.personId === personId) return { code: 'disposal.about_you' };
  return disposal.proposedBy === personId ? { code: 'disposal.proposed_by_you' } : undefined;
}

export const disposalLifecycle = defineLifecycle<DisposalState, DisposalFacts>({
  name: 'disposal',
  initial: 'proposed',
  states: {
    proposed: { label: 'Waiting for approval', tone: 'attention' },
    approved: { label: 'Being carried out', tone: 'moving' },
    done: { label: 'Done', tone: 'done', final: true },
    declined: { label: 'Declined', tone: 'idle', final: true },
  },
  actions: {
    approve: {
      from: ['proposed'],
      to: 'approved',
      label: 'Approve',
      permission: 'disposal.approve',
      barredFor: notTheirs,
      effects: ({ id }): DisposalRunEffect[] => [{ kind: 'disposal.run', disposalId: id }],
    },
    decline: {
      from: ['proposed'],
      to: 'declined',
      label: 'Decline',
      permission: 'disposal.decline',
      needsNote: true,
    },
    finish: {
      from: ['approved'],
      to: 'done',
      label: 'Finish',
      permission: 'disposal.approve',
      internal: true,
    },
  },
});
