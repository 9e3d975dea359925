/** What is sent to propose new words for certifiers, and to decide about them. */
import { DateField, Ref, Text, YesNo } from '../../platform/input/fields.js';

export class WordingInput {
  @Text({ label: 'wording.field.body', long: true, max: 6000 })
  body: string;

  @Text({ label: 'wording.field.source', max: 300 })
  source: string;

  @YesNo({ label: 'wording.field.confirmed' })
  confirmed: boolean;

  @DateField({ label: 'wording.field.effective_on' })
  effectiveOn: string;

  @Text({ label: 'wording.field.reason', long: true, max: 1000 })
  reason: string;
}

export class WordingConfirmInput {
  @Ref({ label: 'wording.field.proposal' })
  proposalId: string;
}

export class WordingDeclineInput extends WordingConfirmInput {
  @Text({ label: 'ui.note.label', long: true, max: 1000 })
  note: string;
}
