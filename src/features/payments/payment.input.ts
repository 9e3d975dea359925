/** What is sent about payees, batches and lists of them. */
import { Choice, DateField, Integer, List, Ref, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { PAYMENT_METHODS } from './payable.entity.js';
import { payableLifecycle } from './payable.lifecycle.js';
import { batchLifecycle } from './payment.lifecycle.js';

export class ChosenPayableInput {
  @Ref({ label: 'payment_batch.field.payable' })
  id: string;
}

export class BatchInput {
  @Choice(PAYMENT_METHODS, { label: 'payee.field.method' })
  method: string;

  @DateField({ label: 'payment_batch.field.pay_on' })
  payOn: string;
}

/** What a program may say beside: only these, instead of all that is due. */
export class ChosenBatchInput extends BatchInput {
  @List(() => ChosenPayableInput, { label: 'payment_batch.field.payables', optional: true, max: 5000 })
  payables?: ChosenPayableInput[];
}

export class TaxFormInput {
  @DateField({ label: 'payee.field.tax_form_on_file_on' })
  onFileOn: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class PayeeInput {
  @Choice(PAYMENT_METHODS, { label: 'payee.field.method' })
  method: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class PayableListQuery extends ListQuery {
  @Choice(payableLifecycle.states, { label: 'payable.field.state', optional: true })
  state?: string;

  @Ref({ label: 'payable.field.payee', optional: true })
  payee?: string;
}

export class BatchListQuery extends ListQuery {
  @Choice(batchLifecycle.states, { label: 'payment_batch.field.state', optional: true })
  state?: string;
}

export class PayeeListQuery extends ListQuery {
  /** Only those who are owed reportable money and have no tax form on file. */
  @YesNo({ label: 'payee.field.missing', optional: true })
  missing?: boolean;
}
