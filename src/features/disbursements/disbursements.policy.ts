/** Who may do what with disbursement requests. What a member role of the recipient adds is asked by the lifecycle. */
import { anywhere, definePermissions, inStates, withinScope } from '../../kernel/policy.js';

/** The agency sees a request from the day it is submitted; a draft is the recipient's own. */
const sent = inStates(
  'submitted',
  'returned',
  'program_approved',
  'payable',
  'scheduled',
  'paid',
  'withdrawn',
  'rejected',
);

const finance = { finance_officer: anywhere, finance_approver: anywhere } as const;

export const disbursementsPermissions = definePermissions({
  'disbursement.read': {
    meaning: 'See disbursement requests, their expenses and what became of them',
    roles: {
      program_officer: sent,
      finance_officer: sent,
      finance_approver: sent,
      agency_signatory: sent,
      auditor: sent,
      administrator: sent,
      applicant: withinScope,
    },
  },
  'disbursement.create': {
    meaning: "Ask for money of an award of one's organization",
    roles: { applicant: withinScope },
  },
  'disbursement.update': {
    meaning: 'Change a request that is a draft or was returned',
    roles: { applicant: withinScope },
  },
  'disbursement.submit': {
    meaning: 'Certify and submit a request; owners, finance members and signatories of the recipient',
    roles: { applicant: withinScope },
  },
  'disbursement.withdraw': {
    meaning: 'Take a request back before it is approved',
    roles: { applicant: withinScope },
  },
  'disbursement.approve_program': {
    meaning: 'Approve a request for the program: the work was done as agreed',
    roles: { program_officer: withinScope },
  },
  'disbursement.reject': {
    meaning: 'Reject a request for good, saying why',
    roles: { program_officer: withinScope },
  },
  'disbursement.return': {
    meaning: 'Return a request to the recipient, saying what to mend',
    roles: {
      program_officer: inStates('submitted'),
      finance_officer: inStates('program_approved'),
      finance_approver: inStates('program_approved'),
    },
  },
  'disbursement.approve_finance': {
    meaning: 'Approve a request for payment: the money is there and the papers are in order',
    roles: finance,
  },
  'disbursement.follow_payment': {
    meaning: 'Move an approved request along with its payment',
    roles: finance,
  },
});
