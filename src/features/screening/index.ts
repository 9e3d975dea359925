/** Screening: what staff check of applications, the help they give, and what they do to many at once. */
import type { Feature } from '../../platform/feature.js';
import { Broadcast, BroadcastItem } from './broadcast.entity.js';
import { BroadcastSender } from './broadcast.sender.js';
import { broadcastLifecycle } from './broadcast.lifecycle.js';
import { broadcastsPermissions } from './broadcast.policy.js';
import { LetterOfIntent } from './letter-of-intent.entity.js';
import { letterOfIntentLifecycle } from './letter-of-intent.lifecycle.js';
import { ScreeningJudgement, ScreeningRun, ScreeningRunItem } from './screening.entity.js';
import { ScreeningModule } from './screening.module.js';
import { screeningPersonalData } from './screening.personal-data.js';
import { ScreeningTasks } from './screening.tasks.js';
import { TechnicalAssistance, TechnicalAssistanceEntry } from './technical-assistance.entity.js';
import { technicalAssistanceLifecycle } from './technical-assistance.lifecycle.js';
import { letterOfIntentPermissions, screeningPermissions, technicalAssistancePermissions } from './screening.policy.js';

export { Broadcasts } from './broadcasts.service.js';
export { LettersOfIntent } from './letters-of-intent.service.js';
export { Screening } from './screening.service.js';
export { ScreeningRuns } from './screening-runs.service.js';
export { TechnicalAssistances } from './technical-assistances.service.js';

export const screeningFeature: Feature = {
  name: 'screening',
  module: ScreeningModule,
  entities: [
    ScreeningJudgement,
    ScreeningRun,
    ScreeningRunItem,
    LetterOfIntent,
    TechnicalAssistance,
    TechnicalAssistanceEntry,
    Broadcast,
    BroadcastItem,
  ],
  permissions: [screeningPermissions, letterOfIntentPermissions, technicalAssistancePermissions, broadcastsPermissions],
  lifecycles: [letterOfIntentLifecycle, technicalAssistanceLifecycle, broadcastLifecycle],
  menu: [
    { labelKey: 'menu.screening', href: '/screening', rank: 13, group: 'applications', permission: 'screening.read' },
    { labelKey: 'menu.broadcasts', href: '/broadcasts', rank: 42, group: 'messages', permission: 'broadcast.read' },
  ],
  tasks: [ScreeningTasks],
  personalData: screeningPersonalData,
  things: [
    { type: 'letter_of_intent', table: 'letters_of_intent', title: 't.title', path: '/letters-of-intent' },
    {
      type: 'technical_assistance',
      table: 'technical_assistances',
      title: "concat('Help with ', (select a.number from applications a where a.id = t.application_id))",
      path: '/technical-assistances',
    },
    { type: 'screening_run', table: 'screening_runs', title: 't.action', path: '/screening/runs' },
  ],
  jobs: [BroadcastSender],
};
