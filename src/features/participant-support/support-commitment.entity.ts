/** Support commitment: money of one source that a stipend or a claim holds in its pool, until it is given back or paid. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row } from '../../platform/database/row.js';
import { ChildcareClaim } from './childcare-claim.entity.js';
import { Stipend } from './stipend.entity.js';

@Entity('support_commitments')
@Check('support_commitments_owner_check', '("stipend_id" IS NULL) <> ("claim_id" IS NULL)')
@Check('support_commitments_amount_check', '"amount_cents" > 0')
@Index('support_commitments_stipend_key', ['stipendId', 'sourceId'], { unique: true, where: '"ended_at" IS NULL' })
@Index('support_commitments_claim_key', ['claimId', 'sourceId'], { unique: true, where: '"ended_at" IS NULL' })
@Index(['stipendId'])
@Index(['claimId'])
@Index(['sourceId'])
@Index(['poolId'])
export class SupportCommitment extends Row {
  @ForeignKey(() => Stipend)
  @Column({ type: 'uuid', nullable: true })
  stipendId: string | null;

  @ForeignKey(() => ChildcareClaim)
  @Column({ type: 'uuid', nullable: true })
  claimId: string | null;

  @ForeignKey('pools')
  @Column({ type: 'uuid' })
  poolId: string;

  @ForeignKey('sources')
  @Column({ type: 'uuid' })
  sourceId: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** When it was given back to the pool. */
  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;
}
