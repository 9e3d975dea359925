/** Who reads, proposes and confirms the words that certifiers sign. They hold everywhere, so roles are asked for whole. */
import { agencyWide, anywhere, definePermissions } from '../../kernel/policy.js';

const writers = { administrator: agencyWide, program_officer: agencyWide } as const;

export const wordingPermissions = definePermissions({
  'wording.read': {
    meaning: 'See the words that certifiers sign, with their history',
    roles: { administrator: agencyWide, auditor: agencyWide, program_officer: anywhere },
  },
  'wording.propose': { meaning: 'Propose new words for certifiers to sign', roles: writers },
  'wording.confirm': { meaning: 'Confirm words for certifiers that somebody else proposed', roles: writers },
  'wording.decline': { meaning: 'Decline or take back proposed words for certifiers', roles: writers },
});
