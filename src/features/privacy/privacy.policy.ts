/** Who may see what is held about whom, and decide how long it stays. Placing and lifting, proposing and approving are two persons'. */
import { agencyWide, definePermissions } from '../../kernel/policy.js';

const administrators = { administrator: agencyWide } as const;
const watchers = { administrator: agencyWide, auditor: agencyWide } as const;

export const privacyPermissions = definePermissions({
  'personal_data.read': {
    meaning: 'See and download what is held about themselves',
    roles: {},
    everyone: true,
  },
  'personal_data.read_of_others': {
    meaning: 'See what keeps the data of a person, to answer when they ask for it to be removed',
    roles: administrators,
  },
  'personal_data.export': {
    meaning: 'Take out what is held about a person, to hand it to them when they ask',
    roles: administrators,
  },
  'retention.read': {
    meaning: 'See how long records stay and on what basis',
    roles: watchers,
  },
  'retention.update': { meaning: 'Set how many years a class of records stays', roles: administrators },
  'legal_hold.read': { meaning: 'See legal holds', roles: watchers },
  'legal_hold.place': {
    meaning: 'Place a legal hold, so that nothing about its subject is disposed of',
    roles: administrators,
  },
  'legal_hold.lift': { meaning: 'Lift a legal hold that another person placed', roles: administrators },
  'disposal.read': { meaning: 'See what is proposed to be disposed of, and the log of what was', roles: watchers },
  'disposal.propose': { meaning: 'Propose that the data of one person is removed', roles: administrators },
  'disposal.approve': {
    meaning: 'Approve a disposal that another person or the monthly run proposed',
    roles: administrators,
  },
  'disposal.decline': { meaning: 'Decline a disposal', roles: administrators },
});
