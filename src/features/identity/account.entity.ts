/** Account: how a person signs in; and the invitations by which they choose their passphrase. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Person } from './person.entity.js';

@Entity('accounts')
@Unique(['personId'])
@Check('accounts_epoch_check', '"epoch" > 0')
export class Account extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  personId: string;

  /** Absent until the invitation is used. */
  @Column({ type: 'text', nullable: true })
  passphraseHash: string | null;

  /** A session carries the number it was opened under; raising it ends all sessions. */
  @Column({ type: 'integer', default: 1 })
  epoch: number;

  @Column({ type: 'timestamptz', nullable: true })
  disabledAt: Date | null;
}

@Entity('invitations')
@Unique(['tokenHash'])
@Index(['personId'])
export class Invitation extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  personId: string;

  @Column({ type: 'text' })
  tokenHash: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  usedAt: Date | null;

  /** A later invitation took its place. */
  @Column({ type: 'timestamptz', nullable: true })
  replacedAt: Date | null;
}

/** How often somebody failed of late, by what they tried and where from. Only a hash of what was typed is kept. */
@Entity('sign_in_failures')
@Index(['since'])
export class SignInFailure {
  @PrimaryColumn('text')
  subjectHash: string;

  @PrimaryColumn('text')
  address: string;

  @Column({ type: 'integer' })
  failures: number;

  @Column({ type: 'timestamptz' })
  since: Date;
}
