/** Who may do what with payees, payables, batches and payments. */
import { agencyWide, anywhere, definePermissions } from '../../kernel/policy.js';

const read = {
  finance_officer: anywhere,
  finance_approver: anywhere,
  agency_signatory: anywhere,
  auditor: anywhere,
  administrator: anywhere,
} as const;

const finance = { finance_officer: agencyWide, finance_approver: agencyWide } as const;
const officer = { finance_officer: agencyWide } as const;
const approver = { finance_approver: agencyWide } as const;

export const paymentsPermissions = definePermissions({
  'payee.read': { meaning: 'See who is paid, how, and whether their tax form is on file', roles: read },
  'payee.update': { meaning: 'Change how a payee is paid', roles: officer },
  'payee.record_tax_form': { meaning: 'Record that a payee’s tax form is on file', roles: finance },
  'payee_secret.record': { meaning: 'Record a payee’s tax number or bank account', roles: officer },
  'payee_secret.confirm': { meaning: 'Confirm a tax number or bank account somebody else recorded', roles: finance },
  'payee_secret.decline': { meaning: 'Decline a tax number or bank account that was recorded', roles: finance },
  'payee_secret.unmask': { meaning: 'See a whole tax number or account number, with a reason', roles: finance },
  'payable.read': { meaning: 'See what is owed to payees', roles: read },
  'payable.hold': { meaning: 'Put what is owed on hold', roles: finance },
  'payable.lift': { meaning: 'Lift the hold on what is owed', roles: finance },
  'payable.cancel': { meaning: 'Cancel what is owed', roles: approver },
  'payment_batch.read': { meaning: 'See batches of payments and their registers', roles: read },
  'payment_batch.prepare': { meaning: 'Prepare a batch of payments', roles: officer },
  'payment_batch.approve': { meaning: 'Approve a batch somebody else prepared', roles: approver },
  'payment_batch.release': { meaning: 'Release a batch somebody else prepared', roles: approver },
  'payment_batch.settle': { meaning: 'Record that the bank paid a batch', roles: finance },
  'payment_batch.void': { meaning: 'Void a batch before its release', roles: finance },
  'payment_batch.mark_unknown': { meaning: 'Record that nobody knows whether a batch went out', roles: finance },
  'payment_batch.confirm_released': { meaning: 'Confirm that a batch went out', roles: approver },
  'payment_batch.confirm_failed': { meaning: 'Confirm that a batch never went out', roles: approver },
  'payment.read': { meaning: 'See payments', roles: read },
  'payment.clear': { meaning: 'Record that a payment cleared', roles: finance },
  'payment.return': { meaning: 'Record that a payment came back', roles: finance },
  'payment.stop': { meaning: 'Stop a payment', roles: finance },
  'payment.mark_stale': { meaning: 'Record that a check or warrant was never cashed', roles: finance },
});
