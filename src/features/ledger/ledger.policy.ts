/** Who may read the books and close their months. */
import { agencyWide, anywhere, definePermissions } from '../../kernel/policy.js';

export const ledgerPermissions = definePermissions({
  'ledger.read': {
    meaning: 'See the entries behind every amount, and export them',
    roles: {
      finance_officer: anywhere,
      finance_approver: anywhere,
      auditor: anywhere,
      // An officer of one fund sees its figures in its reports; entries are shared by funds of the same source.
      program_officer: agencyWide,
    },
  },
  'ledger.close_month': {
    meaning: 'Close a month of the books, so that nothing more is booked into it',
    roles: { finance_officer: agencyWide, finance_approver: agencyWide },
  },
  'ledger.reopen_month': {
    meaning: 'Open a closed month of the books again',
    roles: { finance_approver: agencyWide },
  },
});
