/** What is sent about letters of intent. */
import type { Money } from '../../kernel/money.js';
import { Choice, Integer, MoneyField, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { letterOfIntentLifecycle } from './letter-of-intent.lifecycle.js';

export class LetterOfIntentChange {
  @Text({ label: 'letter_of_intent.field.title', max: 120 })
  title: string;

  @Text({ label: 'letter_of_intent.field.summary', long: true, max: 4000 })
  summary: string;

  @Text({ label: 'letter_of_intent.field.partners', long: true, optional: true, max: 2000 })
  partners?: string;

  @MoneyField({ label: 'letter_of_intent.field.expected', optional: true })
  expected?: Money;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class LetterOfIntentInput {
  @Ref({ label: 'letter_of_intent.field.round' })
  roundId: string;

  @Ref({ label: 'letter_of_intent.field.organization' })
  organizationId: string;

  @Text({ label: 'letter_of_intent.field.title', max: 120 })
  title: string;

  @Text({ label: 'letter_of_intent.field.summary', long: true, max: 4000 })
  summary: string;

  @Text({ label: 'letter_of_intent.field.partners', long: true, optional: true, max: 2000 })
  partners?: string;

  @MoneyField({ label: 'letter_of_intent.field.expected', optional: true })
  expected?: Money;
}

export class LetterOfIntentListQuery extends ListQuery {
  @Choice(letterOfIntentLifecycle.states, { label: 'letter_of_intent.field.state', optional: true })
  state?: string;

  @Ref({ label: 'letter_of_intent.field.round', optional: true })
  round?: string;
}
