/** LimitCount: how often something was tried of late. Under a hash: people type passphrases into the wrong box. */
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('limit_counts')
@Check('limit_counts_taken_check', '"taken" > 0')
@Index(['endsAt'])
export class LimitCount {
  @PrimaryColumn('text')
  keyHash: string;

  @Column({ type: 'integer' })
  taken: number;

  /** When the count is worth nothing any more. */
  @Column({ type: 'timestamptz' })
  endsAt: Date;
}
