/** What is asked of the budget report. */
import { Choice, DateField, Ref, Text } from '../../platform/input/fields.js';

export const REPORT_GROUPS = ['award', 'round', 'district', 'category', 'pool', 'source', 'fund'] as const;
export type ReportGroup = (typeof REPORT_GROUPS)[number];

export class BudgetReportQuery {
  @Text({ label: 'report.field.fund', optional: true, max: 60 })
  fund?: string;

  @Ref({ label: 'report.field.source', optional: true })
  source?: string;

  @Choice(REPORT_GROUPS, { label: 'report.field.by', optional: true })
  by?: ReportGroup;

  @DateField({ label: 'report.field.as_of', optional: true })
  asOf?: string;

  @Choice(['json', 'csv', 'pdf'], { label: 'report.field.format', optional: true })
  format?: 'json' | 'csv' | 'pdf';
}
