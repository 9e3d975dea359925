/** The budget report for people and for programs. */
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '../../platform/http/api-description.js';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../kernel/actor.js';
import { Permit } from '../../platform/http/route.js';
import { Acting, Here, type Visit } from '../../platform/http/visit.js';
import { page, type Page, type Redirect, redirect } from '../../platform/pages/page.js';
import { BudgetReportQuery } from './budget-report.input.js';
import { BudgetReportPrints } from './budget-report.print.js';
import { type BudgetReport, BudgetReports } from './budget-report.service.js';
import { BudgetReportViews } from './budget-report.view.js';
import { ReportRequests, type ReportRequestView } from './report-requests.service.js';

@ApiTags('reports')
@Controller('api/reports')
export class ReportsApi {
  constructor(
    private readonly reports: BudgetReports,
    private readonly views: BudgetReportViews,
    private readonly prints: BudgetReportPrints,
    private readonly requests: ReportRequests,
  ) {}

  @Get('budget')
  @Permit('report.budget')
  async budget(
    @Acting() actor: Actor,
    @Query() query: BudgetReportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    if (query.format === 'pdf') return sendPdf(reply, await this.prints.draw(actor, query));
    const report = await this.reports.read(actor, query);
    return query.format === 'csv' ? sendCsv(reply, report, this.views) : flat(report);
  }

  @Post('budget/pdf')
  @Permit('report.print')
  async askForPdf(@Acting() actor: Actor, @Body() query: BudgetReportQuery): Promise<{ id: string }> {
    return this.requests.ask(actor, query);
  }

  @Get('budget/pdf/:id')
  @Permit('report.budget')
  async pdf(@Acting() actor: Actor, @Param('id') id: string): Promise<ReportRequestView> {
    return this.requests.show(actor, id);
  }
}

@Controller('reports')
export class ReportsPages {
  constructor(
    private readonly reports: BudgetReports,
    private readonly views: BudgetReportViews,
    private readonly prints: BudgetReportPrints,
    private readonly requests: ReportRequests,
  ) {}

  @Get('budget')
  @Permit('report.budget')
  async budget(
    @Here() visit: Visit,
    @Query() query: BudgetReportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page | string | Buffer> {
    if (query.format === 'pdf') return sendPdf(reply, await this.prints.draw(visit.actor, query));
    if (query.format === 'csv') return sendCsv(reply, await this.reports.read(visit.actor, query), this.views);
    return page('reports/budget', await this.views.page(visit, query));
  }

  @Post('budget/pdf')
  @Permit('report.print')
  async askForPdf(@Here() visit: Visit, @Body() query: BudgetReportQuery): Promise<Redirect> {
    const { id } = await this.requests.ask(visit.actor, query);
    return redirect(`/reports/budget/pdf/${id}`);
  }

  @Get('budget/pdf/:id')
  @Permit('report.budget')
  async pdf(@Here() visit: Visit): Promise<Page> {
    return page('reports/document', await this.views.document(visit));
  }
}

/** Each row with its columns beside its name, as programs read it. */
function flat(report: BudgetReport): object {
  return {
    ...report,
    rows: report.rows.map(({ figures, ...row }) => ({ ...row, title: row.name, ...figures })),
    byDistrict: report.byDistrict.map(({ district, figures }) => ({ district, ...figures })),
  };
}

function sendCsv(reply: FastifyReply, report: BudgetReport, views: BudgetReportViews): string {
  reply.type('text/csv; charset=utf-8');
  reply.header('content-disposition', `attachment; filename="budget-report-${report.asOf}.csv"`);
  return views.csv(report);
}

function sendPdf(reply: FastifyReply, { fileName, bytes }: { fileName: string; bytes: Uint8Array }): Buffer {
  reply.type('application/pdf');
  reply.header('content-disposition', `inline; filename="${fileName}"`);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('cache-control', 'private, no-store');
  return Buffer.from(bytes);
}
