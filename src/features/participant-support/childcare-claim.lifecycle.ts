/** The life of a childcare claim: a participant paid for care to be at a convening and asks for it back. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import type { Money } from '../../kernel/money.js';
import { hoursProblem } from './childcare.rules.js';
import { notByConcerned } from './stipend.lifecycle.js';

/** What a step of a claim looks at. */
export interface ClaimFacts {
  readonly id: string;
  readonly state: string;
  readonly personId: string;
  readonly personName: string;
  readonly amount: Money;
  readonly confirmedBy: string | null;
  /** Whether it is confirmed that the person was there, and for how long. */
  readonly attended: boolean;
  readonly attendedMinutes: number;
  /** For how long care is claimed, and how much of it may be for the way. */
  readonly minutes: number;
  readonly extraMinutes: number;
  /** The agency's date, and the last day on which the claim can be sent. */
  readonly today: string;
  readonly claimBy: string;
}

export type ClaimState = 'draft' | 'submitted' | 'returned' | 'payable' | 'scheduled' | 'paid' | 'denied' | 'withdrawn';

/** The participant may still change what is in it. */
export const EDITABLE_CLAIMS: readonly string[] = ['draft', 'returned'];
/** The receipt is used by it. A denied or withdrawn claim leaves it free; who checks the next one is told. */
export const RECEIPT_STATES: readonly ClaimState[] = ['submitted', 'returned', 'payable', 'scheduled', 'paid'];
/** No other claim for the same convening beside it. */
export const LIVE_CLAIMS: readonly ClaimState[] = ['draft', ...RECEIPT_STATES];

function presence({ attended, attendedMinutes, extraMinutes, minutes, personName }: ClaimFacts): Sentence[] {
  if (!attended) return [{ code: 'support.not_confirmed', params: { name: personName } }];
  const problem = hoursProblem(minutes, attendedMinutes, extraMinutes);
  return problem === undefined ? [] : [problem];
}

/** A claim that came in time and was returned may be sent again after its day. */
function submitBlockers(claim: ClaimFacts): Sentence[] {
  const isLate = claim.state === 'draft' && claim.today > claim.claimBy;
  const late: Sentence[] = isLate ? [{ code: 'childcare_claim.too_late', params: { date: claim.claimBy } }] : [];
  return [...late, ...presence(claim)];
}

function notOwn({ personId }: ClaimFacts, actorId: string): Sentence | undefined {
  return personId === actorId ? { code: 'support.own_money' } : undefined;
}

export const claimLifecycle = defineLifecycle<ClaimState, ClaimFacts>({
  name: 'childcare_claim',
  initial: 'draft',
  states: {
    draft: { label: 'Draft', publicLabel: 'Not sent yet', tone: 'attention' },
    submitted: { label: 'To be checked', publicLabel: 'Being checked', tone: 'moving' },
    returned: { label: 'Returned', publicLabel: 'You need to change it', tone: 'attention' },
    payable: { label: 'Approved, not yet paid', publicLabel: 'Approved', tone: 'waiting' },
    scheduled: { label: 'In a payment', publicLabel: 'Check being made', tone: 'waiting' },
    paid: { label: 'Paid', tone: 'done' },
    denied: { label: 'Denied', tone: 'idle', final: true },
    withdrawn: { label: 'Withdrawn', publicLabel: 'Taken back', tone: 'idle', final: true },
  },
  actions: {
    submit: {
      from: ['draft', 'returned'],
      to: 'submitted',
      label: 'Send the claim',
      permission: 'childcare_claim.submit',
      blockers: submitBlockers,
    },
    approve: {
      from: ['submitted'],
      to: 'payable',
      label: 'Approve',
      permission: 'childcare_claim.approve',
      amount: ({ amount }) => amount,
      blockers: presence,
      barredFor: notByConcerned,
    },
    return: {
      from: ['submitted'],
      to: 'returned',
      label: 'Return',
      permission: 'childcare_claim.return',
      needsNote: true,
      barredFor: notOwn,
    },
    deny: {
      from: ['submitted'],
      to: 'denied',
      label: 'Deny',
      permission: 'childcare_claim.deny',
      needsNote: true,
      barredFor: notOwn,
    },
    withdraw: {
      from: ['draft', 'submitted', 'returned'],
      to: 'withdrawn',
      label: 'Take it back',
      permission: 'childcare_claim.withdraw',
    },
    schedule: {
      from: ['payable'],
      to: 'scheduled',
      label: 'Put into a payment',
      permission: 'childcare_claim.follow_payment',
      internal: true,
    },
    unschedule: {
      from: ['scheduled'],
      to: 'payable',
      label: 'Take out of the payment',
      permission: 'childcare_claim.follow_payment',
      internal: true,
    },
    pay: {
      from: ['scheduled'],
      to: 'paid',
      label: 'Pay',
      permission: 'childcare_claim.follow_payment',
      internal: true,
    },
    reopen: {
      from: ['paid', 'scheduled'],
      to: 'payable',
      label: 'Bring back a payment that failed',
      permission: 'childcare_claim.follow_payment',
      internal: true,
    },
    cancel: {
      from: ['payable'],
      to: 'submitted',
      label: 'Cancel the payment',
      permission: 'childcare_claim.follow_payment',
      internal: true,
    },
  },
});
