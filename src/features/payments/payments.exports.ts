/** What is owed and the batches it is paid in, as files. No bank account and no tax number is in them. */
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Texts } from '../../platform/texts/texts.js';
import { type ExportableList, pagesOf } from '../documents/index.js';
import { Payables } from './payables.service.js';
import { PaymentBatches } from './payment-batches.service.js';
import { BatchListQuery, PayableListQuery } from './payment.input.js';
import { PaymentLists } from './payment-lists.service.js';

@Injectable()
export class PaymentsExports {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly lists: PaymentLists,
    private readonly owed: Payables,
    private readonly made: PaymentBatches,
  ) {}

  payables(): ExportableList<PayableListQuery> {
    return {
      ...{ list: 'payables', titleKey: 'payable.list.title', path: '/payments/payables', permission: 'payable.read' },
      query: PayableListQuery,
      columns: [
        { labelKey: 'payable.field.payee' },
        { labelKey: 'payable.field.subject' },
        { labelKey: 'payable.field.state' },
        { labelKey: 'payable.field.hold_reason' },
        { labelKey: 'payee.field.method' },
        { labelKey: 'payable.field.since', kind: 'date' },
        { labelKey: 'payable.field.amount', kind: 'money' },
      ],
      rows: (actor, query) =>
        pagesOf(
          query,
          (each) => this.lists.payables(actor, each),
          (row) => [
            ...[row.payeeName, row.title, this.owed.machine.state(row.state).label, row.holdReason],
            this.texts.t(`payee.field.method.${row.method}`),
            ...[this.db.currentCalendar.today(row.createdAt), row.amount],
          ],
        ),
    };
  }

  batches(): ExportableList<BatchListQuery> {
    return {
      ...{ list: 'payment-batches', titleKey: 'payment_batch.list.title', path: '/payments/batches' },
      ...{ permission: 'payment_batch.read', query: BatchListQuery },
      columns: [
        { labelKey: 'payment_batch.field.number' },
        { labelKey: 'payment_batch.field.state' },
        { labelKey: 'payee.field.method' },
        { labelKey: 'payment_batch.field.pay_on', kind: 'date' },
        { labelKey: 'payment_batch.field.payments', kind: 'number' },
        { labelKey: 'payment_batch.field.amount', kind: 'money' },
      ],
      rows: (actor, query) =>
        pagesOf(
          query,
          (each) => this.lists.batches(actor, each),
          (row) => [
            ...[row.number, this.made.machine.state(row.state).label],
            ...[this.texts.t(`payee.field.method.${row.method}`), row.payOn, row.payments, row.amount],
          ],
        ),
    };
  }
}
