/** What every step of a lifecycle takes: a note, and the version of the page it was made from. */
import { Integer, Text } from './fields.js';

export class StepInput {
  @Text({ label: 'form.note', optional: true, long: true, max: 1000 })
  note?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}
