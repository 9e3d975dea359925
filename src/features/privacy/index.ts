/** Privacy: what is held about a person, how long records stay, and what is disposed of under which holds. */
import type { Feature } from '../../platform/feature.js';
import {
  AnonymizedPerson,
  Disposal,
  DisposalItem,
  DisposalLogEntry,
  RetentionRun,
  RetentionTerm,
} from './disposal.entity.js';
import { DisposalRunner, RetentionKeeper } from './disposal.jobs.js';
import { disposalLifecycle } from './disposal.lifecycle.js';
import { LegalHold } from './legal-hold.entity.js';
import { legalHoldLifecycle } from './legal-hold.lifecycle.js';
import { PrivacyModule } from './privacy.module.js';
import { PrivacyTasks } from './privacy.tasks.js';
import { privacyPermissions } from './privacy.policy.js';
import { privacyPersonalData, peopleRetention, messagesRetention, trailRetention } from './privacy.personal-data.js';

export { Retention } from './retention.service.js';
export { Disposals, hashOf } from './disposals.service.js';
export { LegalHolds } from './legal-holds.service.js';
export { PersonalDataBook } from './personal-data.service.js';
export { PrivacyModule };

export const privacyFeature: Feature = {
  name: 'privacy',
  module: PrivacyModule,
  entities: [RetentionTerm, RetentionRun, LegalHold, Disposal, DisposalItem, DisposalLogEntry, AnonymizedPerson],
  permissions: [privacyPermissions],
  lifecycles: [legalHoldLifecycle, disposalLifecycle],
  menu: [],
  tasks: [PrivacyTasks],
  jobs: [DisposalRunner],
  housekeepers: [RetentionKeeper],
  things: [
    {
      type: 'legal_hold',
      table: 'legal_holds',
      title: 't.subject_kind',
      titleWords: 'legal_hold.field.kind.',
      path: '/legal-holds',
    },
    { type: 'disposal', table: 'disposals', title: 't.class_name', titleWords: 'retention.', path: '/disposals' },
  ],
  personalData: privacyPersonalData,
  retention: [peopleRetention, messagesRetention, trailRetention],
};
