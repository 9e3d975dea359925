/** ExternalIdentity: who somebody is at the agency's sign-in service; and who may be connected at their first visit. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Account, Person } from '../identity/index.js';

@Entity('external_identities')
@Check('external_identities_ended_check', '("ended_at" IS NULL) = ("end_reason" IS NULL)')
@Index(['accountId'])
@Index(['endedBy'])
@Index('external_identities_in_force', ['issuer', 'subject'], { unique: true, where: '"ended_at" IS NULL' })
export class ExternalIdentity extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Account)
  accountId: string;

  @Column({ type: 'text' })
  issuer: string;

  /** What the service knows the person by; it never changes and is no address. */
  @Column({ type: 'text' })
  subject: string;

  /** The address the service told when it was connected, to recognize it by. */
  @Column({ type: 'text', nullable: true })
  address: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  /** Absent when the system ended it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  endedBy: string | null;

  @Column({ type: 'text', nullable: true })
  endReason: string | null;
}

/** An administrator lets a person in by the service: whoever proves this address there first is connected. */
@Entity('external_admissions')
@Check('external_admissions_admitted_by_check', '"admitted_by" <> "person_id"')
@Index(['personId'])
@Index(['admittedBy'])
@Index('external_admissions_open', ['address'], { unique: true, where: '"used_at" IS NULL AND "ended_at" IS NULL' })
export class ExternalAdmission extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  personId: string;

  @Column({ type: 'text' })
  address: string;

  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  admittedBy: string;

  @Column({ type: 'timestamptz' })
  expiresAt: Date;

  @Column({ type: 'timestamptz', nullable: true })
  usedAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;
}
