/** The budget report as a page and as a spreadsheet. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { barList, moneyBar, type PageHead, percent, table } from '../../platform/pages/components.js';
import { listHref } from '../../platform/pages/list-views.js';
import { csvLine } from '../../platform/spreadsheets/csv.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Figures, REPORT_COLUMNS, stageGlossary } from '../ledger/index.js';
import type { BudgetReportQuery } from './budget-report.input.js';
import { type BudgetReport, BudgetReports, type BudgetRow } from './budget-report.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/reports/budget';

@Injectable()
export class BudgetReportViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly reports: BudgetReports,
  ) {}

  async page(visit: Visit, query: BudgetReportQuery): Promise<View> {
    const { t } = this;
    const report = await this.reports.read(visit.actor, query);
    const funds = await this.reports.funds(visit.actor);
    const fund = funds.find((each) => each.value === report.fund)?.label;
    const title = fund === undefined ? t('report.budget.title') : t('report.budget.title_of', { fund });
    const head: PageHead = {
      crumbs: [{ label: t('report.budget.title'), href: PATH }],
      title,
      lead: t('report.budget.lead', {
        date: this.db.currentCalendar.formatDate(report.asOf, 'full'),
        count: report.rows.length,
      }),
      actions: [{ label: t('report.spreadsheet'), href: listHref(PATH, { ...query, format: 'csv' }) }],
    };
    const { totals } = report;
    return {
      title,
      head,
      search: {
        action: PATH,
        submit: t('report.show'),
        filters: [
          {
            kind: 'select',
            name: 'fund',
            label: t('report.field.fund'),
            value: query.fund,
            prompt: t('report.all_funds'),
            options: funds,
          },
          {
            kind: 'select',
            name: 'by',
            label: t('report.field.by'),
            value: report.by,
            options: ['pool', 'source', 'fund'].map((value) => ({ value, label: t(`report.field.by.${value}`) })),
          },
          { kind: 'date', name: 'asOf', label: t('report.field.as_of'), value: query.asOf, optional: false },
        ],
      },
      figures: {
        items: [
          {
            label: t('source.figure.allotted'),
            value: totals.allotted.format(),
            note: t('report.not_awarded', { amount: totals.available }),
          },
          {
            label: t('source.figure.committed'),
            value: totals.committed.format(),
            note: this.share(totals, 'committed'),
          },
          {
            label: t('source.figure.disbursed'),
            value: totals.disbursed.format(),
            stage: 'paid',
            note: this.share(totals, 'disbursed'),
          },
          {
            label: t('report.remaining'),
            value: totals.remaining.format(),
            stage: 'remaining',
            note: t('report.approved', { amount: totals.payable }),
          },
        ],
      },
      picture: report.rows.length === 0 ? undefined : this.picture(report),
      table: this.table(report),
    };
  }

  /** The whole report as CSV, amounts as plain decimals. */
  csv(report: BudgetReport): string {
    const heads = REPORT_COLUMNS.map((column) => stageGlossary[column].word);
    const line = (row: BudgetRow): string =>
      csvLine([row.group ?? '', row.name, ...REPORT_COLUMNS.map((column) => row.figures[column])]);
    const total: BudgetRow = { id: '', name: this.t('table.total'), group: null, figures: report.totals };
    return [
      csvLine([this.t('report.column.group'), this.t('report.column.name'), ...heads]),
      ...report.rows.map(line),
      line(total),
    ].join('');
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private share(totals: Figures, column: 'committed' | 'disbursed'): string {
    const whole = column === 'committed' ? totals.allotted : totals.committed;
    return this.t(`report.share.${column}`, { share: percent(totals[column].shareOf(whole)) });
  }

  /** Say it, then show it: the sentence is made from the figures beside the picture. */
  private picture(report: BudgetReport): Record<string, unknown> {
    const largest = [...report.rows].sort((a, b) => b.figures.allotted.compare(a.figures.allotted))[0];
    const share = largest === undefined ? 0 : largest.figures.allotted.shareOf(report.totals.allotted);
    return {
      lead: this.t('report.picture.lead', { name: largest?.name ?? '', share: percent(share) }),
      bars: barList({
        rows: [...report.rows]
          .sort((a, b) => b.figures.allotted.compare(a.figures.allotted))
          .map((row) => ({ label: row.name, amount: row.figures.allotted })),
      }),
    };
  }

  private table(report: BudgetReport): ReturnType<typeof table> {
    const { t } = this;
    const row = (each: BudgetRow): Record<string, unknown> => ({
      name: { text: each.name, href: this.entries(report, each) },
      bar: {
        bar: moneyBar({
          whole: each.figures.allotted,
          parts: partsOf(each.figures),
          thin: true,
          decorative: true,
          edged: true,
        }),
      },
      ...each.figures,
    });
    const groups = [...new Set(report.rows.map((each) => each.group))];
    return table({
      id: 'budget-report',
      caption: t('report.budget.caption'),
      columns: [
        { key: 'name', label: t(`report.field.by.${report.by}`) },
        { key: 'bar', label: t('report.column.bar'), minor: true },
        { key: 'allotted', label: t('source.figure.allotted'), kind: 'money' },
        { key: 'committed', label: t('source.figure.committed'), kind: 'money' },
        { key: 'disbursed', label: t('source.figure.disbursed'), kind: 'money' },
        { key: 'payable', label: t('report.column.approved'), kind: 'money', minor: true },
        { key: 'remaining', label: t('report.remaining'), kind: 'money' },
        { key: 'available', label: t('report.column.available'), kind: 'money' },
      ],
      groups: groups.map((group) => ({
        label: group ?? undefined,
        rows: report.rows.filter((each) => each.group === group).map(row),
      })),
      total: { name: t('table.total'), bar: '', ...report.totals },
      empty: { title: t('report.none'), text: t('report.none.text') },
      note: t('report.note'),
    });
  }

  private entries(report: BudgetReport, row: BudgetRow): string {
    if (report.by === 'pool') return `/ledger?holder=pool:${row.id}`;
    return report.by === 'source' ? `/sources/${row.id}` : `/funds/${row.id}`;
  }
}

const partsOf = (figures: Figures): Parameters<typeof moneyBar>[0]['parts'] => [
  { stage: 'paid', amount: figures.disbursed },
  { stage: 'approved', amount: figures.payable },
  { stage: 'remaining', amount: figures.remaining },
];
