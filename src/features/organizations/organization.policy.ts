/** Who may do what with organizations, their members and their exclusion checks. */
import { agencyWide, anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

const staff = {
  program_officer: anywhere,
  finance_officer: anywhere,
  finance_approver: anywhere,
  auditor: anywhere,
  administrator: anywhere,
} as const;

export const organizationPermissions = definePermissions({
  'organization.read': {
    meaning: 'See an organization',
    roles: {
      ...staff,
      agency_signatory: anywhere,
      clerk: anywhere,
      committee_member: agencyWide,
      applicant: withinScope,
    },
  },
  'organization.read_private': {
    meaning: "See the end of an organization's EIN, what staff noted about it, and find it by the end of its EIN",
    roles: staff,
  },
  'organization.create': {
    meaning: 'Record an organization',
    roles: { program_officer: anywhere, administrator: anywhere },
  },
  'organization.unmask_ein': {
    meaning: "See an organization's whole EIN, giving a reason that is recorded",
    roles: { finance_officer: anywhere, finance_approver: anywhere },
  },
  'organization.register': {
    meaning: 'Register an organization and own it',
    roles: {},
    everyone: true,
  },
  'organization.merge': {
    meaning: 'Make two records of one organization into one',
    roles: { program_officer: anywhere, administrator: anywhere },
  },
  'organization.update': {
    meaning: 'Change all that is recorded about an organization',
    roles: { program_officer: anywhere, administrator: anywhere },
  },
  'organization.update_contact': {
    meaning: "Change an organization's address, annual budget and service area; of its members, owners and editors",
    roles: { program_officer: anywhere, administrator: anywhere, applicant: withinScope },
  },
  'organization_claim.ask': {
    meaning: 'Ask to act for an organization, and see what became of it',
    roles: {},
    everyone: true,
  },
  'organization_claim.withdraw': {
    meaning: 'Take back what one asked for oneself',
    roles: {},
    everyone: true,
  },
  'organization_claim.read': {
    meaning: 'See who asks to act for an organization',
    roles: { program_officer: anywhere, administrator: anywhere, auditor: anywhere, applicant: withinScope },
  },
  'organization_claim.approve': {
    meaning: 'Let somebody act for an organization; its owners do, and staff where it has none',
    roles: { program_officer: anywhere, administrator: anywhere, applicant: withinScope },
  },
  'organization_claim.deny': {
    meaning: 'Refuse somebody who asks to act for an organization; its owners do, and staff where it has none',
    roles: { program_officer: anywhere, administrator: anywhere, applicant: withinScope },
  },
  'organization_document.read': {
    meaning: "See an organization's papers and when they end; the W-9 is opened by those who sign or handle money",
    roles: { ...staff, agency_signatory: anywhere, applicant: withinScope },
  },
  'organization_document.add': {
    meaning: 'Hand in papers of an organization; of its members, not those who only look',
    roles: { program_officer: anywhere, finance_officer: anywhere, applicant: withinScope },
  },
  'exclusion_check.read': {
    meaning: 'See whether an organization was found excluded from federal money',
    roles: { ...staff, clerk: anywhere, committee_member: agencyWide },
  },
  'exclusion_check.record': {
    meaning: 'Record a check for exclusion from federal money',
    roles: { finance_officer: anywhere, program_officer: anywhere },
  },
  'member.manage': {
    meaning: 'Invite people to act for an organization, and change and end their roles; of its members, owners',
    roles: { administrator: anywhere, program_officer: anywhere, applicant: withinScope },
  },
  'member.leave': {
    meaning: 'Leave an organization one acts for',
    roles: { applicant: withinScope },
  },
});
