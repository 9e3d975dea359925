/** Wires identity; global, because the guard of every route asks it who is acting. */
import { Global, Module } from '@nestjs/common';
import { ActorSource } from '../../platform/http/guard.js';
import { Accounts, SessionActors } from './accounts.service.js';
import { Administrators } from './administrators.service.js';
import { Attempts } from './attempts.service.js';
import { Invitations, InvitationSender } from './invitations.service.js';
import { PeopleApi } from './people.api.js';
import { PeoplePages } from './people.pages.js';
import { People } from './people.service.js';
import { Roles } from './roles.service.js';
import { ScopeDirectory } from './scopes.js';
import { SessionApi } from './session.api.js';
import { InvitationPages, MePages, SessionPages } from './session.pages.js';

@Global()
@Module({
  controllers: [SessionPages, MePages, InvitationPages, PeoplePages, SessionApi, PeopleApi],
  providers: [
    Attempts,
    Accounts,
    ScopeDirectory,
    Roles,
    People,
    Administrators,
    Invitations,
    InvitationSender,
    { provide: ActorSource, useClass: SessionActors },
  ],
  exports: [Accounts, ActorSource, Administrators, Invitations, People, Roles, ScopeDirectory],
})
export class IdentityModule {}
