/** Wires identity; global, because everybody asks it who people are and what they may do. */
import { Global, Module } from '@nestjs/common';
import { Access } from './access.service.js';
import { AccessApi, AccessPages } from './access.controllers.js';
import { Accounts } from './accounts.service.js';
import { AssistanceNews } from './assistance-news.js';
import { AssistancesApi, AssistancesPages } from './assistances.controllers.js';
import { Assistances } from './assistances.service.js';
import { DelegationLists } from './delegation-lists.service.js';
import { DelegationNews } from './delegation-news.js';
import { DelegationsApi, DelegationsPages } from './delegations.controllers.js';
import { Delegations } from './delegations.service.js';
import { DelegationsPanels, DelegationsTasks } from './delegations.tasks.js';
import { NamesApi, PersonNamePages } from './names.controllers.js';
import { Names } from './names.service.js';
import { PeopleApi } from './people.api.js';
import { PeoplePages } from './people.pages.js';
import { People } from './people.service.js';
import { RoleNews } from './role-news.js';
import { Roles } from './roles.service.js';
import { RolesTasks } from './roles.tasks.js';
import { ScopeDirectory } from './scopes.js';

@Global()
@Module({
  controllers: [
    ...[PeoplePages, PersonNamePages, AssistancesPages, AccessPages, DelegationsPages],
    ...[PeopleApi, NamesApi, AssistancesApi, AccessApi, DelegationsApi],
  ],
  providers: [
    ...[Accounts, ScopeDirectory, RoleNews, AssistanceNews, Assistances, Access, RolesTasks, Roles, People, Names],
    ...[Delegations, DelegationLists, DelegationNews, DelegationsTasks, DelegationsPanels],
  ],
  exports: [Accounts, Assistances, Names, People, Roles, ScopeDirectory],
})
export class IdentityModule {}
