/** Applications: what organizations ask of a round, from the first draft to what a motion decided. */
import type { Feature } from '../../platform/feature.js';
import { Application, ApplicationBudgetLine, ApplicationDistrict, ApplicationPartner } from './application.entity.js';
import { applicationLifecycle } from './application.lifecycle.js';
import { ApplicationsModule } from './applications.module.js';
import { ApplicationsPanels } from './applications.panels.js';
import { ApplicationsTasks } from './applications.tasks.js';
import { applicationsPermissions } from './applications.policy.js';
import { applicationsPersonalData, applicationsRetention } from './applications.personal-data.js';

export { Application, PARTNER_LEVELS, type PartnerLevel } from './application.entity.js';
export {
  type ApplicationBudgetItem,
  type ApplicationPartnerItem,
  applicationReadFilter,
  applicationSubject,
  type ApplicationSummary,
  canReadApplication,
  lockApplications,
  readApplication,
} from './application-reads.js';
export { ApplicationSections } from './application-sections.service.js';
export { Applications, type Decision } from './applications.service.js';
export { ApplicationsModule } from './applications.module.js';

export const applicationsFeature: Feature = {
  name: 'applications',
  module: ApplicationsModule,
  entities: [Application, ApplicationDistrict, ApplicationPartner, ApplicationBudgetLine],
  permissions: [applicationsPermissions],
  lifecycles: [applicationLifecycle],
  menu: [{ labelKey: 'menu.applications', href: '/applications', rank: 12, permission: 'application.read' }],
  tasks: [ApplicationsTasks],
  panels: [ApplicationsPanels],
  jobs: [],
  things: [
    { type: 'application', table: 'applications', title: "concat_ws(' ', t.number, t.title)", path: '/applications' },
  ],
  personalData: applicationsPersonalData,
  retention: [applicationsRetention],
};
