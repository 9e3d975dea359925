/** Reports: figures of the ledger in the words of the budget. */
import { Module } from '@nestjs/common';
import type { Feature } from '../../platform/feature.js';
import { BudgetReports } from './budget-report.service.js';
import { BudgetReportViews } from './budget-report.view.js';
import { ReportsApi, ReportsPages } from './reports.controllers.js';
import { reportsPermissions } from './reports.policy.js';

@Module({ controllers: [ReportsApi, ReportsPages], providers: [BudgetReports, BudgetReportViews] })
export class ReportsModule {}

export const reportsFeature: Feature = {
  name: 'reports',
  module: ReportsModule,
  entities: [],
  permissions: [reportsPermissions],
  lifecycles: [],
  menu: [{ labelKey: 'menu.reports', href: '/reports/budget', rank: 50, permission: 'report.budget' }],
  jobs: [],
};
