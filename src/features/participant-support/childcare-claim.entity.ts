/** Rate card: what childcare is paid back at, from a day on. Childcare claim: what one person asks back for one convening. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { claimLifecycle, LIVE_CLAIMS, RECEIPT_STATES } from './childcare-claim.lifecycle.js';

const quoted = (states: readonly string[]): string => states.map((state) => `'${state}'`).join(', ');

@Entity('childcare_rate_cards')
@Check('childcare_rate_cards_rate_check', '"rate_cents" > 0')
@Check('childcare_rate_cards_cap_check', '"cap_cents" > 0')
@Check('childcare_rate_cards_extra_check', '"extra_minutes" BETWEEN 0 AND 480')
@Check('childcare_rate_cards_days_check', '"claim_days" BETWEEN 1 AND 365')
@Unique(['collaborativeId', 'startsOn'])
@Index(['fundId'])
export class ChildcareRateCard extends Row {
  @ForeignKey('collaboratives')
  @Column({ type: 'uuid' })
  collaborativeId: string;

  /** Of the collaborative, copied: roles are held for a fund. */
  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  /** For one child and one hour. */
  @MoneyColumn({ name: 'rate_cents' })
  rate: Money;

  /** For one person and one convening. */
  @MoneyColumn({ name: 'cap_cents' })
  cap: Money;

  /** What may be claimed beyond the time at the convening, for the way. */
  @Column({ type: 'integer' })
  extraMinutes: number;

  /** How many days after the convening a claim can be sent. */
  @Column({ type: 'integer' })
  claimDays: number;

  @Column({ type: 'date' })
  startsOn: string;
}

@Entity('childcare_claims')
@Check('childcare_claims_state_check', claimLifecycle.check)
@Check('childcare_claims_children_check', '"children" BETWEEN 1 AND 12')
@Check('childcare_claims_minutes_check', '"minutes" > 0')
@Check(
  'childcare_claims_amount_check',
  '"amount_cents" > 0 AND "amount_cents" <= "paid_cents" AND "amount_cents" <= "cap_cents" ' +
    'AND "amount_cents" * 60 <= "rate_cents" * "children" * "minutes"',
)
@Check('childcare_claims_sent_check', `"state" IN ('draft', 'withdrawn') OR "submitted_at" IS NOT NULL`)
@Check('childcare_claims_duties_check', '"approved_by" <> "person_id"')
@Index('childcare_claims_live_key', ['personId', 'conveningId'], {
  unique: true,
  where: `"state" IN (${quoted(LIVE_CLAIMS)})`,
})
@Index('childcare_claims_receipt_key', ['receiptHash'], {
  unique: true,
  where: `"state" IN (${quoted(RECEIPT_STATES)})`,
})
@Index(['attendanceId'])
@Index(['conveningId'])
@Index(['personId'])
@Index(['collaborativeId'])
@Index(['fundId'])
@Index(['poolId'])
@Index(['cardId'])
@Index(['receiptId'])
@Index(['approvedBy'])
export class ChildcareClaim extends StatefulRow {
  @ForeignKey('attendances')
  @Column({ type: 'uuid' })
  attendanceId: string;

  @ForeignKey('convenings')
  @Column({ type: 'uuid' })
  conveningId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  personId: string;

  @ForeignKey('collaboratives')
  @Column({ type: 'uuid' })
  collaborativeId: string;

  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  @ForeignKey('pools')
  @Column({ type: 'uuid' })
  poolId: string;

  @Column({ type: 'integer' })
  children: number;

  @Column({ type: 'integer' })
  minutes: number;

  /** Who looked after the children. */
  @Column({ type: 'text' })
  provider: string;

  @MoneyColumn({ name: 'paid_cents' })
  paid: Money;

  @ForeignKey('attachments')
  @Column({ type: 'uuid' })
  receiptId: string;

  /** SHA-256 of the receipt: a file counts once. */
  @Column({ type: 'text' })
  receiptHash: string;

  /** The card in force on the day of the convening; what it says is kept with the claim. */
  @ForeignKey(() => ChildcareRateCard)
  @Column({ type: 'uuid' })
  cardId: string;

  @MoneyColumn({ name: 'rate_cents' })
  rate: Money;

  @MoneyColumn({ name: 'cap_cents' })
  cap: Money;

  @Column({ type: 'integer' })
  extraMinutes: number;

  /** The last day on which it can be sent. */
  @Column({ type: 'date' })
  claimBy: string;

  /** The least of what was paid, what the hours come to, and the cap. */
  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  @Column({ type: 'timestamptz', nullable: true })
  submittedAt: Date | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  approvedBy: string | null;
}
