/** Fund: a program of giving. Its pools are named purses; allotments fill them from sources. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row } from '../../platform/database/row.js';

export const POOL_KINDS = ['round', 'collaborative', 'own_costs'] as const;

@Entity('funds')
@Unique(['slug'])
@Check('funds_slug_check', `"slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`)
export class Fund extends Row {
  @Column({ type: 'text' })
  name: string;

  /** The fund's name in addresses and reports, such as `deep-dives`. */
  @Column({ type: 'text' })
  slug: string;

  @Column({ type: 'text', nullable: true })
  purpose: string | null;
}

@Entity('pools')
@Unique(['fundId', 'name'])
@Check('pools_kind_check', `"kind" IN ('round', 'collaborative', 'own_costs')`)
export class Pool extends Row {
  @ForeignKey(() => Fund)
  @Column({ type: 'uuid' })
  fundId: string;

  @Column({ type: 'text' })
  kind: string;

  @Column({ type: 'text' })
  name: string;
}

/** Money of a source set aside for a pool. The first of a source and pool records its authority; a raise its motion. */
@Entity('allotments')
@Index('allotments_first_key', ['sourceId', 'poolId'], { unique: true, where: '"motion_id" is null' })
@Index('allotments_motion_id_key', ['motionId'], { unique: true })
@Check('allotments_amount_check', '"amount_cents" > 0')
@Index(['poolId'])
@Index(['sourceId'])
export class Allotment extends Row {
  @ForeignKey('sources')
  @Column({ type: 'uuid' })
  sourceId: string;

  @ForeignKey(() => Pool)
  @Column({ type: 'uuid' })
  poolId: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** The decision that set it aside: a resolution, a budget, a grantor's approval. */
  @Column({ type: 'text' })
  authority: string;

  /** The carried motion that raised what was set aside; nothing for the first allotment. */
  @Column({ type: 'uuid', nullable: true })
  motionId: string | null;
}

/** What was set aside, not awarded, and given back to its source. */
@Entity('allotment_returns')
@Check('allotment_returns_amount_check', '"amount_cents" > 0')
@Index(['poolId'])
@Index(['sourceId'])
export class AllotmentReturn extends Row {
  @ForeignKey('sources')
  @Column({ type: 'uuid' })
  sourceId: string;

  @ForeignKey(() => Pool)
  @Column({ type: 'uuid' })
  poolId: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  @Column({ type: 'text' })
  reason: string;
}
