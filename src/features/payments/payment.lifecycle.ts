/** The lives of a batch of payments and of each payment in it. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import type { Money } from '../../kernel/money.js';
import { notOwn } from './payable.lifecycle.js';

/** What a step of a batch looks at: who prepared it, who is paid by it, and what is missing. */
export interface BatchFacts {
  readonly id: string;
  readonly amount: Money;
  /** Nobody when the system prepared it. */
  readonly preparedBy: string | null;
  /** Who approved it: by delegation, both who did and for whom. */
  readonly approvedBy: readonly string[];
  /** Up to this one person may approve and release; absent: whatever it comes to. */
  readonly soleRelease: Money | null;
  readonly beneficiaries: readonly string[];
  /** Payees who need a tax form and have none. */
  readonly withoutTaxForm: readonly string[];
}

export interface PaymentFacts {
  readonly id: string;
  readonly beneficiaries: readonly string[];
  readonly batchState: string;
}

export type BatchState = 'draft' | 'approved' | 'released' | 'settled' | 'unknown' | 'failed' | 'voided';
export type PaymentState = 'pending' | 'issued' | 'cleared' | 'returned' | 'stopped' | 'stale' | 'voided';

/** Who prepared a batch, or is paid by it, neither approves nor releases it. */
function secondPerson(batch: BatchFacts, personId: string): Sentence | undefined {
  if (batch.preparedBy === personId) return { code: 'payment_batch.you_prepared' };
  return batch.beneficiaries.includes(personId) ? { code: 'payment_batch.pays_you' } : undefined;
}

/** Above the amount that the agency set, who approved it does not release it either. */
function releasingPerson(batch: BatchFacts, personId: string): Sentence | undefined {
  const { amount, approvedBy, soleRelease } = batch;
  if (soleRelease !== null && amount.compare(soleRelease) > 0 && approvedBy.includes(personId)) {
    return { code: 'payment_batch.you_approved', params: { limit: soleRelease } };
  }
  return secondPerson(batch, personId);
}

function formBlockers({ withoutTaxForm }: BatchFacts): Sentence[] {
  if (withoutTaxForm.length === 0) return [];
  return [{ code: 'payment_batch.tax_form_missing', params: { names: withoutTaxForm.slice(0, 5).join(', ') } }];
}

/** While nobody knows whether the batch went out, nothing is said of its payments. */
const knownBlockers = ({ batchState }: PaymentFacts): Sentence[] =>
  batchState === 'unknown' ? [{ code: 'payment.batch_unknown' }] : [];

export const batchLifecycle = defineLifecycle<BatchState, BatchFacts>({
  name: 'payment_batch',
  initial: 'draft',
  states: {
    draft: { label: 'Draft', tone: 'waiting' },
    approved: { label: 'Approved', tone: 'waiting' },
    released: { label: 'Released', tone: 'moving' },
    settled: { label: 'Settled', tone: 'done', final: true },
    unknown: { label: 'Unknown', tone: 'attention' },
    failed: { label: 'Failed', tone: 'attention', final: true },
    voided: { label: 'Void', tone: 'idle', final: true },
  },
  actions: {
    approve: {
      from: ['draft'],
      to: 'approved',
      label: 'Approve',
      permission: 'payment_batch.approve',
      amount: ({ amount }) => amount,
      barredFor: secondPerson,
      blockers: formBlockers,
    },
    release: {
      from: ['approved'],
      to: 'released',
      label: 'Release',
      permission: 'payment_batch.release',
      amount: ({ amount }) => amount,
      barredFor: releasingPerson,
      blockers: formBlockers,
    },
    settle: { from: ['released'], to: 'settled', label: 'Settle', permission: 'payment_batch.settle' },
    mark_unknown: {
      from: ['released'],
      to: 'unknown',
      label: 'Mark as unknown',
      permission: 'payment_batch.mark_unknown',
      needsNote: true,
    },
    confirm_released: {
      from: ['unknown'],
      to: 'released',
      label: 'Confirm it went out',
      permission: 'payment_batch.confirm_released',
      needsNote: true,
      barredFor: secondPerson,
    },
    confirm_failed: {
      from: ['unknown'],
      to: 'failed',
      label: 'Confirm it failed',
      permission: 'payment_batch.confirm_failed',
      needsNote: true,
      barredFor: secondPerson,
    },
    void: {
      from: ['draft', 'approved'],
      to: 'voided',
      label: 'Void',
      permission: 'payment_batch.void',
      needsNote: true,
    },
  },
});

export const paymentLifecycle = defineLifecycle<PaymentState, PaymentFacts>({
  name: 'payment',
  initial: 'pending',
  states: {
    pending: { label: 'Pending', tone: 'waiting' },
    issued: { label: 'Issued', tone: 'moving' },
    cleared: { label: 'Cleared', tone: 'done' },
    returned: { label: 'Returned', tone: 'attention', final: true },
    stopped: { label: 'Stopped', tone: 'attention', final: true },
    stale: { label: 'Stale', tone: 'attention', final: true },
    voided: { label: 'Void', tone: 'idle', final: true },
  },
  actions: {
    issue: {
      from: ['pending'],
      to: 'issued',
      label: 'Issue',
      permission: 'payment_batch.release',
      internal: true,
    },
    void: {
      from: ['pending', 'issued'],
      to: 'voided',
      label: 'Void',
      permission: 'payment_batch.void',
      internal: true,
    },
    clear: {
      from: ['issued'],
      to: 'cleared',
      label: 'Record as cleared',
      permission: 'payment.clear',
      blockers: knownBlockers,
    },
    return: {
      from: ['issued', 'cleared'],
      to: 'returned',
      label: 'Record as returned',
      permission: 'payment.return',
      needsNote: true,
      barredFor: notOwn,
      blockers: knownBlockers,
    },
    stop: {
      from: ['issued'],
      to: 'stopped',
      label: 'Stop the payment',
      permission: 'payment.stop',
      needsNote: true,
      barredFor: notOwn,
      blockers: knownBlockers,
    },
    mark_stale: {
      from: ['issued'],
      to: 'stale',
      label: 'Record as stale',
      permission: 'payment.mark_stale',
      needsNote: true,
      barredFor: notOwn,
      blockers: knownBlockers,
    },
  },
});
