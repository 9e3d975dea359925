/** Agency: its settings, calendar, districts and rule sets. */
import type { Feature } from '../../platform/feature.js';
import { Agency, District } from './agency.entity.js';
import { AgencyModule } from './agency.module.js';
import { agencyPermissions } from './agency.policy.js';
import { RuleSet, RuleText, RuleValue } from './rule-set.entity.js';
import { School } from './school.entity.js';

export { AgencyModule };
export { type JobLine, type MailLine, type MailView, Operations } from './operations.service.js';
export { GENERAL_CERTIFICATION, type RuleKey, Rules, type RuleSetDraft } from './rule-set.rules.js';
export { type RuleSetLine, RuleSets, type RuleSetView } from './rule-sets.service.js';
export { type DistrictSchools, type SchoolRow, Schools } from './schools.service.js';
export { AgencySettings, type AgencyView, type DistrictView } from './settings.service.js';
export { SettingsInput } from './settings.input.js';

export const agencyFeature: Feature = {
  name: 'agency',
  module: AgencyModule,
  entities: [Agency, District, RuleSet, RuleValue, RuleText, School],
  permissions: [agencyPermissions],
  lifecycles: [],
  menu: [{ labelKey: 'menu.settings', href: '/settings', rank: 90, permission: 'settings.read' }],
  jobs: [],
};
