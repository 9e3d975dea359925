/** OwnCost: what the agency spent itself from a pool for its own costs. An entry stays; a correction is another one. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row } from '../../platform/database/row.js';

@Entity('own_costs')
@Check('own_costs_amount_check', '"amount_cents" > 0')
@Index('own_costs_reference_key', ['sourceId', 'reference'], { unique: true, where: '"corrects_id" is null' })
@Index('own_costs_corrects_id_key', ['correctsId'], { unique: true })
@Index(['poolId'])
@Index(['sourceId'])
export class OwnCost extends Row {
  @ForeignKey('pools')
  @Column({ type: 'uuid' })
  poolId: string;

  @ForeignKey('sources')
  @Column({ type: 'uuid' })
  sourceId: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** The date of the entry in the agency's accounting. */
  @Column({ type: 'date' })
  bookedOn: string;

  /** The entry's number there; each is brought in once. */
  @Column({ type: 'text' })
  reference: string;

  /** What it was for; of a correction, why. */
  @Column({ type: 'text' })
  description: string;

  /** The entry that this one takes back, in full. */
  @ForeignKey('own_costs')
  @Column({ type: 'uuid', nullable: true })
  correctsId: string | null;
}
