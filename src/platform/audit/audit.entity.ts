/** Audit seals: the chain of hashes over the audit trail. Person keys: what personal values in the trail are sealed with. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Sealed } from '../secrets/sealed-columns.js';

/** Data brought to another server begin a new era: transactions are counted anew there. Only ever inserted. */
@Entity('audit_eras')
export class AuditEra {
  @PrimaryColumn('integer')
  era: number;

  /** The server, as it calls itself. */
  @Column({ type: 'text' })
  cluster: string;

  @Column({ type: 'timestamptz' })
  beganAt: Date;
}

/** One link of the chain: it covers the events of a range of transactions. Only ever inserted. */
@Entity('audit_seals')
@Unique(['hash'])
@Index(['era', 'fromXid'])
@Check('audit_seals_number_check', '"number" >= 1')
@Check('audit_seals_range_check', '"from_xid" < "to_xid"')
@Check('audit_seals_length_check', 'octet_length("hash") = 32 AND octet_length("previous_hash") = 32')
export class AuditSealRow {
  @PrimaryColumn('integer')
  number: number;

  @Column({ type: 'integer' })
  era: number;

  /** The first transaction it covers. */
  @Column({ type: 'bigint' })
  fromXid: string;

  /** The first transaction it does not cover any more. */
  @Column({ type: 'bigint' })
  toXid: string;

  @Column({ type: 'integer' })
  events: number;

  /** SHA-256 over the events. */
  @Column({ type: 'bytea' })
  digest: Buffer;

  @Column({ type: 'bytea' })
  previousHash: Buffer;

  /** SHA-256 over all of the above. */
  @Column({ type: 'bytea' })
  hash: Buffer;

  @Column({ type: 'timestamptz' })
  sealedAt: Date;
}

/** The key of one person: destroyed when they are forgotten. */
@Entity('person_keys')
@Check(
  'person_keys_destroyed_check',
  '("sealed_key" IS NULL) = ("destroyed_at" IS NOT NULL) AND ("sealed_key" IS NULL) = ("key_version" IS NULL)',
)
export class PersonKey {
  @ForeignKey('persons')
  @PrimaryColumn('uuid')
  personId: string;

  @Sealed({ table: 'person_keys', column: 'sealed_key', idColumn: 'person_id', keyVersionColumn: 'key_version' })
  @Column({ type: 'bytea', nullable: true })
  sealedKey: Buffer | null;

  @Column({ type: 'integer', nullable: true })
  keyVersion: number | null;

  @Column({ type: 'timestamptz' })
  createdAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  destroyedAt: Date | null;
}
