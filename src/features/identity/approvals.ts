/**
 * Approvals: what a holder of a role may lend to a colleague for a while, each a small bundle of permissions. Only what
 * stands here is lent; what else a role includes - preparing, unmasking, giving roles, signing, voting - stays with its
 * holder. Features that come later own the permissions; a test looks that each of them exists.
 */
import type { Policy, Role } from '../../kernel/policy.js';

export const APPROVAL_NAMES = [
  'request_program',
  'request_finance',
  'batch_approve',
  'batch_release',
  'bank_details',
  'stipends',
  'childcare',
] as const;

export type ApprovalName = (typeof APPROVAL_NAMES)[number];

interface Approval {
  /** The decision itself; whoever holds it may lend the whole. */
  readonly decides: string;
  /** What else it takes: the other answers to the same question, what must be seen to decide, and what follows. */
  readonly needs: readonly string[];
  /** Nothing in it has an amount, so no limit can hold it. */
  readonly withoutAmount?: boolean;
}

const REQUEST = ['disbursement.read', 'disbursement.return', 'award.read'] as const;
const BATCH = ['payment_batch.read', 'payment.read', 'payable.read', 'payee.read'] as const;
const FOLLOWED_BY_PAYMENT = [
  'disbursement.read',
  'disbursement.follow_payment',
  'stipend.read',
  'stipend.follow_payment',
  'childcare_claim.read',
  'childcare_claim.follow_payment',
] as const;

export const APPROVALS: Readonly<Record<ApprovalName, Approval>> = {
  request_program: { decides: 'disbursement.approve_program', needs: [...REQUEST, 'disbursement.reject'] },
  request_finance: { decides: 'disbursement.approve_finance', needs: REQUEST },
  batch_approve: { decides: 'payment_batch.approve', needs: BATCH },
  batch_release: { decides: 'payment_batch.release', needs: [...BATCH, ...FOLLOWED_BY_PAYMENT] },
  bank_details: {
    decides: 'payee_secret.confirm',
    needs: ['payee_secret.decline', 'payee.read'],
    withoutAmount: true,
  },
  stipends: { decides: 'stipend.approve', needs: ['stipend.read', 'support.read'] },
  childcare: {
    decides: 'childcare_claim.approve',
    needs: ['childcare_claim.return', 'childcare_claim.deny', 'childcare_claim.read', 'support.read'],
  },
};

/** All that these approvals take, by permission. */
export function permissionsOf(approvals: readonly ApprovalName[]): string[] {
  return [...new Set(approvals.flatMap((name) => [APPROVALS[name].decides, ...APPROVALS[name].needs]))];
}

/** What somebody with this role may lend of it. */
export function approvalsOf(policy: Policy, role: Role): ApprovalName[] {
  const known = new Set(policy.permissions());
  return APPROVAL_NAMES.filter((name) => {
    const { decides } = APPROVALS[name];
    return known.has(decides) && policy.row(decides).roles[role] !== undefined;
  });
}
