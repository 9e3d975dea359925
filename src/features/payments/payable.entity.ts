/** Payee: who can be paid. Payable: what is owed to one, with the lines of money it is paid from. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { payableLifecycle } from './payable.lifecycle.js';

export const PAYMENT_METHODS = ['check', 'warrant'] as const;

@Entity('payees')
@Check('payees_method_check', `"method" IN ('check', 'warrant')`)
@Check('payees_who_check', '("organization_id" IS NULL) <> ("person_id" IS NULL)')
@Unique(['organizationId'])
@Unique(['personId'])
@Index(['taxFormRecordedBy'])
export class Payee extends Row {
  @ForeignKey('organizations')
  @Column({ type: 'uuid', nullable: true })
  organizationId: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  personId: string | null;

  /** As it stands on the check; follows the organization's or person's name when something new is owed. */
  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  method: string;

  /** The date of the tax form that is on file outside Granary; nothing while there is none. */
  @Column({ type: 'date', nullable: true })
  taxFormOnFileOn: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  taxFormRecordedBy: string | null;
}

@Entity('payables')
@Check('payables_state_check', payableLifecycle.check)
@Check('payables_amount_check', '"amount_cents" > 0')
@Check('payables_hold_reason_check', `("state" = 'held') = ("hold_reason" IS NOT NULL)`)
@Index(['payeeId'])
@Index(['beneficiaryPersonId'])
@Index('payables_subject_idx', ['subjectType', 'subjectId'])
@Index('payables_unpaid_idx', ['state', 'createdAt'], { where: `"state" IN ('open', 'held', 'batched')` })
export class Payable extends StatefulRow {
  @ForeignKey(() => Payee)
  @Column({ type: 'uuid' })
  payeeId: string;

  @Column({ type: 'text' })
  title: string;

  /** What it pays for: `disbursement`, `stipend`, `childcare_claim`. */
  @Column({ type: 'text' })
  subjectType: string;

  @Column({ type: 'uuid' })
  subjectId: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** The persons who approved it. */
  @Column({ type: 'uuid', array: true })
  approvedBy: string[];

  /** Whose own money it is, where the payee is another: a parent's claim paid to a center. */
  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  beneficiaryPersonId: string | null;

  /** Reportable: not paid before the payee's tax form is on file. */
  @Column({ type: 'boolean' })
  needsTaxForm: boolean;

  @Column({ type: 'text', nullable: true })
  holdReason: string | null;

  /** How many times it was released; a returned payment is released again. */
  @Column({ type: 'integer', default: 0 })
  releases: number;
}

/** Which money a payable is paid from. */
@Entity('payable_lines')
@Check('payable_lines_amount_check', '"amount_cents" > 0')
@Check('payable_lines_holder_kind_check', `"holder_kind" IN ('award', 'pool')`)
@Check('payable_lines_from_stage_check', `"from_stage" IN ('committed', 'obligated')`)
@Unique(['payableId', 'position'])
@Index(['sourceId'])
export class PayableLine extends Row {
  @ForeignKey(() => Payable)
  @Column({ type: 'uuid' })
  payableId: string;

  @Column({ type: 'integer' })
  position: number;

  @ForeignKey('sources')
  @Column({ type: 'uuid' })
  sourceId: string;

  @Column({ type: 'text' })
  holderKind: string;

  @Column({ type: 'uuid' })
  holderId: string;

  /** The budget category of an award; empty for a pool. */
  @Column({ type: 'text' })
  category: string;

  /** Where the money was before it was approved. */
  @Column({ type: 'text' })
  fromStage: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;
}
