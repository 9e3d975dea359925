/** Assistance: for a while, and with their consent, a person of the agency enters what an organization tells them. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Person } from './person.entity.js';

export const CONSENTS = ['phone', 'in_person', 'mail'] as const;
export type Consent = (typeof CONSENTS)[number];

@Entity('assistances')
@Check('assistances_consent_check', `"consent" IN ('phone', 'in_person', 'mail')`)
@Check('assistances_consented_on_check', '"consented_on" <= "starts_on"')
@Check('assistances_period_check', '"ends_on" >= "starts_on" AND "ends_on" <= "starts_on" + 30')
@Check('assistances_ended_check', '("ended_at" IS NULL) = ("end_reason" IS NULL)')
@Index('assistances_live', ['personId', 'organizationId'], { unique: true, where: '"ended_at" IS NULL' })
@Index(['organizationId'])
@Index(['endedBy'])
export class Assistance extends Row {
  /** Who helps. */
  @Column({ type: 'uuid' })
  @ForeignKey(() => Person)
  personId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('organizations')
  organizationId: string;

  /** What it was called when it agreed. */
  @Column({ type: 'text' })
  organizationName: string;

  /** How they agreed. */
  @Column({ type: 'text' })
  consent: Consent;

  /** The name of the person of the organization who agreed. */
  @Column({ type: 'text' })
  consentedBy: string;

  @Column({ type: 'date' })
  consentedOn: string;

  @Column({ type: 'date' })
  startsOn: string;

  /** The last day on which it holds; 30 days after the first at most. */
  @Column({ type: 'date' })
  endsOn: string;

  /** What they need help with. */
  @Column({ type: 'text' })
  reason: string;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => Person)
  endedBy: string | null;

  @Column({ type: 'text', nullable: true })
  endReason: string | null;
}
