/** Who may do what with sources, funds, pools and allotments. */
import { agencyWide, anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

const staffRead = {
  program_officer: anywhere,
  finance_officer: anywhere,
  finance_approver: anywhere,
  agency_signatory: anywhere,
  committee_member: anywhere,
  clerk: anywhere,
  auditor: anywhere,
  administrator: anywhere,
} as const;

const fundRead = {
  program_officer: withinScope,
  finance_officer: anywhere,
  finance_approver: anywhere,
  agency_signatory: anywhere,
  committee_member: withinScope,
  clerk: withinScope,
  auditor: anywhere,
  administrator: anywhere,
} as const;

export const fundsPermissions = definePermissions({
  'source.read': { meaning: 'See funding sources, their terms and what is left of them', roles: staffRead },
  'source.create': { meaning: 'Record a funding source', roles: { finance_officer: agencyWide } },
  'source.update': { meaning: 'Change a funding source while it is a draft', roles: { finance_officer: agencyWide } },
  'source.activate': { meaning: 'Put a funding source in force', roles: { finance_approver: agencyWide } },
  'source.modify': { meaning: 'Record a numbered modification of a source', roles: { finance_approver: agencyWide } },
  'source.begin_liquidation': {
    meaning: 'End new obligations of a source and pay its last bills',
    roles: { finance_officer: agencyWide },
  },
  'source.close': {
    meaning: 'Close a source and give back what was never set aside',
    roles: { finance_approver: agencyWide },
  },
  'fund.read': { meaning: 'See a fund, its pools and its money', roles: fundRead },
  'fund.create': { meaning: 'Set up a fund', roles: { program_officer: agencyWide } },
  'fund.update': { meaning: 'Change a fund and add pools to it', roles: { program_officer: withinScope } },
  'allotment.create': { meaning: 'Set money of a source aside for a pool', roles: { finance_officer: agencyWide } },
  'own_cost.book': {
    meaning: 'Bring in what the agency spent itself from a pool for its own costs',
    roles: { finance_officer: agencyWide },
  },
  'allotment.return': { meaning: 'Return what was set aside and not awarded', roles: { finance_officer: agencyWide } },
});
