/** The budget report for people and for programs. */
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { page, type Page } from '../../platform/pages/page.js';
import { BudgetReportQuery } from './budget-report.input.js';
import { type BudgetReport, BudgetReports } from './budget-report.service.js';
import { BudgetReportViews } from './budget-report.view.js';

@ApiTags('reports')
@Controller('api/reports')
export class ReportsApi {
  constructor(
    private readonly reports: BudgetReports,
    private readonly views: BudgetReportViews,
  ) {}

  @Get('budget')
  @Permit('report.budget')
  async budget(
    @Acting() actor: Actor,
    @Query() query: BudgetReportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const report = await this.reports.read(actor, query);
    return query.format === 'csv' ? sendCsv(reply, report, this.views) : flat(report);
  }
}

@Controller('reports')
export class ReportsPages {
  constructor(
    private readonly reports: BudgetReports,
    private readonly views: BudgetReportViews,
  ) {}

  @Get('budget')
  @Permit('report.budget')
  async budget(
    @Here() visit: Visit,
    @Query() query: BudgetReportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page | string> {
    if (query.format === 'csv') return sendCsv(reply, await this.reports.read(visit.actor, query), this.views);
    return page('reports/budget', await this.views.page(visit, query));
  }
}

/** Each row with its columns beside its name, as programs read it. */
function flat(report: BudgetReport): object {
  return { ...report, rows: report.rows.map(({ figures, ...row }) => ({ ...row, ...figures })) };
}

function sendCsv(reply: FastifyReply, report: BudgetReport, views: BudgetReportViews): string {
  reply.type('text/csv; charset=utf-8');
  reply.header('content-disposition', `attachment; filename="budget-report-${report.asOf}.csv"`);
  return views.csv(report);
}
