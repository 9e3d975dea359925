import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What went into and out of each account in each month, beside the days, so that figures of a past date take off the months
 * after it and the rest of its own. An installation that has days already gets its months from them here; that
 * is no data of the migration's own, and a new installation has none.
 */
export class LedgerMonthTurnovers1790000000024 implements MigrationInterface {
  name = 'LedgerMonthTurnovers1790000000024';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table ledger_month_turnovers (
        account_id uuid not null,
        month date not null,
        in_cents bigint not null,
        out_cents bigint not null,
        allotted_cents bigint not null default 0,
        constraint ledger_month_turnovers_pkey primary key (account_id, month),
        constraint ledger_month_turnovers_account_id_fkey foreign key (account_id) references ledger_accounts (id),
        constraint ledger_month_turnovers_month_check check (extract(day from month) = 1),
        constraint ledger_month_turnovers_turnover_check check (in_cents >= 0 and out_cents >= 0)
      ) with (fillfactor = 70)`);
    // Nothing is posted between reading the days and the end of the migration.
    await runner.query(`lock table ledger_days in share mode`);
    await runner.query(`
      insert into ledger_month_turnovers (account_id, month, in_cents, out_cents, allotted_cents)
      select account_id, date_trunc('month', booked_on)::date, sum(in_cents), sum(out_cents), sum(allotted_cents)
      from ledger_days group by 1, 2`);
    await runner.query(`create index ledger_month_turnovers_month_idx on ledger_month_turnovers (month)`);
    await runner.query(`create index ledger_days_booked_on_idx on ledger_days (booked_on)`);
    await runner.query(`revoke delete on ledger_month_turnovers from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index ledger_days_booked_on_idx`);
    await runner.query(`drop table ledger_month_turnovers`);
  }
}
