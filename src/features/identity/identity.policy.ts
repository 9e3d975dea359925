/** Who may see people and decide about accounts and roles. Nobody grants a role to themselves: the service and a CHECK. */
import { agencyWide, anywhere, definePermissions, own, withinScope } from '../../kernel/policy.js';

export const identityPermissions = definePermissions({
  'person.read': {
    meaning: 'See people, their accounts and their roles',
    roles: { administrator: agencyWide, auditor: agencyWide },
  },
  'person.create': {
    meaning: 'Add a person and invite them',
    roles: { administrator: agencyWide },
  },
  'person.invite': {
    meaning: 'Send a person a new link to choose a passphrase',
    roles: { administrator: agencyWide },
  },
  'person.change_address': {
    meaning: 'Give a person who lost their mailbox another e-mail address, which they confirm',
    roles: { administrator: agencyWide },
  },
  'person.correct_name': {
    meaning: 'Put the name of another person right',
    roles: { administrator: agencyWide },
  },
  'role.grant': {
    meaning: 'Give another person a role, or propose it where a second administrator has to confirm',
    roles: { administrator: agencyWide },
  },
  'role.confirm': {
    meaning: 'Confirm a role that another administrator proposed for a third person',
    roles: { administrator: agencyWide },
  },
  'role.decline': {
    meaning: 'Decline a role that was proposed for another person',
    roles: { administrator: agencyWide },
  },
  'role.end': {
    meaning: 'End a role that a person holds',
    roles: { administrator: agencyWide },
  },
  'account.disable': {
    meaning: 'Close the account of another person',
    roles: { administrator: agencyWide },
  },
  'account.enable': {
    meaning: 'Open an account that was closed',
    roles: { administrator: agencyWide },
  },
  'assistance.read': {
    meaning: 'See who of the agency enters things for an organization, and by whose consent',
    // Whoever sees an organization sees who helps it.
    roles: {
      program_officer: anywhere,
      finance_officer: anywhere,
      finance_approver: anywhere,
      agency_signatory: anywhere,
      clerk: anywhere,
      committee_member: agencyWide,
      administrator: agencyWide,
      auditor: agencyWide,
      applicant: withinScope,
    },
  },
  'assistance.start': {
    meaning: 'Enter things for an organization that agreed to it, for 30 days at most',
    roles: { program_officer: anywhere },
  },
  'assistance.end': {
    meaning: 'End that somebody of the agency enters things for an organization',
    roles: { program_officer: own, administrator: agencyWide, applicant: withinScope },
  },
  'delegation.read_own': {
    meaning: 'See what they lent to colleagues and what was lent to them',
    roles: {
      program_officer: anywhere,
      clerk: anywhere,
      agency_signatory: anywhere,
      finance_officer: anywhere,
      finance_approver: anywhere,
    },
  },
  'delegation.give': {
    meaning:
      'Lend an approval they hold to a colleague for some days; of money roles once an administrator confirms it',
    roles: { program_officer: anywhere, finance_officer: anywhere, finance_approver: anywhere },
  },
  'delegation.end': {
    meaning: 'End a delegation they gave or hold',
    roles: {
      program_officer: own,
      clerk: own,
      agency_signatory: own,
      finance_officer: own,
      finance_approver: own,
    },
  },
  'delegation.end_any': {
    meaning: 'End a delegation between other people',
    roles: { administrator: agencyWide },
  },
  'delegation.read': {
    meaning: 'See all delegations',
    roles: { administrator: agencyWide, auditor: agencyWide },
  },
  'delegation.confirm': {
    meaning: 'Confirm a delegation of a money role between two other people',
    roles: { administrator: agencyWide },
  },
  'delegation.decline': {
    meaning: 'Decline a delegation that waits to be confirmed',
    roles: { administrator: agencyWide },
  },
  'access.read': {
    meaning: 'See who can do what, here and now, and which duties nobody can fill',
    roles: { administrator: agencyWide, auditor: agencyWide },
  },
  'account.read': {
    meaning: 'See their own account and roles',
    roles: {},
    everyone: true,
  },
  'account.correct_name': {
    meaning: 'Put their own name right, unless they act for the agency',
    roles: {},
    everyone: true,
  },
  'account.change_passphrase': {
    meaning: 'Change their own passphrase',
    roles: {},
    everyone: true,
  },
});
