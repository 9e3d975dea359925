/** Who may write to many applicants at once. */
import { anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

const officer = { program_officer: withinScope } as const;

export const broadcastsPermissions = definePermissions({
  'broadcast.read': {
    meaning: 'See messages to many applicants and what became of each',
    roles: { ...officer, auditor: anywhere },
  },
  'broadcast.create': { meaning: 'Write a message to many applicants', roles: officer },
  'broadcast.update': { meaning: 'Change a message to many applicants before it is sent', roles: officer },
  'broadcast.send': { meaning: 'Send a message to many applicants', roles: officer },
  'broadcast.discard': { meaning: 'Discard a message to many applicants that was not sent', roles: officer },
});
