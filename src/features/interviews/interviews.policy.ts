/** Who may do what with interviews. Reviewers see those whose panel they sit on, applicants their own. */
import { anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

const officer = { program_officer: withinScope } as const;
const applicant = { applicant: withinScope } as const;

export const interviewsPermissions = definePermissions({
  'interview.read': {
    meaning: 'See interviews: of their own organization, of their own panels, or of a round they look after',
    roles: { ...officer, ...applicant, reviewer: withinScope, auditor: anywhere },
  },
  'interview.offer': { meaning: 'Offer times for interviews, invite applicants and name the panel', roles: officer },
  'interview.choose_slot': {
    meaning: "Choose a time for the organization's interview; of its members, owners, editors and signatories",
    roles: applicant,
  },
  'interview.reschedule': {
    meaning: "Change the time of the organization's interview until the day before",
    roles: applicant,
  },
  'interview.cancel': { meaning: 'Cancel an interview', roles: { ...officer, ...applicant } },
  'interview.hold': { meaning: 'Record that an interview was held', roles: officer },
  'interview.miss': { meaning: 'Record that an interview was missed', roles: officer },
  'interview.score': {
    meaning: 'Score an interview whose panel they sit on',
    roles: { reviewer: withinScope },
  },
});
