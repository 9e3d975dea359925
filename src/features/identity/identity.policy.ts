/** Who may see people and decide about accounts and roles. Nobody grants a role to themselves: the service and a CHECK. */
import { agencyWide, definePermissions } from '../../kernel/policy.js';

export const identityPermissions = definePermissions({
  'person.read': {
    meaning: 'See people, their accounts and their roles',
    roles: { administrator: agencyWide, auditor: agencyWide },
  },
  'person.create': {
    meaning: 'Add a person and invite them',
    roles: { administrator: agencyWide },
  },
  'person.invite': {
    meaning: 'Send a person a new link to choose a passphrase',
    roles: { administrator: agencyWide },
  },
  'role.grant': {
    meaning: 'Give another person a role',
    roles: { administrator: agencyWide },
  },
  'role.end': {
    meaning: 'End a role that a person holds',
    roles: { administrator: agencyWide },
  },
  'account.disable': {
    meaning: 'Close the account of another person',
    roles: { administrator: agencyWide },
  },
  'account.enable': {
    meaning: 'Open an account that was closed',
    roles: { administrator: agencyWide },
  },
  'account.read': {
    meaning: 'See their own account and roles',
    roles: {},
    everyone: true,
  },
  'account.change_passphrase': {
    meaning: 'Change their own passphrase',
    roles: {},
    everyone: true,
  },
});
