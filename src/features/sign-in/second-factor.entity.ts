/**
 * SecondFactor: the app on a phone whose codes somebody gives beside their passphrase or link; its recovery codes; and
 * what two administrators do when phone and codes are lost.
 */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { Sealed } from '../../platform/secrets/sealed-columns.js';
import { Account, Person } from '../identity/index.js';
import { secondFactorResetLifecycle } from './second-factor-reset.lifecycle.js';

@Entity('second_factors')
@Check('second_factors_ended_check', '("ended_at" IS NULL) = ("end_reason" IS NULL)')
@Check('second_factors_secret_check', '("secret_sealed" IS NULL) = ("ended_at" IS NOT NULL)')
@Index(['accountId'])
@Index('second_factors_in_force', ['accountId'], {
  unique: true,
  where: '"ended_at" IS NULL AND "confirmed_at" IS NOT NULL',
})
@Index('second_factors_begun', ['accountId'], {
  unique: true,
  where: '"ended_at" IS NULL AND "confirmed_at" IS NULL',
})
export class SecondFactor extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Account)
  accountId: string;

  /** What codes are made from, sealed; gone when it ended. */
  @Sealed({ table: 'second_factors', column: 'secret_sealed', keyVersionColumn: 'key_version' })
  @Column({ type: 'bytea', nullable: true })
  secretSealed: Buffer | null;

  @Column({ type: 'integer', nullable: true })
  keyVersion: number | null;

  /** When the first code proved that the app has it; until then it counts for nothing. */
  @Column({ type: 'timestamptz', nullable: true })
  confirmedAt: Date | null;

  /** The half minute, counted from 1970, whose code was taken last: neither it nor an earlier one is taken again. */
  @Column({ type: 'integer', default: 0 })
  lastStep: number;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  endReason: string | null;
}

/** One of the codes to get in by when the phone is not at hand; each works once. */
@Entity('recovery_codes')
@Unique(['secondFactorId', 'selector'])
export class RecoveryCode extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => SecondFactor)
  secondFactorId: string;

  /** The first two letters, by which the one is found that is to be compared. */
  @Column({ type: 'text' })
  selector: string;

  @Column({ type: 'text' })
  codeHash: string;

  @Column({ type: 'timestamptz', nullable: true })
  usedAt: Date | null;
}

/** Phone and recovery codes are lost: one administrator asks to take the second step off, another confirms. */
@Entity('second_factor_resets')
@Check('second_factor_resets_state_check', secondFactorResetLifecycle.check)
@Check('second_factor_resets_asked_by_check', '"asked_by" <> "person_id"')
@Check('second_factor_resets_confirmed_by_check', '"confirmed_by" <> "person_id" AND "confirmed_by" <> "asked_by"')
@Check('second_factor_resets_done_check', `("state" = 'done') = ("confirmed_by" IS NOT NULL)`)
@Index(['personId'])
@Index(['askedBy'])
@Index(['confirmedBy'])
@Index('second_factor_resets_open', ['personId'], { unique: true, where: `"state" = 'asked'` })
export class SecondFactorReset extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  personId: string;

  /** What happened, and how the person was recognized. */
  @Column({ type: 'text' })
  reason: string;

  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  askedBy: string;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  confirmedBy: string | null;
}
