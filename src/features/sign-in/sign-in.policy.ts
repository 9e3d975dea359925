/** Who may see and end their own sessions and change their addresses, and who gives cards to whom. */
import { definePermissions, withinScope } from '../../kernel/policy.js';

export const signInPermissions = definePermissions({
  'account.end_session': {
    meaning: 'End their own sessions',
    roles: {},
    everyone: true,
  },
  'account.change_address': {
    meaning: 'Change their own e-mail address and telephone number',
    roles: {},
    everyone: true,
  },
  'card.read': {
    meaning: 'See who has a card to sign in with',
    roles: { facilitator: withinScope, auditor: withinScope },
  },
  'card.issue': {
    meaning: 'Give a participant of their collaborative a card to sign in with',
    roles: { facilitator: withinScope },
  },
  'card.revoke': {
    meaning: 'Make a card to sign in with worthless',
    roles: { facilitator: withinScope },
  },
});
