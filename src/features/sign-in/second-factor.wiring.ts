/** What the second step, confirmations and the agency's sign-in service add to the module and the feature. */
import type { Provider, Type } from '@nestjs/common';
import { Confirmer } from '../../platform/http/confirmation.js';
import { CodeEntry } from './code-entry.service.js';
import { ConfirmationCode } from './confirmation-code.entity.js';
import { Confirmations } from './confirmations.service.js';
import { ExternalIdentities } from './external-identities.service.js';
import { ExternalAdmission, ExternalIdentity } from './oidc.entity.js';
import { OidcDoorPages, OwnOidcPages } from './oidc.pages.js';
import { Oidc } from './oidc.service.js';
import { OidcViews } from './oidc.view.js';
import { PersonEntryApi, PersonEntryPages, ResetPages } from './person-entry.controllers.js';
import { PersonEntryViews } from './person-entry.view.js';
import { SecondFactorNews } from './second-factor-news.js';
import { SecondFactorResets } from './second-factor-resets.service.js';
import { SecondFactorSetUp } from './second-factor-set-up.service.js';
import { SecondFactorApi } from './second-factor.api.js';
import { RecoveryCode, SecondFactor, SecondFactorReset } from './second-factor.entity.js';
import { CodePages, SecondFactorPages } from './second-factor.pages.js';
import { SecondFactorSweep } from './second-factor.sweep.js';
import { SecondFactorTasks } from './second-factor.tasks.js';
import { SecondFactorViews } from './second-factor.view.js';

export const SECOND_FACTOR_PROVIDERS: readonly Provider[] = [
  { provide: Confirmer, useClass: Confirmations },
  CodeEntry,
  ExternalIdentities,
  Oidc,
  OidcViews,
  PersonEntryViews,
  SecondFactorNews,
  SecondFactorResets,
  SecondFactorSetUp,
  SecondFactorSweep,
  SecondFactorTasks,
  SecondFactorViews,
];

export const SECOND_FACTOR_CONTROLLERS: readonly Type[] = [
  CodePages,
  SecondFactorPages,
  SecondFactorApi,
  PersonEntryPages,
  ResetPages,
  PersonEntryApi,
  OidcDoorPages,
  OwnOidcPages,
];

export const SECOND_FACTOR_ENTITIES = [
  SecondFactor,
  RecoveryCode,
  SecondFactorReset,
  ConfirmationCode,
  ExternalIdentity,
  ExternalAdmission,
];
