/** What is sent about the agency's own costs. */
import { Money } from '../../kernel/money.js';
import { DateField, MoneyField, Ref, Text } from '../../platform/input/fields.js';

export class OwnCostInput {
  @Ref({ label: 'allotment.field.source' })
  sourceId: string;

  @MoneyField({ label: 'own_cost.field.amount' })
  amount: Money;

  @DateField({ label: 'own_cost.field.booked_on' })
  bookedOn: string;

  @Text({ label: 'own_cost.field.reference', max: 60 })
  reference: string;

  @Text({ label: 'own_cost.field.description', max: 400 })
  description: string;
}

export class OwnCostCorrectionInput {
  @Text({ label: 'own_cost.field.why', max: 400 })
  description: string;
}
