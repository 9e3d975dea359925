/** ReportRequests: the budget report as a document, asked for now and made in the background. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { drawReport, type ReportSheet } from '../../platform/pdf/report.js';
import { Texts } from '../../platform/texts/texts.js';
import { type DocumentKind, Documents } from '../documents/index.js';
import type { BudgetReportQuery, ReportGroup } from './budget-report.input.js';
import { BudgetReportPrints } from './budget-report.print.js';
import { BudgetReports, type Extent } from './budget-report.service.js';
import { ReportRequest } from './report-request.entity.js';

const REPORT_KIND = 'budget_report';
export const REPORT_REQUEST = 'report_request';

/** What it is drawn from. */
interface PrintedReport {
  readonly title: string;
  readonly sheet: ReportSheet;
}

export interface ReportRequestView {
  readonly id: string;
  /** The fund's name, or that of all. */
  readonly title: string;
  readonly asOf: string;
  readonly state: string;
  readonly label: string;
  readonly document: { readonly id: string; readonly title: string; readonly url: string } | null;
}

interface RequestRow {
  readonly extent: Extent;
  readonly at: Date;
  readonly requestedBy: string | null;
  readonly role: string | null;
}

@Injectable()
export class ReportRequests {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly reports: BudgetReports,
    private readonly prints: BudgetReportPrints,
    private readonly documents: Documents,
  ) {}

  /** Asks for the document of what this actor may read; the day is settled now, the figures when it is made. */
  async ask(actor: Actor, query: BudgetReportQuery): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const { fund, fundIds, source, by, asOf } = await this.reports.extent(work, actor, query);
      const mayPrint = fundIds.every((id) => this.policy.can(actor, 'report.print', { scopes: { fund: id } }));
      if (!mayPrint) throw forbidden('permission.missing', { params: { permission: 'report.print' } });
      const asked = { fundId: fund?.id ?? null, fundIds: [...fundIds], sourceId: source?.id ?? null };
      const { id } = await work.insertOne(ReportRequest, {
        ...asked,
        ...{ groupedBy: by, asOf },
        requestedBy: actor.kind === 'person' ? actor.personId : null,
        requestedRole: this.prints.roleOf(actor),
      });
      const after = { fundId: asked.fundId, sourceId: asked.sourceId, by, asOf };
      work.audit({ action: 'report.requested', subjectType: REPORT_REQUEST, subjectId: id, after });
      await this.documents.request(work, REPORT_KIND, id);
      return { id };
    });
  }

  /** How far it is; 404 for whoever neither asked nor may read what it says. */
  async show(actor: Actor, id: string): Promise<ReportRequestView> {
    const row = await this.find(this.db, id);
    if (row === undefined || !this.isFor(actor, row)) throw notFound('thing.not_found');
    const [request] = await this.documents.requestsOf(this.db, REPORT_REQUEST, id);
    const [document] = (await this.documents.of(this.db, REPORT_REQUEST, [id])).get(id) ?? [];
    return {
      id,
      title: row.extent.fund?.name ?? this.texts.t('report.print.all_funds'),
      asOf: row.extent.asOf,
      state: request?.state ?? 'requested',
      label: request?.label ?? '',
      document: document === undefined ? null : { id: document.id, title: document.title, url: document.url },
    };
  }

  /** Who may open the document. */
  async mayRead(actor: Actor, id: string): Promise<boolean> {
    const row = await this.find(this.db, id);
    return row !== undefined && this.isFor(actor, row);
  }

  kind(): DocumentKind<PrintedReport> {
    return {
      kind: REPORT_KIND,
      subjectType: REPORT_REQUEST,
      templateVersion: '1',
      titleOf: ({ title }) => title,
      load: (from, id) => this.load(from, id),
      draw: ({ sheet }) => drawReport(sheet),
    };
  }

  private async load(from: Queryable, id: string): Promise<PrintedReport> {
    const row = await this.find(from, id);
    if (row === undefined) throw notFound('thing.not_found');
    const { extent, at, role } = row;
    const sheet = await this.prints.sheet(from, extent, { at, role });
    const date = this.db.currentCalendar.formatDate(extent.asOf);
    return { title: this.texts.t('report.print.file', { title: sheet.title, date }), sheet };
  }

  private isFor(actor: Actor, { requestedBy, extent }: RequestRow): boolean {
    if (actor.kind === 'person' && actor.personId === requestedBy) return true;
    return this.reports.mayReadFunds(actor, extent.fundIds);
  }

  private async find(from: Queryable, id: string): Promise<RequestRow | undefined> {
    const [row] = await from.query<{
      fundIds: string[];
      fund: Extent['fund'];
      source: Extent['source'];
      by: ReportGroup;
      asOf: string;
      at: Date;
      requestedBy: string | null;
      role: string | null;
    }>(sql`
      select r.fund_ids as "fundIds", r.grouped_by as by, r.as_of as "asOf", r.created_at as at,
             r.requested_by as "requestedBy", r.requested_role as role,
             case when f.id is not null then json_build_object('id', f.id, 'slug', f.slug, 'name', f.name) end as fund,
             case when s.id is not null then json_build_object('id', s.id, 'name', s.name) end as source
      from report_requests r left join funds f on f.id = r.fund_id left join sources s on s.id = r.source_id
      where r.id = ${id}`);
    if (row === undefined) return undefined;
    const { fund, fundIds, source, by, asOf, ...rest } = row;
    return { ...rest, extent: { fund, fundIds, source, by, asOf } };
  }
}
