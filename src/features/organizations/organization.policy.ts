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
    meaning: "See an organization's EIN, what staff noted about it, and find it by its EIN",
    roles: staff,
  },
  'organization.create': {
    meaning: 'Record an organization',
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
  'exclusion_check.read': {
    meaning: 'See whether an organization was found excluded from federal money',
    roles: { ...staff, clerk: anywhere, committee_member: agencyWide },
  },
  'exclusion_check.record': {
    meaning: 'Record a check for exclusion from federal money',
    roles: { finance_officer: anywhere, program_officer: anywhere },
  },
  'member.manage': {
    meaning: 'Add people who act for an organization, and end their roles',
    roles: { administrator: anywhere, program_officer: anywhere },
  },
});
