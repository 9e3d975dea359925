/** What is sent about schools. */
import { Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';

export class SchoolImportInput {
  @Text({ label: 'school.field.csv', long: true, max: 800_000 })
  csv: string;
}

export class SchoolQuery extends ListQuery {
  @Text({ label: 'school.field.district', optional: true, max: 80 })
  district?: string;
}
