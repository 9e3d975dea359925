/** What is sent to have a list made as a file. */
import { Choice, Text } from '../../platform/input/fields.js';
import { EXPORT_FORMATS, type ExportFormat } from './list-export.entity.js';

export class ListExportInput {
  @Text({ label: 'list_export.field.list', max: 40 })
  list: string;

  @Choice(EXPORT_FORMATS, { label: 'list_export.field.format' })
  format: ExportFormat;

  /** The search and filters of the list as its address carries them: `state=submitted&q=kent`. */
  @Text({ label: 'list_export.field.search', optional: true, max: 4000 })
  search?: string;
}
