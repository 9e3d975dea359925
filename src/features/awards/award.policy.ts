/** Who may do what with awards. */
import { agencyWide, anywhere, definePermissions, inStates, withinScope } from '../../kernel/policy.js';

/** A recipient sees an award from the day it is offered. */
const offeredOrLater = inStates(
  'offered',
  'accepted',
  'active',
  'suspended',
  'closing',
  'closed',
  'declined',
  'lapsed',
  'rescinded',
);

const read = {
  program_officer: withinScope,
  finance_officer: anywhere,
  finance_approver: anywhere,
  agency_signatory: anywhere,
  committee_member: withinScope,
  clerk: withinScope,
  auditor: anywhere,
  administrator: anywhere,
  applicant: offeredOrLater,
} as const;

const officer = { program_officer: withinScope } as const;
const recipient = { applicant: withinScope } as const;

export const awardPermissions = definePermissions({
  'award.read': { meaning: 'See an award, its terms, its money and its documents', roles: read },
  'award.update': { meaning: 'Change the terms and the budget of an award before it is offered', roles: officer },
  'award.prepare': { meaning: 'Ask for the letter and the agreement of an award', roles: officer },
  'award.offer': { meaning: 'Offer an award to its recipient', roles: officer },
  'award.accept': { meaning: 'Sign an award for the recipient, as its signatory', roles: recipient },
  'award.decline': { meaning: 'Decline an award for the recipient, as its signatory', roles: recipient },
  'award.countersign': { meaning: 'Sign an award for the agency', roles: { agency_signatory: agencyWide } },
  'award.suspend': { meaning: 'Suspend an award', roles: officer },
  'award.resume': { meaning: 'Let a suspended award go on', roles: officer },
  'award.correct': { meaning: 'Take back an offer to correct it', roles: officer },
  'award.lapse': { meaning: 'Let an offer lapse that was not signed in time', roles: officer },
  'award.rescind': { meaning: 'Rescind an award before it is in force', roles: officer },
  'award.terminate': { meaning: 'End an award before its time', roles: { agency_signatory: agencyWide } },
  'award.begin_closeout': { meaning: 'Begin to close an award', roles: officer },
  'award.close': { meaning: 'Close an award and give back what was not spent', roles: officer },
  'award.reopen': { meaning: 'Reopen a closed award', roles: officer },
});
