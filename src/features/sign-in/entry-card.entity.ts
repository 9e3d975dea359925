/** EntryCard: a card with a code to scan and a PIN, by which a participant without mail signs in. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Person } from '../identity/index.js';

@Entity('entry_cards')
@Unique(['tokenHash'])
@Check('entry_cards_failures_check', '"failures" >= 0')
@Check('entry_cards_revoked_check', '("revoked_at" IS NULL) = ("revoke_reason" IS NULL)')
@Index(['personId'])
@Index(['collaborativeId'])
@Index(['issuedBy'])
@Index('entry_cards_open', ['personId'], { unique: true, where: '"revoked_at" IS NULL' })
export class EntryCard extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  personId: string;

  /** Whose facilitators may issue and revoke it. */
  @Column({ type: 'uuid' })
  @ForeignKey('collaboratives')
  collaborativeId: string;

  @Column({ type: 'text' })
  tokenHash: string;

  @Column({ type: 'text' })
  pinHash: string;

  /** Wrong PINs in a row. */
  @Column({ type: 'integer', default: 0 })
  failures: number;

  /** Absent when the system issued it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  issuedBy: string | null;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  revokedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  revokeReason: string | null;
}
