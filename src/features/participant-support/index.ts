/** Participant support: stipends for coming to convenings, and childcare paid back. */
import type { Feature } from '../../platform/feature.js';
import { ChildcareClaim, ChildcareRateCard } from './childcare-claim.entity.js';
import { claimLifecycle } from './childcare-claim.lifecycle.js';
import { ParticipantSupportModule } from './participant-support.module.js';
import { ParticipantSupportTasks } from './participant-support.tasks.js';
import { supportPermissions } from './participant-support.policy.js';
import { Stipend, StipendPolicy } from './stipend.entity.js';
import { stipendLifecycle } from './stipend.lifecycle.js';
import { SupportCommitment } from './support-commitment.entity.js';
import { childcareReceiptsRetention, participantSupportPersonalData } from './participant-support.personal-data.js';

export { ChildcareClaims } from './childcare-claims.service.js';
export { Stipends } from './stipends.service.js';
export { ClaimInput, RateCardInput, StipendPolicyInput } from './support.input.js';
export { SupportPolicies } from './support-policies.service.js';

export const participantSupportFeature: Feature = {
  name: 'participant-support',
  module: ParticipantSupportModule,
  entities: [StipendPolicy, Stipend, ChildcareRateCard, ChildcareClaim, SupportCommitment],
  permissions: [supportPermissions],
  lifecycles: [stipendLifecycle, claimLifecycle],
  menu: [
    { labelKey: 'menu.my_money', href: '/support', rank: 28, permission: 'support.read_own' },
    {
      labelKey: 'menu.participants',
      href: '/support/stipends',
      rank: 28,
      group: 'community',
      permission: 'support.read',
    },
  ],
  tasks: [ParticipantSupportTasks],
  jobs: [],
  personalData: participantSupportPersonalData,
  retention: [childcareReceiptsRetention],
};
