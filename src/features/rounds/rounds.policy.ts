/** Who may do what with rounds. */
import { anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

const officer = { program_officer: withinScope } as const;

export const roundsPermissions = definePermissions({
  'round.read': {
    meaning: 'See a round before and after it is published, with its rubric and money',
    roles: {
      program_officer: withinScope,
      reviewer: withinScope,
      committee_member: withinScope,
      clerk: withinScope,
      finance_officer: anywhere,
      finance_approver: anywhere,
      agency_signatory: anywhere,
      auditor: anywhere,
      administrator: anywhere,
    },
  },
  'round.create': { meaning: 'Set up a round for a pool of a fund', roles: officer },
  'round.update': { meaning: 'Change a round, its dates and its rubric until it is published', roles: officer },
  'round.open_criteria_for_comment': { meaning: 'Show the draft criteria to everybody for comment', roles: officer },
  'round.publish': { meaning: 'Publish a round; its terms and rubric do not change afterwards', roles: officer },
  'round.extend': { meaning: 'Move the deadline of a published round to a later time', roles: officer },
  'round.change_dates': { meaning: 'Change the other dates of a published round, with a reason', roles: officer },
  'round.answer_comment': {
    meaning: 'Write down what people say about criteria, answer it, and say what changed because of it',
    roles: officer,
  },
  'round.begin_review': { meaning: 'Close a round after its deadline and begin its review', roles: officer },
  'round.begin_decisions': { meaning: 'Hand a reviewed round to the committee', roles: officer },
  'round.complete': { meaning: 'Complete a round in which all is decided', roles: officer },
  'round.cancel': { meaning: 'Cancel a round in which nothing is awarded', roles: officer },
});
