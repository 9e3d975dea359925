/** Who may do what with stipends and childcare claims. Participants see their own; the agency a claim once it is sent. */
import { anywhere, definePermissions, inStates, own, withinScope } from '../../kernel/policy.js';

const readers = {
  program_officer: withinScope,
  finance_officer: anywhere,
  finance_approver: anywhere,
  agency_signatory: anywhere,
  auditor: anywhere,
  administrator: anywhere,
} as const;

const sent = inStates('submitted', 'returned', 'payable', 'scheduled', 'paid', 'denied');
const officer = { program_officer: withinScope } as const;
const finance = { finance_officer: anywhere, finance_approver: anywhere } as const;
const participant = { participant: own } as const;

export const supportPermissions = definePermissions({
  'support.read_own': {
    meaning: 'See their own convenings, stipends and childcare claims on one page',
    roles: participant,
  },
  'support.read': {
    meaning: 'See the pages of stipends and childcare claims, and what they are paid by',
    roles: readers,
  },
  'stipend_policy.create': { meaning: 'Say who is paid for coming, how much and by whom', roles: officer },
  'stipend_policy.remove': { meaning: 'Remove a stipend policy that nobody was paid by', roles: officer },
  'childcare_rate_card.create': { meaning: 'Say what childcare is paid back at', roles: officer },
  'childcare_rate_card.remove': { meaning: 'Remove childcare rates that no claim was made by', roles: officer },
  'stipend.read': {
    meaning: 'See stipends; of participants, their own only',
    roles: { ...readers, facilitator: withinScope, ...participant },
  },
  'stipend.approve': { meaning: 'Approve stipends of people whose attendance somebody else confirmed', roles: officer },
  'stipend.void': { meaning: 'Void a stipend that was not approved yet', roles: officer },
  'stipend.follow_attendance': {
    meaning: 'Take back stipends that were not approved yet with the attendance they come from',
    roles: { facilitator: withinScope },
  },
  'stipend.follow_payment': { meaning: 'Move an approved stipend along with its payment', roles: finance },
  'childcare_claim.read': {
    meaning: 'See childcare claims that were sent; of participants, their own only',
    roles: {
      program_officer: sent,
      finance_officer: sent,
      finance_approver: sent,
      agency_signatory: sent,
      auditor: sent,
      administrator: sent,
      ...participant,
    },
  },
  'childcare_claim.create': { meaning: 'Write a childcare claim for a convening they were at', roles: participant },
  'childcare_claim.update': {
    meaning: 'Change their own claim before it is sent, or when it came back',
    roles: participant,
  },
  'childcare_claim.submit': { meaning: 'Send their own claim', roles: participant },
  'childcare_claim.withdraw': { meaning: 'Take their own claim back before it is approved', roles: participant },
  'childcare_claim.approve': { meaning: 'Approve a childcare claim for payment', roles: officer },
  'childcare_claim.return': { meaning: 'Return a childcare claim, saying what to change', roles: officer },
  'childcare_claim.deny': { meaning: 'Deny a childcare claim for good, saying why', roles: officer },
  'childcare_claim.follow_payment': { meaning: 'Move an approved claim along with its payment', roles: finance },
});
