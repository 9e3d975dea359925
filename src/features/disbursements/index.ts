/** Disbursements: what recipients ask to be paid of their awards, approved twice and handed to payments. */
import type { Feature } from '../../platform/feature.js';
import { Disbursement, DisbursementExpense, DisbursementTransfer } from './disbursement.entity.js';
import { disbursementLifecycle } from './disbursement.lifecycle.js';
import { DisbursementsModule } from './disbursements.module.js';
import { disbursementsPermissions } from './disbursements.policy.js';
import { DisbursementsPanels } from './disbursements.panels.js';
import { DisbursementsTasks } from './disbursements.tasks.js';
import { disbursementsPersonalData } from './disbursements.personal-data.js';

export { DisbursementApprovals } from './disbursement-approval.service.js';
export { ExpenseInput } from './disbursement.input.js';
export { Disbursements } from './disbursements.service.js';

export const disbursementsFeature: Feature = {
  name: 'disbursements',
  module: DisbursementsModule,
  entities: [Disbursement, DisbursementExpense, DisbursementTransfer],
  permissions: [disbursementsPermissions],
  lifecycles: [disbursementLifecycle],
  menu: [{ labelKey: 'menu.requests', href: '/requests', rank: 19, group: 'awards', permission: 'disbursement.read' }],
  tasks: [DisbursementsTasks],
  panels: [DisbursementsPanels],
  jobs: [],
  things: [
    {
      type: 'disbursement',
      table: 'disbursements',
      title: `(select concat('Request ', t.number, ', ', a.title) from awards a where a.id = t.award_id)`,
      path: '/requests',
    },
  ],
  personalData: disbursementsPersonalData,
};
