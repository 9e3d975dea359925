/** Agency: the one row of settings, and the districts it serves in the order that reports keep. */
import { Check, Column, Entity, Unique } from 'typeorm';
import type { Money } from '../../kernel/money.js';
import { MoneyColumn, Row } from '../../platform/database/row.js';

@Entity('agency')
@Unique(['singleton'])
@Check('agency_singleton_check', '"singleton"')
@Check('agency_holidays_check', `jsonb_typeof("holidays") = 'array'`)
@Check('agency_fiscal_year_start_month_check', '"fiscal_year_start_month" BETWEEN 1 AND 12')
@Check('agency_exclusion_check_days_check', '"exclusion_check_days" BETWEEN 1 AND 3660')
@Check('agency_delegation_days_check', '"delegation_days" BETWEEN 1 AND 366')
@Check('agency_sole_release_check', '"sole_release_cents" >= 0')
export class Agency extends Row {
  /** Always true, and unique: there is one agency. */
  @Column({ type: 'boolean', default: true })
  singleton: boolean;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', nullable: true })
  helpPhone: string | null;

  @Column({ type: 'text', nullable: true })
  helpEmail: string | null;

  @Column({ type: 'text', nullable: true })
  address: string | null;

  @Column({ type: 'text' })
  timeZone: string;

  /** Dates, in order. */
  @Column({ type: 'jsonb', default: [] })
  holidays: string[];

  @Column({ type: 'integer' })
  fiscalYearStartMonth: number;

  /** So long does a check for exclusion from federal money count. */
  @Column({ type: 'integer', default: 180 })
  exclusionCheckDays: number;

  /** So long may an approval be lent to a colleague, at most. */
  @Column({ type: 'integer', default: 90 })
  delegationDays: number;

  /** Up to this one person may approve a batch of payments and release it; absent: whatever it comes to. */
  @MoneyColumn({ name: 'sole_release_cents', nullable: true })
  soleRelease: Money | null;
}

@Entity('districts')
@Unique(['name'])
export class District extends Row {
  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'integer' })
  position: number;
}
