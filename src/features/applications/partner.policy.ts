/** Who names partners and asks them to confirm, who confirms, and who lets colleagues into one application. */
import { definePermissions, inStates, withinScope } from '../../kernel/policy.js';

export const partnerPermissions = definePermissions({
  'partner.invite': {
    meaning: 'Ask the partners of an application to confirm their part',
    roles: { applicant: inStates('draft', 'returned') },
  },
  'partner.confirm': {
    meaning: 'Confirm or decline the part of their organization in an application of another',
    roles: { applicant: withinScope },
  },
  'application_colleague.manage': {
    meaning: 'Let colleagues write or read one application',
    roles: { applicant: withinScope },
  },
});
