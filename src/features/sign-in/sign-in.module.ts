/** Wires sign-in; global, because the guard of every route asks it who is acting. */
import { Global, Module } from '@nestjs/common';
import { Confirmer } from '../../platform/http/confirmation.js';
import { ActorSource } from '../../platform/http/guard.js';
import { Administrators } from './administrators.service.js';
import { CardNews } from './card-news.js';
import { CardsApi } from './cards.api.js';
import { CardDoorPages, CardsPages } from './cards.pages.js';
import { Cards } from './cards.service.js';
import { DoorPages, SignInPages } from './door.pages.js';
import { Entry } from './entry.service.js';
import { Limits } from './limits.service.js';
import { LinkDoor } from './link-door.js';
import { LinkEntry } from './link-entry.service.js';
import { LinkPurposes } from './link-purposes.js';
import { LinkRequests } from './link-requests.service.js';
import { LinkSender } from './link-sender.js';
import { LinkPages } from './link.pages.js';
import { MailedLinks } from './mailed-links.service.js';
import { MePages } from './me.pages.js';
import { OwnAccount } from './own-account.service.js';
import { OwnPage } from './own-page.js';
import { OwnSessions } from './own-sessions.service.js';
import { PassphraseChanges } from './passphrase-changes.service.js';
import { PersonAddressApi, PersonAddressPages } from './person-address.controllers.js';
import { SECOND_FACTOR_CONTROLLERS, SECOND_FACTOR_PROVIDERS } from './second-factor.wiring.js';
import { SecondFactors } from './second-factors.service.js';
import { SessionActors } from './session-actors.js';
import { SessionApi } from './session.api.js';
import { Sessions } from './sessions.service.js';
import { SignInEffects } from './sign-in.effects.js';
import { SignInHousekeeper } from './sign-in.housekeeper.js';
import { TextMessageReads, TextMessagesApi, TextMessagesPages } from './text-messages.controllers.js';
import { TextDelivery, TextMessages } from './text-messages.service.js';

@Global()
@Module({
  controllers: [
    SignInPages,
    DoorPages,
    LinkPages,
    MePages,
    CardsPages,
    CardDoorPages,
    SessionApi,
    CardsApi,
    PersonAddressPages,
    PersonAddressApi,
    TextMessagesPages,
    TextMessagesApi,
    ...SECOND_FACTOR_CONTROLLERS,
  ],
  providers: [
    Administrators,
    CardNews,
    Cards,
    Entry,
    Limits,
    LinkDoor,
    LinkEntry,
    LinkPurposes,
    LinkRequests,
    LinkSender,
    MailedLinks,
    OwnAccount,
    OwnPage,
    OwnSessions,
    PassphraseChanges,
    SecondFactors,
    Sessions,
    SignInEffects,
    SignInHousekeeper,
    TextDelivery,
    TextMessageReads,
    TextMessages,
    { provide: ActorSource, useClass: SessionActors },
    ...SECOND_FACTOR_PROVIDERS,
  ],
  exports: [
    ActorSource,
    Confirmer,
    Administrators,
    Entry,
    Limits,
    LinkDoor,
    LinkPurposes,
    MailedLinks,
    SecondFactors,
    Sessions,
  ],
})
export class SignInModule {}
