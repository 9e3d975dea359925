/** Identity: persons, their accounts, the roles they hold, and signing in. */
import type { Feature } from '../../platform/feature.js';
import { Account, Invitation, SignInFailure } from './account.entity.js';
import { IdentityModule } from './identity.module.js';
import { identityPermissions } from './identity.policy.js';
import { InvitationSender } from './invitations.service.js';
import { Identifier, Person } from './person.entity.js';
import { RoleGrant } from './role-grant.entity.js';

export { IdentityModule };
export { Accounts, type SessionAccount } from './accounts.service.js';
export { type AccountGrant, Administrators, type EnsuredAccount } from './administrators.service.js';
export { normalizeAddress } from './identity.rules.js';
export { INVITATION_TOPIC, Invitations } from './invitations.service.js';
export { hashPassphrase } from './passphrases.js';
export { type AddedPerson, type GrantView, People, type PersonView } from './people.service.js';
export { type NewGrant, Roles } from './roles.service.js';
export { type ScopeChoice, ScopeDirectory, type ScopeName, type ScopeSource } from './scopes.js';

export const identityFeature: Feature = {
  name: 'identity',
  module: IdentityModule,
  entities: [Person, Identifier, Account, Invitation, SignInFailure, RoleGrant],
  permissions: [identityPermissions],
  lifecycles: [],
  menu: [{ labelKey: 'menu.people', href: '/people', rank: 70, permission: 'person.read' }],
  jobs: [InvitationSender],
};
