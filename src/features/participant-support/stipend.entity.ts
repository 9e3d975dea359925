/** Stipend policy: who is paid how much for coming, and by whom. Stipend: what one person gets for one convening. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { stipendLifecycle } from './stipend.lifecycle.js';

export const STIPEND_BASES = ['per_convening', 'per_hour'] as const;
export const STIPEND_BEARERS = ['fund', 'district'] as const;

/** The one in force on a day is the latest of its year and role that has begun. */
@Entity('stipend_policies')
@Check('stipend_policies_basis_check', `"basis" IN ('per_convening', 'per_hour')`)
@Check('stipend_policies_bearer_check', `"bearer" IN ('fund', 'district')`)
@Check('stipend_policies_rate_check', '"rate_cents" > 0')
@Check('stipend_policies_cap_check', '"cap_per_year_cents" >= "rate_cents"')
@Unique('stipend_policies_year_id_role_starts_on_key', ['yearId', 'role', 'startsOn'])
@Index(['collaborativeId'])
@Index(['fundId'])
export class StipendPolicy extends Row {
  @ForeignKey('collaboratives')
  @Column({ type: 'uuid' })
  collaborativeId: string;

  /** Of the collaborative, copied: roles are held for a fund. */
  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  @ForeignKey('collaborative_years')
  @Column({ type: 'uuid' })
  yearId: string;

  /** The role of the seat. */
  @Column({ type: 'text' })
  role: string;

  @Column({ type: 'text' })
  basis: string;

  /** For a convening or for an hour. */
  @MoneyColumn({ name: 'rate_cents' })
  rate: Money;

  /** For one person in this role and year; nothing when there is no limit. */
  @MoneyColumn({ name: 'cap_per_year_cents', nullable: true })
  capPerYear: Money | null;

  /** The fund, or the district, which then pays its people itself. */
  @Column({ type: 'text' })
  bearer: string;

  @Column({ type: 'date' })
  startsOn: string;
}

@Entity('stipends')
@Check('stipends_state_check', stipendLifecycle.check)
@Check('stipends_amount_check', '"amount_cents" > 0')
@Check('stipends_minutes_check', '"minutes" > 0')
@Check('stipends_duties_check', '"approved_by" <> "person_id" AND "approved_by" <> "confirmed_by"')
@Index('stipends_once_key', ['personId', 'conveningId', 'role'], { unique: true, where: `"state" <> 'voided'` })
@Index('stipends_attendance_key', ['attendanceId'], { unique: true, where: `"state" <> 'voided'` })
@Index(['attendanceId'])
@Index(['conveningId'])
@Index(['personId'])
@Index(['policyId'])
@Index(['collaborativeId'])
@Index(['fundId'])
@Index(['poolId'])
@Index(['confirmedBy'])
@Index(['approvedBy'])
@Index('stipends_accrued_idx', ['conveningId'], { where: `"state" = 'accrued'` })
export class Stipend extends StatefulRow {
  @ForeignKey('attendances')
  @Column({ type: 'uuid' })
  attendanceId: string;

  @ForeignKey('convenings')
  @Column({ type: 'uuid' })
  conveningId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid' })
  personId: string;

  /** What the person came as. */
  @Column({ type: 'text' })
  role: string;

  @ForeignKey(() => StipendPolicy)
  @Column({ type: 'uuid' })
  policyId: string;

  @ForeignKey('collaboratives')
  @Column({ type: 'uuid' })
  collaborativeId: string;

  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  @ForeignKey('pools')
  @Column({ type: 'uuid' })
  poolId: string;

  @Column({ type: 'integer' })
  minutes: number;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** Who confirmed that the person was there: not the one who approves this. Nobody when the system did. */
  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  confirmedBy: string | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  approvedBy: string | null;
}
