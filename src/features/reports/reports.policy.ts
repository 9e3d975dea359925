/** Who may read reports. */
import { anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

export const reportsPermissions = definePermissions({
  'report.budget': {
    meaning: 'Read budget reports',
    roles: {
      program_officer: withinScope,
      finance_officer: anywhere,
      finance_approver: anywhere,
      agency_signatory: anywhere,
      committee_member: withinScope,
      clerk: withinScope,
      auditor: anywhere,
      administrator: anywhere,
    },
  },
  'report.print': {
    meaning: 'Have a budget report made as a document',
    roles: {
      program_officer: withinScope,
      finance_officer: anywhere,
      finance_approver: anywhere,
      agency_signatory: anywhere,
      committee_member: withinScope,
      clerk: withinScope,
      administrator: anywhere,
    },
  },
});
