/** Payee secret: a payee's tax number or bank account. Never changed: a new one supersedes it. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { StatefulRow } from '../../platform/database/row.js';
import { Sealed } from '../../platform/secrets/sealed-columns.js';
import { Payee } from './payable.entity.js';
import { payeeSecretLifecycle } from './payee-secret.lifecycle.js';

export type SecretKind = 'tin' | 'bank_account';
export const TIN_DETAILS = ['ssn', 'ein', 'itin'] as const;
export const ACCOUNT_DETAILS = ['checking', 'savings'] as const;

@Entity('payee_secrets')
@Check('payee_secrets_state_check', payeeSecretLifecycle.check)
@Check('payee_secrets_kind_check', `"kind" IN ('tin', 'bank_account')`)
@Check('payee_secrets_detail_check', `"detail" IN ('ssn', 'ein', 'itin', 'checking', 'savings')`)
@Check('payee_secrets_routing_check', `("kind" = 'bank_account') = ("routing_number" IS NOT NULL)`)
@Check('payee_secrets_last_four_check', `"last_four" ~ '^[0-9]{1,4}$'`)
@Check('payee_secrets_two_persons_check', '"recorded_by" <> "confirmed_by"')
@Index(['payeeId'])
@Index(['recordedBy'])
@Index(['confirmedBy'])
@Index('payee_secrets_fingerprint_idx', ['kind', 'fingerprint'])
@Index('payee_secrets_in_force_key', ['payeeId', 'kind'], { unique: true, where: `"state" = 'in_force'` })
@Index('payee_secrets_recorded_key', ['payeeId', 'kind'], { unique: true, where: `"state" = 'recorded'` })
export class PayeeSecret extends StatefulRow {
  @ForeignKey(() => Payee)
  @Column({ type: 'uuid' })
  payeeId: string;

  @Column({ type: 'text' })
  kind: string;

  /** Which number it is, or which sort of account. */
  @Column({ type: 'text' })
  detail: string;

  /** The bank's number, which is no secret. */
  @Column({ type: 'text', nullable: true })
  routingNumber: string | null;

  @Sealed({
    table: 'payee_secrets',
    column: 'number_sealed',
    keyVersionColumn: 'key_version',
    lastFourColumn: 'last_four',
  })
  @Column({ type: 'bytea' })
  numberSealed: Buffer;

  @Column({ type: 'integer' })
  keyVersion: number;

  /** Of the tax number, or of routing and account number together. */
  @Column({ type: 'bytea' })
  fingerprint: Buffer;

  @Column({ type: 'text' })
  lastFour: string;

  /** Nobody when the system recorded it. */
  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  recordedBy: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  confirmedBy: string | null;

  @Column({ type: 'date', nullable: true })
  confirmedOn: string | null;
}
