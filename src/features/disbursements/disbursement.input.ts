/** What is sent about disbursement requests. */
import { Money } from '../../kernel/money.js';
import { Choice, DateField, FileField, Integer, MoneyField, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { DISBURSEMENT_KINDS } from './disbursement.entity.js';
import { disbursementLifecycle } from './disbursement.lifecycle.js';

export class DisbursementInput {
  @Ref({ label: 'disbursement.field.award' })
  awardId: string;

  @Choice(DISBURSEMENT_KINDS, { label: 'disbursement.field.kind' })
  kind: string;

  @Text({ label: 'disbursement.field.purpose', optional: true, long: true, max: 1000 })
  purpose?: string;
}

/** What of a draft may change besides its expenses. */
export class DisbursementTermsInput {
  @Choice(DISBURSEMENT_KINDS, { label: 'disbursement.field.kind' })
  kind: string;

  @Text({ label: 'disbursement.field.purpose', optional: true, long: true, max: 1000 })
  purpose?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class ExpenseInput {
  @Text({ label: 'disbursement.field.category' })
  category: string;

  @DateField({ label: 'disbursement.field.spent_on' })
  spentOn: string;

  @Text({ label: 'disbursement.field.vendor' })
  vendor: string;

  @Text({ label: 'disbursement.field.description', max: 400 })
  description: string;

  @MoneyField({ label: 'disbursement.field.amount' })
  amount: Money;

  /** A new file, or in JSON also one that proves another expense of this request. */
  @FileField({ label: 'disbursement.field.receipt', optional: true })
  receiptId?: string;

  /** One that was handed in for another expense of this request, instead of a new file. */
  @Ref({ label: 'disbursement.field.same_receipt', optional: true })
  sameReceiptId?: string;

  /** What the receipt comes to in all, when it proves more than this expense. */
  @MoneyField({ label: 'disbursement.field.receipt_amount', optional: true })
  receiptAmount?: Money;
}

export class DisbursementListQuery extends ListQuery {
  @Choice(disbursementLifecycle.states, { label: 'disbursement.field.state', optional: true })
  state?: string;

  @Ref({ label: 'disbursement.field.award', optional: true })
  award?: string;
}
