/** The life of a disbursement request: a recipient asks for money of an award, two offices approve, finance pays. */
import type { Sentence } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import type { Money } from '../../kernel/money.js';

/** What a step of a request looks at: the request, its award, and who had a hand in it. */
export interface DisbursementFacts {
  readonly id: string;
  readonly kind: string;
  readonly amount: Money;
  /** The agency's date. */
  readonly today: string;
  readonly award: { readonly state: string; readonly startsOn: string; readonly endsOn: string };
  /** Under agreement and not yet approved for payment. */
  readonly left: Money;
  readonly expenses: { readonly count: number; readonly firstOn: string | null; readonly lastOn: string | null };
  /** Who wrote it and who certified it. */
  readonly requesterIds: readonly string[];
  /** Who approved it for the program: by delegation, both who did and for whom. */
  readonly programApproverIds: readonly string[];
  /** Why its expenses do not fit into what the categories of the award have left; looked at before finance approves. */
  readonly unfit: Sentence | undefined;
  /** People with a direct conflict of interest in the application that the award came from. */
  readonly conflictedIds: ReadonlySet<string>;
  /** Those who act for the recipient now, with their roles there. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

export type DisbursementState =
  'draft' | 'submitted' | 'returned' | 'program_approved' | 'payable' | 'scheduled' | 'paid' | 'withdrawn' | 'rejected';

/** Asked for and not yet paid or over: such a request keeps its award open. */
export const OPEN_STATES: readonly DisbursementState[] = [
  'submitted',
  'returned',
  'program_approved',
  'payable',
  'scheduled',
];

/** The recipient may still change what is in it. */
export const EDITABLE_STATES: readonly DisbursementState[] = ['draft', 'returned'];

/** An award pays while it is active, and its last bills while it is closed out. */
export const FUNDED_STATES: readonly string[] = ['active', 'closing'];

/** Who of a recipient's members may certify a request, and take it back. */
const CERTIFYING_ROLES: readonly string[] = ['owner', 'finance', 'signatory'];

function awardBlockers({ award }: DisbursementFacts): Sentence[] {
  return FUNDED_STATES.includes(award.state) ? [] : [{ code: 'disbursement.award_not_active' }];
}

function submitBlockers(request: DisbursementFacts): Sentence[] {
  const { amount, award, expenses, kind, left, today } = request;
  const missing = awardBlockers(request);
  if (expenses.count === 0) missing.push({ code: 'disbursement.needs_expense' });
  if (expenses.firstOn !== null && expenses.firstOn < award.startsOn) {
    missing.push({ code: 'disbursement.expense_before_period', params: { date: award.startsOn } });
  }
  if (expenses.lastOn !== null && expenses.lastOn > award.endsOn) {
    missing.push({ code: 'disbursement.expense_after_period', params: { date: award.endsOn } });
  }
  if (kind === 'reimbursement' && expenses.lastOn !== null && expenses.lastOn > today) {
    missing.push({ code: 'disbursement.not_spent_yet' });
  }
  if (amount.compare(left) > 0) missing.push({ code: 'disbursement.more_than_award', params: { amount, left } });
  return missing;
}

function financeBlockers(request: DisbursementFacts): Sentence[] {
  return [...awardBlockers(request), ...(request.unfit === undefined ? [] : [request.unfit])];
}

function mustCertify({ members }: DisbursementFacts, personId: string): Sentence | undefined {
  const roles = members.get(personId) ?? [];
  return roles.some((role) => CERTIFYING_ROLES.includes(role)) ? undefined : { code: 'disbursement.not_certifier' };
}

/** Nobody decides about what they asked for, or about money of an organization they act for. */
function mustBeOutside(
  { conflictedIds, members, requesterIds }: DisbursementFacts,
  personId: string,
): Sentence | undefined {
  if (requesterIds.includes(personId)) return { code: 'disbursement.own_request' };
  if (members.has(personId)) return { code: 'disbursement.own_organization' };
  return conflictedIds.has(personId) ? { code: 'disbursement.conflict_of_interest' } : undefined;
}

function mustBeAnother(request: DisbursementFacts, personId: string): Sentence | undefined {
  if (request.programApproverIds.includes(personId)) return { code: 'disbursement.approved_program_yourself' };
  return mustBeOutside(request, personId);
}

export const disbursementLifecycle = defineLifecycle<DisbursementState, DisbursementFacts>({
  name: 'disbursement',
  initial: 'draft',
  states: {
    draft: { label: 'Draft', tone: 'moving' },
    submitted: { label: 'Submitted', tone: 'waiting' },
    returned: { label: 'Returned', tone: 'attention' },
    program_approved: { label: 'Approved by the program', publicLabel: 'Being checked by finance', tone: 'waiting' },
    payable: { label: 'Approved, not yet paid', publicLabel: 'Approved', tone: 'done' },
    scheduled: { label: 'In a payment', tone: 'waiting' },
    paid: { label: 'Paid', tone: 'done' },
    withdrawn: { label: 'Withdrawn', tone: 'idle', final: true },
    rejected: { label: 'Rejected', tone: 'idle', final: true },
  },
  actions: {
    submit: {
      from: ['draft', 'returned'],
      to: 'submitted',
      label: 'Certify and submit',
      permission: 'disbursement.submit',
      blockers: submitBlockers,
      barredFor: mustCertify,
    },
    approve_program: {
      from: ['submitted'],
      to: 'program_approved',
      label: 'Approve for the program',
      permission: 'disbursement.approve_program',
      blockers: awardBlockers,
      barredFor: mustBeOutside,
      amount: ({ amount }) => amount,
    },
    approve_finance: {
      from: ['program_approved'],
      to: 'payable',
      label: 'Approve for payment',
      permission: 'disbursement.approve_finance',
      blockers: financeBlockers,
      barredFor: mustBeAnother,
      amount: ({ amount }) => amount,
    },
    return: {
      from: ['submitted', 'program_approved'],
      to: 'returned',
      label: 'Return to the recipient',
      permission: 'disbursement.return',
      needsNote: true,
      barredFor: mustBeOutside,
    },
    reject: {
      from: ['submitted'],
      to: 'rejected',
      label: 'Reject',
      permission: 'disbursement.reject',
      needsNote: true,
      barredFor: mustBeOutside,
    },
    withdraw: {
      from: ['submitted', 'returned'],
      to: 'withdrawn',
      label: 'Withdraw',
      permission: 'disbursement.withdraw',
      barredFor: mustCertify,
    },
    schedule: {
      from: ['payable'],
      to: 'scheduled',
      label: 'Put into a payment',
      permission: 'disbursement.follow_payment',
      internal: true,
    },
    unschedule: {
      from: ['scheduled'],
      to: 'payable',
      label: 'Take out of the payment',
      permission: 'disbursement.follow_payment',
      internal: true,
    },
    pay: {
      from: ['scheduled'],
      to: 'paid',
      label: 'Pay',
      permission: 'disbursement.follow_payment',
      internal: true,
    },
    cancel: {
      from: ['payable'],
      to: 'returned',
      label: 'Cancel the payment',
      permission: 'disbursement.follow_payment',
      internal: true,
    },
    reopen: {
      from: ['paid', 'scheduled'],
      to: 'payable',
      label: 'Bring back a payment that failed',
      permission: 'disbursement.follow_payment',
      internal: true,
    },
  },
});
