/** Identity: who people are and what they may do - persons, their accounts and the roles they hold. */
import type { Feature } from '../../platform/feature.js';
import { Assistance } from './assistance.entity.js';
import { Account } from './account.entity.js';
import { Delegation } from './delegation.entity.js';
import { IdentityModule } from './identity.module.js';
import { identityPermissions } from './identity.policy.js';
import { Identifier, Person } from './person.entity.js';
import { RoleGrant } from './role-grant.entity.js';
import { DelegationsPanels, DelegationsTasks } from './delegations.tasks.js';
import { RolesTasks } from './roles.tasks.js';
import { identityPersonalData } from './identity.personal-data.js';

export { IdentityModule };
export { type ClosedEffect, type InviteEffect, inviteEffect } from './account.effects.js';
export { Account } from './account.entity.js';
export { Accounts, requirePermission } from './accounts.service.js';
export { type AssistanceView, Assistances } from './assistances.service.js';
export {
  actingGrants,
  assistsAsJson,
  grantInForce,
  grantOpen,
  grantsAsJson,
  holdsGraveRole,
  liveGrants,
} from './grants.js';
export { Delegations } from './delegations.service.js';
export { delegationInForce, lentAsJson, lentGrants, type LentRow, usableGrants } from './delegations.reads.js';
export { type Contact, contactOf, contactsOf, firstAddress, lockIdentifier } from './identifiers.js';
export { normalizeAddress, safePath } from './identity.rules.js';
export { Names } from './names.service.js';
export { ADDRESS, NoteInput, NothingInput, OwnNameInput } from './people.input.js';
export { type AddedPerson, type GrantView, People } from './people.service.js';
export { scopeWords } from './role-words.js';
export { Identifier, Person } from './person.entity.js';
export { GRAVE_ROLES } from './role-grant.entity.js';
export { Roles } from './roles.service.js';
export { accountUsed, lockAdministrators, standingAdministrators } from './standing.js';
export { ScopeDirectory, type ScopeName, type ScopeSource, type ScopeStanding } from './scopes.js';

export const identityFeature: Feature = {
  name: 'identity',
  module: IdentityModule,
  entities: [Person, Identifier, Account, RoleGrant, Assistance, Delegation],
  permissions: [identityPermissions],
  lifecycles: [],
  menu: [
    { labelKey: 'menu.people', href: '/people', rank: 70, group: 'agency', permission: 'person.read' },
    { labelKey: 'menu.access', href: '/access', rank: 72, group: 'agency', permission: 'access.read' },
  ],
  tasks: [RolesTasks, DelegationsTasks],
  panels: [DelegationsPanels],
  jobs: [],
  things: [
    { type: 'person', table: 'persons', title: 't.name', path: '/people' },
    {
      type: 'delegation',
      table: 'delegations',
      title: `(select p.name || ', for ' || g.name from persons p, persons g where p.id = t.holder_id and g.id = t.giver_id)`,
    },
    { type: 'account', table: 'accounts', title: '(select p.name from persons p where p.id = t.person_id)' },
  ],
  personalData: identityPersonalData,
};
