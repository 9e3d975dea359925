/** The budget report as a page and as a spreadsheet, and the page of its document while that is being made. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  barList,
  moneyBar,
  type PageHead,
  percent,
  type RowInput,
  table,
} from '../../platform/pages/components.js';
import { dateInBox } from '../../platform/pages/forms.js';
import { listHref } from '../../platform/pages/list-views.js';
import type { NoteView } from '../../platform/pages/shapes.js';
import { csvLine } from '../../platform/spreadsheets/csv.js';
import { Texts } from '../../platform/texts/texts.js';
import { type Figures, REPORT_COLUMNS, stageGlossary } from '../ledger/index.js';
import { type BudgetReportQuery, REPORT_GROUPS } from './budget-report.input.js';
import type { ReportFigures } from './budget-report.rules.js';
import { type BudgetReport, BudgetReports, type BudgetRow } from './budget-report.service.js';
import { AWARD_GROUPS, districtBars, districtSentence } from './budget-report.words.js';
import { ReportRequests } from './report-requests.service.js';

type View = { title: string } & Record<string, unknown>;

const PATH = '/reports/budget';
const REFRESH_SECONDS = 3;

@Injectable()
export class BudgetReportViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly policy: Policy,
    private readonly reports: BudgetReports,
    private readonly requests: ReportRequests,
  ) {}

  async page(visit: Visit, query: BudgetReportQuery): Promise<View> {
    const { t } = this;
    const report = await this.reports.read(visit.actor, query);
    const [funds, sources] = await Promise.all([this.reports.funds(visit.actor), this.reports.sources(visit.actor)]);
    const fund = funds.find((each) => each.value === report.fund)?.label;
    const title = fund === undefined ? t('report.budget.title') : t('report.budget.title_of', { fund });
    const head: PageHead = {
      crumbs: [{ label: t('report.budget.title'), href: PATH }],
      title,
      lead: t('report.budget.lead', {
        date: this.db.currentCalendar.formatDate(report.asOf, 'full'),
        awards: report.awards,
        districts: report.byDistrict.length,
      }),
      actions: [
        { label: t('report.spreadsheet'), href: listHref(PATH, { ...query, format: 'csv' }) },
        this.pdf(visit, query),
      ],
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
            name: 'source',
            label: t('report.field.source'),
            value: query.source,
            prompt: t('report.all_sources'),
            options: sources,
          },
          {
            kind: 'select',
            name: 'by',
            label: t('report.field.by'),
            value: report.by,
            options: REPORT_GROUPS.map((value) => ({ value, label: t(`report.field.by.${value}`) })),
          },
          {
            kind: 'date',
            name: 'asOf',
            label: t('report.field.as_of'),
            value: dateInBox(query.asOf ?? ''),
            optional: false,
          },
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
      picture: report.awards === 0 ? undefined : this.picture(report),
      tableTitle: t(`report.by.${report.by}`),
      table: this.table(report),
    };
  }

  /** How far a document is, looking again by itself while it is being made. */
  async document(visit: Visit): Promise<View> {
    const { t } = this;
    const { id, title: name, asOf, state, label, document } = await this.requests.show(visit.actor, visit.id());
    const path = `${PATH}/pdf/${id}`;
    const isMaking = document === null && state !== 'failed';
    if (isMaking) visit.reply.header('refresh', `${REFRESH_SECONDS}; url=${path}`);
    const stage = isMaking ? 'making' : document === null ? 'failed' : 'ready';
    const title = t(`report.document.${stage}`);
    const head: PageHead = {
      crumbs: [{ label: t('report.budget.title'), href: PATH }],
      title,
      lead: t('report.document.lead', { name, date: this.db.currentCalendar.formatDate(asOf, 'full') }),
      actions: [
        ...(document === null ? [] : [{ label: t('report.document.open'), href: document.url, primary: true }]),
        { label: t('report.document.back'), href: PATH },
      ],
    };
    const again = { label: t('report.document.look_again'), href: path };
    const notes: Readonly<Record<string, NoteView>> = {
      making: { tone: 'blue', title: label, text: t('report.document.making.text'), link: again },
      failed: { tone: 'rust', title: label, text: t('report.document.failed.text') },
    };
    return { title, head, note: notes[stage] };
  }

  /** The whole report as CSV, amounts as plain decimals and nothing where a column does not apply. */
  csv(report: BudgetReport): string {
    const heads = REPORT_COLUMNS.map((column) => stageGlossary[column].word);
    const line = ({ group, award, name, recipient, district, figures }: Omit<BudgetRow, 'id' | 'kind'>): string =>
      csvLine([
        ...[group ?? '', award ?? '', name, recipient ?? '', district ?? ''],
        ...REPORT_COLUMNS.map((column) => figures[column] ?? ''),
      ]);
    return [
      csvLine([
        ...['group', 'award', 'name', 'recipient', 'district'].map((key) => this.t(`report.column.${key}`)),
        ...heads,
      ]),
      ...report.rows.map(line),
      line({ name: this.t('table.total'), group: null, figures: report.totals }),
    ].join('');
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  /** Made in the background and kept, for those who may; drawn at once for the others. */
  private pdf({ actor }: Visit, { fund, source, by, asOf }: BudgetReportQuery): ActionView {
    const label = this.t('report.pdf');
    const asked = { fund, source, by, asOf };
    if (!this.policy.mightDo(actor, 'report.print'))
      return { label, href: listHref(PATH, { ...asked, format: 'pdf' }) };
    const hidden = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
    return { label, action: `${PATH}/pdf`, hidden };
  }

  private share(totals: Figures, column: 'committed' | 'disbursed'): string {
    const whole = column === 'committed' ? totals.allotted : totals.committed;
    return this.t(`report.share.${column}`, { share: percent(totals[column].shareOf(whole)) });
  }

  /** Say it, then show it: the sentence is made from the figures beside the picture. */
  private picture(report: BudgetReport): Record<string, unknown> {
    return { lead: districtSentence(this.texts, report), bars: barList({ rows: districtBars(report) }) };
  }

  private table(report: BudgetReport): ReturnType<typeof table> {
    const { t } = this;
    const row = (each: BudgetRow): RowInput<string> => ({
      name: {
        text: each.name,
        href: behind(each),
        note:
          each.award === undefined
            ? undefined
            : t('report.award_note', { number: each.award, recipient: each.recipient }),
      },
      bar: {
        bar: moneyBar({
          whole: each.figures.committed ?? Money.zero,
          parts: partsOf(each.figures),
          thin: true,
          decorative: true,
          edged: true,
        }),
      },
      ...applying(each.figures),
    });
    const isOfAwards = AWARD_GROUPS.includes(report.by);
    const groups = [...new Set(report.rows.map((each) => each.group))];
    return table({
      id: 'budget-report',
      caption: t('report.budget.caption'),
      columns: [
        { key: 'name', label: t(`report.field.by.${report.by}`) },
        { key: 'bar', label: t('report.column.bar'), minor: true },
        ...(isOfAwards ? [] : [{ key: 'allotted', label: t('source.figure.allotted'), kind: 'money' as const }]),
        { key: 'committed', label: t('source.figure.committed'), kind: 'money' },
        { key: 'disbursed', label: t('source.figure.disbursed'), kind: 'money' },
        { key: 'payable', label: t('report.column.approved'), kind: 'money', minor: true },
        { key: 'remaining', label: t('report.remaining'), kind: 'money' },
        ...(isOfAwards ? [] : [{ key: 'available', label: t('report.column.available'), kind: 'money' as const }]),
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
}

/** What is behind a row's figures. */
function behind({ kind, id }: BudgetRow): string | undefined {
  switch (kind) {
    case 'award':
      return `/awards/${id}`;
    case 'round':
      return `/rounds/${id}`;
    case 'source':
      return `/sources/${id}`;
    case 'fund':
      return `/funds/${id}`;
    case 'pool':
      return `/ledger?holder=pool:${id}`;
    default:
      return undefined;
  }
}

/** A column that does not apply is left out of its row, which the table shows as a blank. */
const applying = (figures: ReportFigures): Partial<Figures> =>
  Object.fromEntries(Object.entries(figures).filter(([, amount]) => amount !== null));

const partsOf = (figures: ReportFigures): Parameters<typeof moneyBar>[0]['parts'] => [
  { stage: 'paid', amount: figures.disbursed ?? Money.zero },
  { stage: 'approved', amount: figures.payable ?? Money.zero },
  { stage: 'remaining', amount: figures.remaining ?? Money.zero },
];
