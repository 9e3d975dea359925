/** The life of a payable: what the agency owes a payee, from its approval until it is paid. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';

/** What a step of a payable looks at. */
export interface PayableFacts {
  readonly id: string;
  /** The persons whose own money it is. */
  readonly beneficiaries: readonly string[];
  /** Whether what it pays for can be taken back from here. */
  readonly isCancellable: boolean;
}

export type PayableState = 'open' | 'held' | 'batched' | 'paid' | 'cancelled';

/** Nobody acts on a payment to themselves. */
export function notOwn(facts: { readonly beneficiaries: readonly string[] }, personId: string): Sentence | undefined {
  return facts.beneficiaries.includes(personId) ? { code: 'payable.own' } : undefined;
}

export const payableLifecycle = defineLifecycle<PayableState, PayableFacts>({
  name: 'payable',
  initial: 'open',
  states: {
    open: { label: 'Due to pay', tone: 'waiting' },
    held: { label: 'On hold', tone: 'attention' },
    batched: { label: 'In a batch', tone: 'moving' },
    paid: { label: 'Paid', tone: 'done' },
    cancelled: { label: 'Canceled', tone: 'idle', final: true },
  },
  actions: {
    hold: {
      from: ['open'],
      to: 'held',
      label: 'Put on hold',
      permission: 'payable.hold',
      needsNote: true,
      barredFor: notOwn,
    },
    lift: { from: ['held'], to: 'open', label: 'Lift the hold', permission: 'payable.lift', barredFor: notOwn },
    cancel: {
      from: ['open', 'held'],
      to: 'cancelled',
      label: 'Cancel',
      permission: 'payable.cancel',
      needsNote: true,
      barredFor: notOwn,
      blockers: ({ isCancellable }) => (isCancellable ? [] : [{ code: 'payable.not_cancellable' }]),
    },
    batch: {
      from: ['open'],
      to: 'batched',
      label: 'Put into a batch',
      permission: 'payment_batch.prepare',
      internal: true,
      barredFor: notOwn,
    },
    unbatch: {
      from: ['batched'],
      to: 'open',
      label: 'Take out of the batch',
      permission: 'payment_batch.void',
      internal: true,
    },
    pay: { from: ['batched'], to: 'paid', label: 'Pay', permission: 'payment_batch.release', internal: true },
    reopen: { from: ['paid'], to: 'open', label: 'Open again', permission: 'payment.return', internal: true },
  },
});
