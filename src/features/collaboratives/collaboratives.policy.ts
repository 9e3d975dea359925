/** Who may do what in collaboratives. Who came is the facilitator's to say, never that of who approves the stipends. */
import { anywhere, definePermissions, own, withinScope } from '../../kernel/policy.js';

const officer = { program_officer: withinScope } as const;
const facilitator = { facilitator: withinScope } as const;
const keepers = { ...facilitator, ...officer } as const;
const readers = {
  ...keepers,
  finance_officer: anywhere,
  finance_approver: anywhere,
  agency_signatory: anywhere,
  auditor: anywhere,
  administrator: anywhere,
} as const;

export const collaborativesPermissions = definePermissions({
  'collaborative.read': { meaning: 'See collaboratives, their years, teams and money', roles: readers },
  'collaborative.create': { meaning: 'Set up a collaborative on a pool of a fund', roles: officer },
  'collaborative.update': { meaning: 'Change a collaborative and the rule of its seats', roles: officer },
  'collaborative_year.create': { meaning: 'Add a year to a collaborative', roles: officer },
  'collaborative_year.update': { meaning: 'Change the name and days of a year', roles: officer },
  'team.manage': { meaning: 'Add teams to a year of a collaborative and rename them', roles: keepers },
  'seat.manage': { meaning: 'Give people seats on teams, and end them', roles: keepers },
  'convening.read': { meaning: 'See convenings of a collaborative', roles: readers },
  'convening.plan': { meaning: 'Plan convenings of a collaborative and change them', roles: keepers },
  'convening.cancel': { meaning: 'Cancel a convening', roles: keepers },
  'convening.hold': { meaning: 'Record that a convening was held, by saying who came', roles: facilitator },
  'attendance.read': {
    meaning: 'See who was expected and who came; of participants, their own only',
    roles: { ...readers, participant: own },
  },
  'attendance.confirm': { meaning: 'Confirm that somebody else came to a convening', roles: facilitator },
  'attendance.mark_absent': { meaning: 'Record that somebody else did not come', roles: facilitator },
  'attendance.answer': { meaning: 'Answer whether they come to a convening', roles: { participant: own } },
});
