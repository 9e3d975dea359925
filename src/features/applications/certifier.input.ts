/** What a certifier sends: the words are agreed to, and signed with a name. */
import { Integer, Text, YesNo } from '../../platform/input/fields.js';

export class SubmitInput {
  @YesNo({ label: 'application.field.agreed' })
  agreed: boolean;

  /** Stands for their signature. */
  @Text({ label: 'application.field.certifier_name', max: 120 })
  signedName: string;

  @Text({ label: 'application.field.certifier_title', optional: true, max: 120 })
  signedTitle?: string;

  /** The mark of the words that were shown. A program that shows none leaves it out. */
  @Text({ label: 'application.field.words_shown', optional: true, max: 64 })
  wordsShown?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}
