/** The ledger's tables. The database itself refuses a balance below zero and any change of a transfer. */
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { MoneyColumn } from '../../platform/database/row.js';
import { Money } from '../../kernel/money.js';
import type { HolderKind, Stage } from './ledger.glossary.js';

/** Where money is: of one source, with one holder, at one stage; an award also by budget category. */
@Entity('ledger_accounts')
@Unique('ledger_accounts_place_key', ['sourceId', 'holderKind', 'holderId', 'category', 'stage'])
@Index('ledger_accounts_holder_idx', ['holderKind', 'holderId'])
@Check('ledger_accounts_balance_check', `"balance_cents" >= 0 OR "stage" = 'outside'`)
@Check('ledger_accounts_holder_kind_check', `"holder_kind" IN ('source', 'pool', 'award', 'outside')`)
@Check(
  'ledger_accounts_stage_check',
  `"stage" IN ('outside', 'authorized', 'allotted', 'reserved', 'committed', 'obligated', 'payable', 'disbursed')`,
)
@Check('ledger_accounts_outside_check', `("stage" = 'outside') = ("holder_kind" = 'outside')`)
@Check('ledger_accounts_authorized_check', `("stage" = 'authorized') = ("holder_kind" = 'source')`)
export class LedgerAccount {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  sourceId: string;

  @Column('text')
  holderKind: HolderKind;

  @Column('uuid')
  holderId: string;

  @Column({ type: 'text', default: '' })
  category: string;

  @Column('text')
  stage: Stage;

  @MoneyColumn({ name: 'balance_cents', default: 0 })
  balance: Money;

  /**
   * What this account received from accounts of authority or of other pools, less what it gave back to them. Balances
   * alone cannot tell it: money that left a pool's set-aside may have been awarded or taken back. Counted where money
   * crosses into a pool, it adds up for any set of pools and their awards, and never reads a transfer.
   */
  @MoneyColumn({ name: 'allotted_cents', default: 0 })
  allotted: Money;
}

/** Money that moved from one account to another. Never changed and never removed; a mistake is moved back. */
@Entity('ledger_transfers')
@Unique(['key'])
@Unique(['reversesKey'])
@Index('ledger_transfers_debit_idx', ['debitAccountId', 'id'])
@Index('ledger_transfers_credit_idx', ['creditAccountId', 'id'])
@Index('ledger_transfers_subject_idx', ['subjectId', 'subjectType', 'id'])
@Check('ledger_transfers_amount_check', `"amount_cents" > 0`)
@Check('ledger_transfers_accounts_check', `"debit_account_id" <> "credit_account_id"`)
export class LedgerTransfer {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  /** The business key: the same thing cannot be recorded twice. */
  @Column('text')
  key: string;

  /** Where the money left. */
  @Column('uuid')
  @ForeignKey(() => LedgerAccount)
  debitAccountId: string;

  /** Where the money arrived. */
  @Column('uuid')
  @ForeignKey(() => LedgerAccount)
  creditAccountId: string;

  @MoneyColumn({ name: 'amount_cents' })
  amount: Money;

  /** A text key below `ledger.reason`. */
  @Column('text')
  reason: string;

  @Column('text')
  actor: string;

  @Column('timestamptz')
  recordedAt: Date;

  /** The date it counts for, in a month whose books were open. */
  @Column('date')
  bookedOn: string;

  @Column('text')
  subjectType: string;

  @Column('uuid')
  subjectId: string;

  /** The key of the transfer that this one moves back. */
  @Column({ type: 'text', nullable: true })
  @ForeignKey<LedgerTransfer>(() => LedgerTransfer, 'key')
  reversesKey: string | null;
}

/** What went into and out of an account on one booking day, so that figures of a date never read transfers. */
@Entity('ledger_days')
@Index(['bookedOn'])
@Check('ledger_days_turnover_check', `"in_cents" >= 0 AND "out_cents" >= 0`)
export class LedgerDay {
  @PrimaryColumn('uuid')
  @ForeignKey(() => LedgerAccount)
  accountId: string;

  @PrimaryColumn('date')
  bookedOn: string;

  @MoneyColumn({ name: 'in_cents' })
  in: Money;

  @MoneyColumn({ name: 'out_cents' })
  out: Money;

  /** The day's share of the account's `allotted_cents`; negative when more was given back. */
  @MoneyColumn({ name: 'allotted_cents', default: 0 })
  allotted: Money;
}

/** The same over a whole month: figures of a date take off the months after it and the rest of its own. */
@Entity('ledger_month_turnovers')
@Index(['month'])
@Check('ledger_month_turnovers_month_check', `EXTRACT(day FROM "month") = 1`)
@Check('ledger_month_turnovers_turnover_check', `"in_cents" >= 0 AND "out_cents" >= 0`)
export class LedgerMonthTurnover {
  @PrimaryColumn('uuid')
  @ForeignKey(() => LedgerAccount)
  accountId: string;

  /** The first day of the month. */
  @PrimaryColumn('date')
  month: string;

  @MoneyColumn({ name: 'in_cents' })
  in: Money;

  @MoneyColumn({ name: 'out_cents' })
  out: Money;

  /** The month's share of the account's `allotted_cents`; negative when more was given back. */
  @MoneyColumn({ name: 'allotted_cents', default: 0 })
  allotted: Money;
}

/** A month of the books. A month without a row is open. */
@Entity('ledger_periods')
@Check('ledger_periods_month_check', `EXTRACT(day FROM "month") = 1`)
@Check('ledger_periods_closed_check', `("closed_at" IS NULL) = ("closed_by" IS NULL)`)
export class LedgerPeriod {
  /** The first day of the month. */
  @PrimaryColumn('date')
  month: string;

  @Column({ type: 'timestamptz', nullable: true })
  closedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  closedBy: string | null;
}
