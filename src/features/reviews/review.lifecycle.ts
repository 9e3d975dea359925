/** The life of a review: one reviewer's scores of one application. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import type { Money } from '../../kernel/money.js';
import { type CriterionScore, submitProblems } from './review.rules.js';

/** What a step of a review looks at: each criterion with what is written for it, and the amounts. */
export interface ReviewFacts {
  readonly criteria: readonly CriterionScore[];
  readonly requested: Money;
  readonly recommended: Money | null;
  /** The panel of the round is closed: its scores no longer change. */
  readonly isPanelClosed: boolean;
}

export type ReviewState = 'assigned' | 'in_progress' | 'submitted' | 'recused' | 'withdrawn' | 'closed';

const whilePanelIsOpen = (review: ReviewFacts): Sentence[] =>
  review.isPanelClosed ? [{ code: 'review.panel_closed' }] : [];

export const reviewLifecycle = defineLifecycle<ReviewState, ReviewFacts>({
  name: 'review',
  initial: 'assigned',
  states: {
    assigned: { label: 'Assigned', tone: 'attention' },
    in_progress: { label: 'In progress', tone: 'moving' },
    submitted: { label: 'Submitted', tone: 'done' },
    recused: { label: 'Recused', tone: 'idle', final: true },
    withdrawn: { label: 'Taken back', tone: 'idle', final: true },
    closed: { label: 'Final', tone: 'done', final: true },
  },
  actions: {
    start: {
      from: ['assigned'],
      to: 'in_progress',
      label: 'Start the review',
      permission: 'review.start',
      blockers: whilePanelIsOpen,
    },
    submit: {
      from: ['in_progress'],
      to: 'submitted',
      label: 'Submit the review',
      permission: 'review.submit',
      blockers: (review) => [...whilePanelIsOpen(review), ...submitProblems(review)],
    },
    reopen: {
      from: ['submitted'],
      to: 'in_progress',
      label: 'Reopen the review',
      permission: 'review.reopen',
      blockers: whilePanelIsOpen,
      needsNote: true,
    },
    declare_conflict: {
      from: ['assigned', 'in_progress'],
      to: 'recused',
      label: 'I have a conflict of interest',
      permission: 'review.declare_conflict',
      needsNote: true,
    },
    withdraw: {
      from: ['assigned', 'in_progress'],
      to: 'withdrawn',
      label: 'Take the review back',
      permission: 'review.withdraw',
      needsNote: true,
    },
    recuse: {
      from: ['assigned', 'in_progress', 'submitted'],
      to: 'recused',
      label: 'Take the reviewer off for a conflict',
      permission: 'review.withdraw',
      internal: true,
    },
    close: {
      from: ['submitted'],
      to: 'closed',
      label: 'Make the scores final',
      permission: 'review.close_panel',
      internal: true,
    },
  },
});
