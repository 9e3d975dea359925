/** Awards: what was promised, offered, signed and closed. */
import type { Feature } from '../../platform/feature.js';
import {
  Award,
  AwardBudgetLine,
  AwardCondition,
  AwardDistrict,
  AwardIndirectCost,
  AwardPartner,
  AwardSchool,
  AwardSignature,
  AwardSource,
} from './award.entity.js';
import { awardLifecycle } from './award.lifecycle.js';
import { awardPermissions } from './award.policy.js';
import { AwardsModule } from './awards.module.js';
import { AwardsPanels } from './awards.panels.js';
import { AwardsTasks } from './awards.tasks.js';
import { awardsPersonalData, awardsRetention } from './awards.personal-data.js';

export { Award } from './award.entity.js';
export { AwardFacts } from './award-facts.js';
export { readAward } from './award-reads.js';
export { AwardsModule } from './awards.module.js';
export { Awards } from './awards.service.js';
export { AwardTerms } from './award-terms.service.js';

export const awardsFeature: Feature = {
  name: 'awards',
  module: AwardsModule,
  entities: [
    Award,
    AwardSource,
    AwardBudgetLine,
    AwardDistrict,
    AwardIndirectCost,
    AwardSchool,
    AwardPartner,
    AwardCondition,
    AwardSignature,
  ],
  permissions: [awardPermissions],
  lifecycles: [awardLifecycle],
  menu: [{ labelKey: 'menu.awards', href: '/awards', rank: 18, group: 'awards', permission: 'award.read' }],
  tasks: [AwardsTasks],
  panels: [AwardsPanels],
  jobs: [],
  things: [{ type: 'award', table: 'awards', title: "concat_ws(' ', t.number, t.title)", path: '/awards' }],
  personalData: awardsPersonalData,
  retention: [awardsRetention],
};
