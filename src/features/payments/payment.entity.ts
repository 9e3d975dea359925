/** Payment batch: payables paid together. Payment: one payee's share of it. The register file is kept beside. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { Payable, Payee } from './payable.entity.js';
import { batchLifecycle, paymentLifecycle } from './payment.lifecycle.js';

@Entity('payment_batches')
@Check('payment_batches_state_check', batchLifecycle.check)
@Check('payment_batches_method_check', `"method" IN ('check', 'warrant')`)
@Check('payment_batches_amount_check', '"amount_cents" > 0')
@Unique(['number'])
@Index(['preparedBy'])
export class PaymentBatch extends StatefulRow {
  /** Per year, such as 2016-0009. */
  @Column({ type: 'text' })
  number: string;

  @Column({ type: 'text' })
  method: string;

  /** The date on its checks or warrants. */
  @Column({ type: 'date' })
  payOn: string;

  /** Nobody when the system prepared it. */
  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  preparedBy: string | null;

  @Column({ type: 'date', nullable: true })
  releasedOn: string | null;

  @Column({ type: 'integer' })
  payments: number;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;
}

@Entity('payments')
@Check('payments_state_check', paymentLifecycle.check)
@Check('payments_amount_check', '"amount_cents" > 0')
@Check('payments_number_check', '("number" IS NULL) = ("issued_on" IS NULL)')
@Unique(['batchId', 'payeeId'])
@Unique(['method', 'number'])
@Index(['payeeId'])
export class Payment extends StatefulRow {
  @ForeignKey(() => PaymentBatch)
  @Column({ type: 'uuid' })
  batchId: string;

  @ForeignKey(() => Payee)
  @Column({ type: 'uuid' })
  payeeId: string;

  /** The name on the check. */
  @Column({ type: 'text' })
  payeeName: string;

  @Column({ type: 'text' })
  method: string;

  /** The number of the check or warrant, given when it is released. */
  @Column({ type: 'integer', nullable: true })
  number: number | null;

  @Column({ type: 'date', nullable: true })
  issuedOn: string | null;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;
}

/** A payable in a payment. While it has not ended the payable is in no other. */
@Entity('payment_items')
@Index('payment_items_live_key', ['payableId'], { unique: true, where: '"ended_at" IS NULL' })
@Index(['payableId'])
@Index(['paymentId'])
export class PaymentItem extends Row {
  @ForeignKey(() => Payment)
  @Column({ type: 'uuid' })
  paymentId: string;

  @ForeignKey(() => Payable)
  @Column({ type: 'uuid' })
  payableId: string;

  /** When the payable was opened again. */
  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;
}

/** The register of a released batch, as it was made. Only ever inserted. */
@Entity('payment_files')
@Unique(['batchId'])
export class PaymentFile extends Row {
  @ForeignKey(() => PaymentBatch)
  @Column({ type: 'uuid' })
  batchId: string;

  @Column({ type: 'text' })
  fileName: string;

  @Column({ type: 'text' })
  mime: string;

  @Column({ type: 'integer' })
  sizeBytes: number;

  /** SHA-256, in hex. */
  @Column({ type: 'text' })
  contentHash: string;

  @Column({ type: 'bytea' })
  content: Buffer;
}
