/** Reports: figures of the ledger in the words of the budget. */
import type { Feature } from '../../platform/feature.js';
import { ReportRequest } from './report-request.entity.js';
import { ReportsModule } from './reports.module.js';
import { reportsPermissions } from './reports.policy.js';

export const reportsFeature: Feature = {
  name: 'reports',
  module: ReportsModule,
  entities: [ReportRequest],
  permissions: [reportsPermissions],
  lifecycles: [],
  menu: [{ labelKey: 'menu.reports', href: '/reports/budget', rank: 21, group: 'money', permission: 'report.budget' }],
  jobs: [],
};
