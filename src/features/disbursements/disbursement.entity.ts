/** Disbursement request: what a recipient asks to be paid of its award, the expenses in it, and what moved between categories. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { disbursementLifecycle } from './disbursement.lifecycle.js';

export const DISBURSEMENT_KINDS = ['reimbursement', 'advance'] as const;

@Entity('disbursements')
@Check('disbursements_state_check', disbursementLifecycle.check)
@Check('disbursements_kind_check', `"kind" IN ('reimbursement', 'advance')`)
@Check('disbursements_amount_check', '"amount_cents" >= 0')
@Check('disbursements_number_check', '"number" > 0')
@Check(
  'disbursements_duties_check',
  '"program_approved_by" <> "requested_by" AND "program_approved_by" <> "certified_by" ' +
    'AND "finance_approved_by" <> "requested_by" AND "finance_approved_by" <> "certified_by" ' +
    'AND "finance_approved_by" <> "program_approved_by"',
)
@Unique(['awardId', 'number'])
@Index('disbursements_created_idx', ['createdAt', 'id'])
@Index('disbursements_amount_idx', ['amount', 'id'])
@Index(['organizationId'])
@Index(['fundId'])
@Index(['roundId'])
@Index(['requestedBy'])
@Index(['certifiedBy'])
@Index(['programApprovedBy'])
@Index(['financeApprovedBy'])
export class Disbursement extends StatefulRow {
  @ForeignKey('awards')
  @Column({ type: 'uuid' })
  awardId: string;

  /** The recipient, the fund and the round of the award, as its scopes. */
  @ForeignKey('organizations')
  @Column({ type: 'uuid' })
  organizationId: string;

  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  @ForeignKey('rounds')
  @Column({ type: 'uuid' })
  roundId: string;

  /** Counted within the award: "Request 8". */
  @Column({ type: 'integer' })
  number: number;

  @Column({ type: 'text' })
  kind: string;

  @Column({ type: 'text', nullable: true })
  purpose: string | null;

  /** The sum of its expenses, kept in step with them. */
  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** Who wrote it; nothing when a named part of the system did. */
  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  requestedBy: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  certifiedBy: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  submittedAt: Date | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  programApprovedBy: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  financeApprovedBy: string | null;
}

@Entity('disbursement_expenses')
@Check('disbursement_expenses_amount_check', '"amount_cents" > 0')
@Check(
  'disbursement_expenses_receipt_amount_check',
  '"receipt_amount_cents" IS NULL OR ("receipt_id" IS NOT NULL AND "receipt_amount_cents" >= "amount_cents")',
)
@Index(['disbursementId'])
@Index(['receiptId'])
export class DisbursementExpense extends Row {
  @ForeignKey(() => Disbursement)
  @Column({ type: 'uuid' })
  disbursementId: string;

  /** A category of the award's budget. */
  @Column({ type: 'text' })
  category: string;

  @Column({ type: 'date' })
  spentOn: string;

  @Column({ type: 'text' })
  vendor: string;

  @Column({ type: 'text' })
  description: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** The file that proves it, when one was handed in. */
  @ForeignKey('attachments')
  @Column({ type: 'uuid', nullable: true })
  receiptId: string | null;

  /** What the receipt comes to in all, when this expense may be a part of it: several of one request share it then. */
  @MoneyColumn({ name: 'receipt_amount_cents', nullable: true })
  receiptAmount: Money | null;
}

/** Money of an award that an approved request moved from one category to another, within the flexibility of its rules. */
@Entity('disbursement_transfers')
@Check('disbursement_transfers_amount_check', '"amount_cents" > 0')
@Check('disbursement_transfers_category_check', '"from_category" <> "to_category"')
@Index(['awardId'])
@Index(['disbursementId'])
@Index(['sourceId'])
export class DisbursementTransfer extends Row {
  @ForeignKey('awards')
  @Column({ type: 'uuid' })
  awardId: string;

  @ForeignKey(() => Disbursement)
  @Column({ type: 'uuid' })
  disbursementId: string;

  @ForeignKey('sources')
  @Column({ type: 'uuid' })
  sourceId: string;

  @Column({ type: 'text' })
  fromCategory: string;

  @Column({ type: 'text' })
  toCategory: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;
}
