/** Agency: its settings, calendar, districts and rule sets. */
import type { Feature } from '../../platform/feature.js';
import { Agency, District } from './agency.entity.js';
import { AgencyModule } from './agency.module.js';
import { agencyPermissions } from './agency.policy.js';
import { RuleSet, RuleValue } from './rule-set.entity.js';

export { AgencyModule };
export { type JobLine, type MailLine, type MailView, Operations } from './operations.service.js';
export { type RuleKey, Rules, type RuleSetDraft } from './rule-set.rules.js';
export { type RuleSetLine, RuleSets, type RuleSetView } from './rule-sets.service.js';
export { AgencySettings, type AgencyView, type DistrictView } from './settings.service.js';
export { SettingsInput } from './settings.input.js';

export const agencyFeature: Feature = {
  name: 'agency',
  module: AgencyModule,
  entities: [Agency, District, RuleSet, RuleValue],
  permissions: [agencyPermissions],
  lifecycles: [],
  menu: [{ labelKey: 'menu.settings', href: '/settings', rank: 90, permission: 'settings.read' }],
  jobs: [],
};
