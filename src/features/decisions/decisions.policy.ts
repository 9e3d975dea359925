/** Who plans and runs meetings, who votes, and who sees what was decided. */
import { anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

const byClerk = { clerk: withinScope } as const;

export const decisionsPermissions = definePermissions({
  'meeting.read': {
    meaning: 'See meetings, their dockets, motions and minutes',
    roles: { clerk: withinScope, committee_member: withinScope, program_officer: withinScope, auditor: anywhere },
  },
  'meeting.create': { meaning: 'Plan a meeting of a committee', roles: byClerk },
  'meeting.update': { meaning: 'Change a meeting before it opens', roles: byClerk },
  'meeting.give_notice': { meaning: 'Give notice of a meeting', roles: byClerk },
  'meeting.open': { meaning: 'Open a meeting', roles: byClerk },
  'meeting.record_attendance': { meaning: 'Record who is present', roles: byClerk },
  'meeting.adjourn': { meaning: 'Adjourn a meeting', roles: byClerk },
  'meeting.approve_minutes': { meaning: 'Record that the minutes were approved', roles: byClerk },
  'meeting.cancel': { meaning: 'Cancel a meeting before it opens', roles: byClerk },
  'docket.add': {
    meaning: 'Put a round or an application on the docket',
    roles: { clerk: withinScope, program_officer: withinScope },
  },
  'docket.remove': {
    meaning: 'Take an item off the docket before it is moved',
    roles: { clerk: withinScope, program_officer: withinScope },
  },
  'motion.create': { meaning: 'Record a motion that was made and seconded', roles: byClerk },
  'motion.update': { meaning: 'Change a motion before anybody has voted', roles: byClerk },
  'motion.vote': { meaning: 'Vote by roll call', roles: { committee_member: withinScope } },
  'motion.record_vote': { meaning: 'Record the vote a member calls out', roles: byClerk },
  'motion.close_vote': { meaning: 'Count the votes', roles: byClerk },
  'motion.table': { meaning: 'Table a motion before anybody has voted', roles: byClerk },
  'motion.take_up': { meaning: 'Take up a tabled motion', roles: byClerk },
});
