/** The life of a stipend: what a person gets for having been at a convening. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import type { Money } from '../../kernel/money.js';

/** What a step of a stipend looks at. */
export interface StipendFacts {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly amount: Money;
  /** Who confirmed that the person was there. */
  readonly confirmedBy: string | null;
  /** Whether that still stands. */
  readonly attended: boolean;
}

export type StipendState = 'accrued' | 'payable' | 'scheduled' | 'paid' | 'voided';

/** Nobody decides about their own money, nor about an attendance they confirmed themselves. */
export function notByConcerned(
  facts: { readonly personId: string; readonly personName: string; readonly confirmedBy: string | null },
  personId: string,
): Sentence | undefined {
  if (facts.personId === personId) return { code: 'support.own_money' };
  const params = { name: facts.personName };
  return facts.confirmedBy === personId ? { code: 'support.confirmed_yourself', params } : undefined;
}

export const stipendLifecycle = defineLifecycle<StipendState, StipendFacts>({
  name: 'stipend',
  initial: 'accrued',
  states: {
    accrued: { label: 'To be approved', publicLabel: 'Being checked', tone: 'moving' },
    payable: { label: 'Approved, not yet paid', publicLabel: 'Approved', tone: 'waiting' },
    scheduled: { label: 'In a payment', publicLabel: 'Check being made', tone: 'waiting' },
    paid: { label: 'Paid', tone: 'done' },
    voided: { label: 'Voided', publicLabel: 'Taken back', tone: 'idle', final: true },
  },
  actions: {
    approve: {
      from: ['accrued'],
      to: 'payable',
      label: 'Approve',
      permission: 'stipend.approve',
      amount: ({ amount }) => amount,
      blockers: ({ attended, personName }) =>
        attended ? [] : [{ code: 'support.not_confirmed', params: { name: personName } }],
      barredFor: notByConcerned,
    },
    void: {
      from: ['accrued'],
      to: 'voided',
      label: 'Void',
      permission: 'stipend.void',
      needsNote: true,
      barredFor: ({ personId }, actorId) => (personId === actorId ? { code: 'support.own_money' } : undefined),
    },
    withdraw: {
      from: ['accrued'],
      to: 'voided',
      label: 'Take back with the attendance',
      permission: 'stipend.follow_attendance',
      internal: true,
    },
    schedule: {
      from: ['payable'],
      to: 'scheduled',
      label: 'Put into a payment',
      permission: 'stipend.follow_payment',
      internal: true,
    },
    unschedule: {
      from: ['scheduled'],
      to: 'payable',
      label: 'Take out of the payment',
      permission: 'stipend.follow_payment',
      internal: true,
    },
    pay: { from: ['scheduled'], to: 'paid', label: 'Pay', permission: 'stipend.follow_payment', internal: true },
    reopen: {
      from: ['paid', 'scheduled'],
      to: 'payable',
      label: 'Bring back a payment that failed',
      permission: 'stipend.follow_payment',
      internal: true,
    },
    cancel: {
      from: ['payable'],
      to: 'accrued',
      label: 'Cancel the payment',
      permission: 'stipend.follow_payment',
      internal: true,
    },
  },
});
