/** BudgetReportPrints: the budget report as a PDF, in the words and figures of its page. */
import { Injectable } from '@nestjs/common';
import { type Actor } from '../../kernel/actor.js';
import type { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Queryable } from '../../platform/database/work.js';
import { drawReport, type ReportCell, type ReportSheet } from '../../platform/pdf/report.js';
import { Texts } from '../../platform/texts/texts.js';
import { AgencySettings } from '../agency/index.js';
import { fingerprintOf } from '../documents/index.js';
import type { ReportColumn } from '../ledger/index.js';
import type { BudgetReportQuery } from './budget-report.input.js';
import type { ReportFigures } from './budget-report.rules.js';
import { type BudgetReport, BudgetReports, type BudgetRow, type Extent } from './budget-report.service.js';
import { AWARD_GROUPS, districtBars, districtSentence } from './budget-report.words.js';

export interface Made {
  readonly at: Date;
  /** Of whoever asked; nothing for the system itself. */
  readonly role: string | null;
}

@Injectable()
export class BudgetReportPrints {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly settings: AgencySettings,
    private readonly reports: BudgetReports,
  ) {}

  /** Draws at once what this actor may read. */
  async draw(actor: Actor, query: BudgetReportQuery): Promise<{ fileName: string; bytes: Uint8Array }> {
    const extent = await this.reports.extent(this.db, actor, query);
    const sheet = await this.sheet(this.db, extent, { at: this.db.now, role: this.roleOf(actor) });
    const about = [extent.fund?.slug.replace(/[^a-z0-9]+/gi, '-'), extent.asOf].filter(Boolean).join('-');
    return { fileName: `budget-report-${about}.pdf`, bytes: await drawReport(sheet) };
  }

  /** The report as it is drawn. Its record is over what was asked and what was found, whoever made it and when. */
  async sheet(from: Queryable, extent: Extent, made: Made): Promise<ReportSheet> {
    const report = await this.reports.readExtent(from, extent);
    const { name: agency } = await this.settings.read(from);
    const { t } = this;
    return {
      agency,
      kind: t('report.print.kind'),
      title: extent.fund?.name ?? t('report.print.all_funds'),
      lead: t('report.print.lead', {
        date: this.db.currentCalendar.formatDate(report.asOf, 'full'),
        source: extent.source?.name ?? t('report.all_sources'),
        awards: report.awards,
      }),
      landscape: !AWARD_GROUPS.includes(report.by),
      figures: this.figures(report),
      picture: report.totals.committed.isPositive ? this.picture(report) : undefined,
      table: this.table(report),
      foot: this.foot(made, fingerprintOf({ extent, report })),
    };
  }

  /** The role in which somebody reads reports. */
  roleOf(actor: Actor): string | null {
    if (actor.kind !== 'person') return null;
    const { roles } = this.policy.row('report.budget');
    return actor.grants.find(({ role, lent }) => lent === undefined && roles[role] !== undefined)?.role ?? null;
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private figures({ totals }: BudgetReport): ReportSheet['figures'] {
    const { t } = this;
    return [
      { label: t('source.figure.allotted'), value: totals.allotted.format() },
      { label: t('source.figure.committed'), value: totals.committed.format() },
      { label: t('source.figure.disbursed'), value: totals.disbursed.format() },
      { label: t('report.column.approved'), value: totals.payable.format() },
      { label: t('report.remaining'), value: totals.remaining.format() },
    ];
  }

  private picture(report: BudgetReport): ReportSheet['picture'] {
    const bars = districtBars(report);
    if (bars.length === 0) return undefined;
    const cents = bars.some(({ amount }) => amount.cents % 100n !== 0n);
    const longest = bars[0]?.amount;
    return {
      title: this.t('report.picture.title'),
      conclusion: districtSentence(this.texts, report).replace(/\.$/, ''),
      bars: bars.map(({ label, amount }) => ({
        label,
        value: amount.format({ cents, symbol: false }),
        basisPoints: longest?.isPositive ? amount.shareOf(longest) : 0,
      })),
    };
  }

  private table(report: BudgetReport): ReportSheet['table'] {
    const { t } = this;
    const columns = this.columns(report);
    const all = [...report.rows.map(({ figures }) => figures), report.totals];
    const cents = all.some((each) => columns.some(({ key }) => (each[key]?.cents ?? 0n) % 100n !== 0n));
    const amounts = (figures: ReportFigures, symbol: boolean): string[] =>
      columns.map(({ key }) => figures[key]?.format({ cents, symbol }) ?? '');
    const groups = [...new Set(report.rows.map(({ group }) => group))];
    return {
      title: t(`report.by.${report.by}`),
      note: t('report.print.note'),
      columns: [
        { label: t(`report.field.by.${report.by}`), kind: 'text' },
        { label: t('report.column.bar'), kind: 'bar' },
        ...columns.map(({ label }) => ({ label, kind: 'money' as const })),
      ],
      groups: groups.map((group) => ({
        label: group ?? undefined,
        rows: report.rows
          .filter((row) => row.group === group)
          .map((row) => [this.name(row), shares(row.figures), ...amounts(row.figures, false)]),
      })),
      total: [t('table.total'), '', ...amounts(report.totals, true)],
      empty: `${t('report.none')}.`,
    };
  }

  private columns({ by }: BudgetReport): { key: ReportColumn; label: string }[] {
    const { t } = this;
    const isOfAwards = AWARD_GROUPS.includes(by);
    return [
      ...(isOfAwards ? [] : [{ key: 'allotted' as const, label: t('source.figure.allotted') }]),
      { key: 'committed', label: t('source.figure.committed') },
      { key: 'disbursed', label: t('source.figure.disbursed') },
      { key: 'payable', label: t('report.column.approved') },
      { key: 'remaining', label: t('report.remaining') },
      ...(isOfAwards ? [] : [{ key: 'available' as const, label: t('report.column.available') }]),
    ];
  }

  private name({ name, award, recipient }: BudgetRow): ReportCell {
    if (award === undefined) return name;
    return { text: name, note: this.t('report.award_note', { number: award, recipient }) };
  }

  private foot({ at, role }: Made, fingerprint: string): string {
    const { t } = this;
    const calendar = this.db.currentCalendar;
    const word = role === null ? undefined : t(`role.${role}`).toLowerCase();
    const vowel = word !== undefined && /^[aeiou]/.test(word) ? 'yes' : 'no';
    return t('report.print.foot', {
      date: calendar.formatDate(calendar.today(at)),
      time: calendar.formatTime(at),
      role: word === undefined ? t('report.print.system') : t('report.print.role', { role: word, vowel }),
      record: `${fingerprint.slice(0, 4)} ${fingerprint.slice(4, 8)}`,
    });
  }
}

function shares({ committed, disbursed, payable }: ReportFigures): ReportCell {
  if (committed === null || !committed.isPositive) return { shares: { paid: 0, approved: 0 } };
  const of = (amount: Money | null): number => amount?.shareOf(committed) ?? 0;
  return { shares: { paid: of(disbursed), approved: of(payable) } };
}
