/** Who may do what with reviews. Reviewers see their own; the committee sees the ranking only. */
import { anywhere, definePermissions, own, withinScope } from '../../kernel/policy.js';

const officer = { program_officer: withinScope } as const;
const reviewer = { reviewer: own } as const;

export const reviewsPermissions = definePermissions({
  'review.read': {
    meaning: 'See reviews: their own, or all of a round they look after; scores once they are submitted',
    roles: { reviewer: own, program_officer: withinScope, auditor: anywhere },
  },
  'review.assign': { meaning: 'Assign reviewers to the applications of a round', roles: officer },
  'review.start': { meaning: 'Start a review of their own', roles: reviewer },
  'review.update': { meaning: 'Save a draft of a review of their own', roles: reviewer },
  'review.submit': { meaning: 'Submit a review of their own', roles: reviewer },
  'review.declare_conflict': {
    meaning: 'Step back from a review of their own for a conflict of interest',
    roles: reviewer,
  },
  'review.reopen': { meaning: 'Reopen a submitted review until the panel closes', roles: officer },
  'review.withdraw': { meaning: 'Take back a review that is not submitted', roles: officer },
  'review.close_panel': { meaning: 'Close the panel of a round, which makes its scores final', roles: officer },
  'ranking.read': {
    meaning: 'See the ranking that the reviews of a round make',
    roles: { program_officer: withinScope, committee_member: withinScope, clerk: withinScope, auditor: anywhere },
  },
});
