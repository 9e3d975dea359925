import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, the transfers between them, their turnover by day, and the months of the books. */
export class Ledger1790000000004 implements MigrationInterface {
  name = 'Ledger1790000000004';

  async up(runner: QueryRunner): Promise<void> {
    // Balances change in place all the time; room on each page lets them do so without touching the indexes.
    await runner.query(`
      create table ledger_accounts (
        id uuid not null,
        source_id uuid not null,
        holder_kind text not null,
        holder_id uuid not null,
        category text not null default '',
        stage text not null,
        balance_cents bigint not null default 0,
        allotted_cents bigint not null default 0,
        constraint ledger_accounts_pkey primary key (id),
        constraint ledger_accounts_place_key unique (source_id, holder_kind, holder_id, category, stage),
        constraint ledger_accounts_balance_check check (balance_cents >= 0 or stage = 'outside'),
        constraint ledger_accounts_holder_kind_check check (holder_kind in ('source', 'pool', 'award', 'outside')),
        constraint ledger_accounts_stage_check check (stage in
          ('outside', 'authorized', 'allotted', 'reserved', 'committed', 'obligated', 'payable', 'disbursed')),
        constraint ledger_accounts_outside_check check ((stage = 'outside') = (holder_kind = 'outside')),
        constraint ledger_accounts_authorized_check check ((stage = 'authorized') = (holder_kind = 'source'))
      ) with (fillfactor = 70)`);
    await runner.query(`create index ledger_accounts_holder_idx on ledger_accounts (holder_kind, holder_id)`);

    await runner.query(`
      create table ledger_transfers (
        id bigint generated always as identity,
        key text not null,
        debit_account_id uuid not null,
        credit_account_id uuid not null,
        amount_cents bigint not null,
        reason text not null,
        actor text not null,
        actor_name text not null,
        recorded_at timestamptz not null,
        booked_on date not null,
        subject_type text not null,
        subject_id uuid not null,
        reverses_key text,
        constraint ledger_transfers_pkey primary key (id),
        constraint ledger_transfers_key_key unique (key),
        constraint ledger_transfers_reverses_key_key unique (reverses_key),
        constraint ledger_transfers_debit_account_id_fkey foreign key (debit_account_id) references ledger_accounts (id),
        constraint ledger_transfers_credit_account_id_fkey foreign key (credit_account_id) references ledger_accounts (id),
        constraint ledger_transfers_reverses_key_fkey foreign key (reverses_key) references ledger_transfers (key),
        constraint ledger_transfers_amount_check check (amount_cents > 0),
        constraint ledger_transfers_accounts_check check (debit_account_id <> credit_account_id)
      )`);
    await runner.query(`create index ledger_transfers_debit_idx on ledger_transfers (debit_account_id, id)`);
    await runner.query(`create index ledger_transfers_credit_idx on ledger_transfers (credit_account_id, id)`);
    await runner.query(`create index ledger_transfers_subject_idx on ledger_transfers (subject_id, subject_type, id)`);

    await runner.query(`
      create table ledger_days (
        account_id uuid not null,
        booked_on date not null,
        in_cents bigint not null,
        out_cents bigint not null,
        allotted_cents bigint not null default 0,
        constraint ledger_days_pkey primary key (account_id, booked_on),
        constraint ledger_days_account_id_fkey foreign key (account_id) references ledger_accounts (id),
        constraint ledger_days_turnover_check check (in_cents >= 0 and out_cents >= 0)
      ) with (fillfactor = 70)`);

    await runner.query(`
      create table ledger_periods (
        month date not null,
        closed_at timestamptz,
        closed_by text,
        constraint ledger_periods_pkey primary key (month),
        constraint ledger_periods_month_check check (extract(day from month) = 1),
        constraint ledger_periods_closed_check check ((closed_at is null) = (closed_by is null))
      )`);

    await runner.query(`revoke update, delete on ledger_transfers from granary_app`);
    await runner.query(`revoke delete on ledger_accounts, ledger_days, ledger_periods from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ledger_periods, ledger_days, ledger_transfers, ledger_accounts`);
  }
}
