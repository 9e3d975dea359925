/** What is sent about more time: what an applicant asks, and what the agency gives. */
import { DateField, Integer, Text, TimeField } from '../../platform/input/fields.js';

export class ExtensionAskInput {
  @DateField({ label: 'extension_request.field.wanted_on' })
  wantedOn: string;

  @Text({ label: 'extension_request.field.reason', long: true, max: 1000 })
  reason: string;
}

export class ExtensionGrantInput {
  @DateField({ label: 'extension.field.due_on' })
  dueOn: string;

  @TimeField({ label: 'extension.field.due_time' })
  dueTime: string;

  @Text({ label: 'extension.field.reason', long: true, max: 1000 })
  note: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

/** More time without a request: the application is named by its number, as somebody says it on the telephone. */
export class ExtensionGiveInput {
  @Text({ label: 'extension.field.number', max: 20 })
  number: string;

  @DateField({ label: 'extension.field.due_on' })
  dueOn: string;

  @TimeField({ label: 'extension.field.due_time' })
  dueTime: string;

  @Text({ label: 'extension.field.reason', long: true, max: 1000 })
  note: string;
}
