/** The whole: every feature, in the order of the fund's life. Each may use only those before it. */
import { type DynamicModule, Module } from '@nestjs/common';
import { agencyFeature } from './features/agency/index.js';
import { announcementsFeature } from './features/announcements/index.js';
import { applicationsFeature } from './features/applications/index.js';
import { auditFeature } from './features/audit/index.js';
import { awardsFeature } from './features/awards/index.js';
import { collaborativesFeature } from './features/collaboratives/index.js';
import { conflictsFeature } from './features/conflicts/index.js';
import { conversationsFeature } from './features/conversations/index.js';
import { decisionsFeature } from './features/decisions/index.js';
import { disbursementsFeature } from './features/disbursements/index.js';
import { documentsFeature } from './features/documents/index.js';
import { formsFeature } from './features/forms/index.js';
import { fundsFeature } from './features/funds/index.js';
import { homeFeature } from './features/home/index.js';
import { identityFeature } from './features/identity/index.js';
import { interviewsFeature } from './features/interviews/index.js';
import { ledgerFeature } from './features/ledger/index.js';
import { organizationsFeature } from './features/organizations/index.js';
import { participantSupportFeature } from './features/participant-support/index.js';
import { paymentsFeature } from './features/payments/index.js';
import { privacyFeature } from './features/privacy/index.js';
import { reportsFeature } from './features/reports/index.js';
import { reviewsFeature } from './features/reviews/index.js';
import { roundsFeature } from './features/rounds/index.js';
import { screeningFeature } from './features/screening/index.js';
import { signInFeature } from './features/sign-in/index.js';
import type { Feature } from './platform/feature.js';
import { PlatformModule, type PlatformParts } from './platform/platform.module.js';

export const FEATURES_IN_ORDER: readonly Feature[] = [
  agencyFeature,
  identityFeature,
  signInFeature,
  auditFeature,
  documentsFeature,
  organizationsFeature,
  announcementsFeature,
  conversationsFeature,
  ledgerFeature,
  fundsFeature,
  paymentsFeature,
  formsFeature,
  roundsFeature,
  conflictsFeature,
  applicationsFeature,
  screeningFeature,
  reviewsFeature,
  interviewsFeature,
  decisionsFeature,
  awardsFeature,
  disbursementsFeature,
  collaborativesFeature,
  participantSupportFeature,
  reportsFeature,
  privacyFeature,
  homeFeature,
];

@Module({})
export class AppModule {
  static with(parts: Omit<PlatformParts, 'features'>): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with({ ...parts, features: FEATURES_IN_ORDER }),
        ...FEATURES_IN_ORDER.map((feature) => feature.module),
      ],
    };
  }
}
