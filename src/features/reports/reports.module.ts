/** The reports module. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { AgencyModule } from '../agency/index.js';
import { DocumentKinds, DocumentReaders, DocumentsModule } from '../documents/index.js';
import { BudgetReportPrints } from './budget-report.print.js';
import { BudgetReports } from './budget-report.service.js';
import { BudgetReportViews } from './budget-report.view.js';
import { REPORT_REQUEST, ReportRequests } from './report-requests.service.js';
import { ReportsApi, ReportsPages } from './reports.controllers.js';

@Module({
  imports: [AgencyModule, DocumentsModule],
  controllers: [ReportsApi, ReportsPages],
  providers: [BudgetReports, BudgetReportPrints, BudgetReportViews, ReportRequests],
})
export class ReportsModule implements OnModuleInit {
  constructor(
    private readonly requests: ReportRequests,
    private readonly kinds: DocumentKinds,
    private readonly readers: DocumentReaders,
  ) {}

  onModuleInit(): void {
    this.kinds.register(this.requests.kind());
    this.readers.register(REPORT_REQUEST, (actor, id) => this.requests.mayRead(actor, id));
  }
}
