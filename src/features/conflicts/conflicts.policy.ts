/** Who may do what with conflicts of interest. What is one's own is always seen. */
import { anywhere, definePermissions, own, withinScope } from '../../kernel/policy.js';

const deciders = { program_officer: withinScope, clerk: withinScope } as const;

export const conflictsPermissions = definePermissions({
  'conflict.read': {
    meaning: 'See conflicts of interest: their own, and those of others in applications they look after',
    roles: {
      program_officer: withinScope,
      clerk: withinScope,
      auditor: anywhere,
      reviewer: own,
      committee_member: own,
      finance_officer: own,
      finance_approver: own,
      agency_signatory: own,
      administrator: own,
    },
  },
  'conflict.declare': {
    meaning: 'Declare a conflict of interest of their own in an application',
    roles: {
      program_officer: withinScope,
      clerk: withinScope,
      reviewer: withinScope,
      committee_member: withinScope,
      finance_officer: anywhere,
      finance_approver: anywhere,
      agency_signatory: anywhere,
      administrator: anywhere,
    },
  },
  'conflict.confirm': { meaning: "Confirm somebody else's conflict of interest", roles: deciders },
  'conflict.dismiss': { meaning: "Dismiss somebody else's conflict of interest, with the reason", roles: deciders },
});
