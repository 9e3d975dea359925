/** Agency: its settings, calendar, districts and rule sets. */
import type { Feature } from '../../platform/feature.js';
import { Agency, District } from './agency.entity.js';
import { AgencyModule } from './agency.module.js';
import { agencyPermissions } from './agency.policy.js';
import { RuleSet, RuleText, type RuleTextKey, RuleValue } from './rule-set.entity.js';
import { School } from './school.entity.js';

export { AgencyModule };
export { MailScopes } from './mail-scopes.js';
export { Operations } from './operations.service.js';
export { GENERAL_CERTIFICATION } from './rule-set.rules.js';
export { type NewWords, RuleSets } from './rule-sets.service.js';
export { TEXT_ORDER, textBegun } from './rule-text.reads.js';
export { RuleSet, RuleText, type RuleTextKey };
export { Schools } from './schools.service.js';
export { AgencySettings, type AgencyView } from './settings.service.js';
export { SettingsInput } from './settings.input.js';

export const agencyFeature: Feature = {
  name: 'agency',
  module: AgencyModule,
  entities: [Agency, District, RuleSet, RuleValue, RuleText, School],
  permissions: [agencyPermissions],
  lifecycles: [],
  menu: [{ labelKey: 'menu.settings', href: '/settings', rank: 90, group: 'agency', permission: 'settings.read' }],
  jobs: [],
};
