/** What is asked of the budget report. */
import { Choice, DateField, Text } from '../../platform/input/fields.js';

export class BudgetReportQuery {
  @Text({ label: 'report.field.fund', optional: true, max: 60 })
  fund?: string;

  @Choice(['pool', 'source', 'fund'], { label: 'report.field.by', optional: true })
  by?: 'pool' | 'source' | 'fund';

  @DateField({ label: 'report.field.as_of', optional: true })
  asOf?: string;

  @Choice(['json', 'csv'], { label: 'report.field.format', optional: true })
  format?: 'json' | 'csv';
}
