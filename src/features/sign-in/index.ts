/** SignIn: how people get in - sessions, mailed links, passphrases, cards, texts, the second step. */
import type { Feature } from '../../platform/feature.js';
import { AccountSession } from './account-session.entity.js';
import { EntryCard } from './entry-card.entity.js';
import { LimitCount } from './limit.entity.js';
import { LinkSender } from './link-sender.js';
import { MailedLink } from './mailed-link.entity.js';
import { secondFactorResetLifecycle } from './second-factor-reset.lifecycle.js';
import { secondFactorPermissions } from './second-factor.policy.js';
import { SecondFactorSweep } from './second-factor.sweep.js';
import { SecondFactorTasks } from './second-factor.tasks.js';
import { SECOND_FACTOR_ENTITIES } from './second-factor.wiring.js';
import { SignInModule } from './sign-in.module.js';
import { SignInHousekeeper } from './sign-in.housekeeper.js';
import { signInPersonalData, signInRetention } from './sign-in.personal-data.js';
import { signInPermissions } from './sign-in.policy.js';
import { TextMessage } from './text-message.entity.js';
import { TextDelivery } from './text-messages.service.js';

export { Administrators } from './administrators.service.js';
export { afterBegin } from './door.pages.js';
export { bringIn, comerAmong } from './comers.js';
export { Entry } from './entry.service.js';
export { guestsAmong } from './guests.js';
export { type Limit, Limits, networkOf, withoutKey } from './limits.service.js';
export { LinkDoor } from './link-door.js';
export { LinkPurposes } from './link-purposes.js';
export {
  type HeldLink,
  linkToken,
  MailedLinks,
  type LinkRequest,
  type OpenLink,
  type PrintedLink,
} from './mailed-links.service.js';
export type { OverTold } from './link.view.js';
export { hashPassphrase } from './passphrases.js';
export { SecondFactorSetUp } from './second-factor-set-up.service.js';
export { SecondFactors } from './second-factors.service.js';
export { type SessionAccount, Sessions } from './sessions.service.js';
export { type Known, knownBy } from './link-requests.service.js';
export { SignInModule };

export const signInFeature: Feature = {
  name: 'sign-in',
  module: SignInModule,
  entities: [AccountSession, MailedLink, TextMessage, EntryCard, LimitCount, ...SECOND_FACTOR_ENTITIES],
  permissions: [signInPermissions, secondFactorPermissions],
  lifecycles: [secondFactorResetLifecycle],
  menu: [{ labelKey: 'menu.cards', href: '/cards', rank: 65, group: 'community', permission: 'card.read' }],
  tasks: [SecondFactorTasks],
  jobs: [LinkSender, TextDelivery],
  housekeepers: [SecondFactorSweep, SignInHousekeeper],
  personalData: signInPersonalData,
  retention: [signInRetention],
};
