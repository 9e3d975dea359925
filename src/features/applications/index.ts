/** Applications: what organizations ask of a round, from the first draft to what a motion decided. */
import type { Feature } from '../../platform/feature.js';
import { Answer, AnswerSettlement, AnswerVersion } from './answer.entity.js';
import {
  Application,
  ApplicationBudgetLine,
  ApplicationDistrict,
  ApplicationPartner,
  ApplicationTwin,
} from './application.entity.js';
import { ApplicationColleague, ApplicationWriter } from './application-colleague.entity.js';
import { applicationLifecycle } from './application.lifecycle.js';
import { ApplicationsModule } from './applications.module.js';
import { ApplicationsPanels } from './applications.panels.js';
import { ApplicationTeamTasks } from './application-team.tasks.js';
import { ApplicationsTasks } from './applications.tasks.js';
import { applicationsPermissions } from './applications.policy.js';
import { ApplicationExtension, ExtensionRequest } from './extension.entity.js';
import { extensionRequestLifecycle } from './extension.lifecycle.js';
import { extensionPermissions } from './extension.policy.js';
import { partnerPermissions } from './partner.policy.js';
import { ApplicationBudgetPart, ApplicationIndirectCost } from './proposed-budget.entity.js';
import { ApplicationLateAttempt, ApplicationSubmission } from './receipt.entity.js';
import { ApplicationReminder } from './reminder.entity.js';
import { ApplicationReturn } from './return.entity.js';
import { ApplicationReminders } from './reminders.service.js';
import { applicationsPersonalData, applicationsRetention } from './applications.personal-data.js';

export { Application, type PartnerLevel } from './application.entity.js';
export {
  applicationReadFilter,
  applicationSubject,
  type ApplicationSummary,
  canReadApplication,
  lockApplications,
  readApplication,
} from './application-reads.js';
export type { KeptStep } from './proposed-budget.indirect.js';
export { type RateOnPaper, rateSentences } from './proposed-budget.paper.js';
export { type IndirectCost, readIndirectCosts } from './proposed-budget.reads.js';
export type { BaseKind } from './proposed-budget.shapes.js';
export { dueOf, type Extension } from './extension.rules.js';
export { extensionOf } from './extension.reads.js';
export { Answers } from './answers.service.js';
export { AnswerReuse } from './answer-reuse.service.js';
export { formOfVersion, valuesOf } from './answers.reads.js';
export { ApplicationLinks, type LinkedThings } from './application-links.js';
export { ApplicationSections } from './application-sections.service.js';
export { ApplicationColleagues } from './application-colleagues.service.js';
export { certificationOf } from './certifier.certification.js';
export { Extensions } from './extensions.service.js';
export { type PartnerLine, partnersOf } from './partner.reads.js';
export { Partners } from './partners.service.js';
export { ApplicationSubmissions } from './receipt.service.js';
export {
  centsShown,
  districtShown,
  foundBy,
  isForDistrict,
  likeOf,
  type SentVersion,
  shownAsSent,
  titleShown,
} from './receipt.sent.js';
export { ApplicationReminders } from './reminders.service.js';
export { SignatureAsking } from './signature-asking.service.js';
export { Applications } from './applications.service.js';
export { ApplicationsModule } from './applications.module.js';

export const applicationsFeature: Feature = {
  name: 'applications',
  module: ApplicationsModule,
  entities: [
    Application,
    ApplicationDistrict,
    ApplicationPartner,
    ApplicationTwin,
    ApplicationBudgetLine,
    ApplicationBudgetPart,
    ApplicationIndirectCost,
    ApplicationColleague,
    ApplicationWriter,
    ApplicationExtension,
    ExtensionRequest,
    ApplicationReminder,
    ApplicationSubmission,
    ApplicationLateAttempt,
    ApplicationReturn,
    Answer,
    AnswerVersion,
    AnswerSettlement,
  ],
  permissions: [applicationsPermissions, extensionPermissions, partnerPermissions],
  lifecycles: [applicationLifecycle, extensionRequestLifecycle],
  menu: [
    {
      labelKey: 'menu.applications',
      href: '/applications',
      rank: 12,
      group: 'applications',
      permission: 'application.read',
    },
    {
      labelKey: 'menu.extensions',
      href: '/extensions',
      rank: 13,
      group: 'applications',
      permission: 'application.extend',
    },
  ],
  tasks: [ApplicationTeamTasks, ApplicationsTasks],
  panels: [ApplicationsPanels],
  jobs: [],
  things: [
    { type: 'application', table: 'applications', title: "concat_ws(' ', t.number, t.title)", path: '/applications' },
  ],
  housekeepers: [ApplicationReminders],
  personalData: applicationsPersonalData,
  retention: [applicationsRetention],
};
