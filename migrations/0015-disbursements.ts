import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Disbursement requests of awards, their expenses, and what they moved between categories. */
export class Disbursements1790000000015 implements MigrationInterface {
  name = 'Disbursements1790000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table disbursements (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        award_id uuid not null,
        organization_id uuid not null,
        fund_id uuid not null,
        round_id uuid not null,
        number integer not null,
        kind text not null,
        purpose text,
        amount_cents bigint not null,
        requested_by uuid,
        certified_by uuid,
        submitted_at timestamptz,
        program_approved_by uuid,
        finance_approved_by uuid,
        constraint disbursements_pkey primary key (id),
        constraint disbursements_award_id_number_key unique (award_id, number),
        constraint disbursements_state_check check (state in ('draft', 'submitted', 'returned', 'program_approved',
          'payable', 'scheduled', 'paid', 'withdrawn', 'rejected')),
        constraint disbursements_kind_check check (kind in ('reimbursement', 'advance')),
        constraint disbursements_amount_check check (amount_cents >= 0),
        constraint disbursements_number_check check (number > 0),
        constraint disbursements_duties_check check (program_approved_by <> requested_by
          and program_approved_by <> certified_by and finance_approved_by <> requested_by
          and finance_approved_by <> certified_by and finance_approved_by <> program_approved_by)
      )`);
    await runner.query(`create index disbursements_organization_id_idx on disbursements (organization_id)`);
    await runner.query(`create index disbursements_fund_id_idx on disbursements (fund_id)`);
    await runner.query(`create index disbursements_round_id_idx on disbursements (round_id)`);
    await runner.query(`create index disbursements_requested_by_idx on disbursements (requested_by)`);
    await runner.query(`create index disbursements_certified_by_idx on disbursements (certified_by)`);
    await runner.query(`create index disbursements_program_approved_by_idx on disbursements (program_approved_by)`);
    await runner.query(`create index disbursements_finance_approved_by_idx on disbursements (finance_approved_by)`);
    await runner.query(`
      create table disbursement_expenses (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        disbursement_id uuid not null,
        category text not null,
        spent_on date not null,
        vendor text not null,
        description text not null,
        amount_cents bigint not null,
        constraint disbursement_expenses_pkey primary key (id),
        constraint disbursement_expenses_amount_check check (amount_cents > 0)
      )`);
    await runner.query(
      `create index disbursement_expenses_disbursement_id_idx on disbursement_expenses (disbursement_id)`,
    );
    await runner.query(`
      create table disbursement_transfers (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        award_id uuid not null,
        disbursement_id uuid not null,
        source_id uuid not null,
        from_category text not null,
        to_category text not null,
        amount_cents bigint not null,
        constraint disbursement_transfers_pkey primary key (id),
        constraint disbursement_transfers_amount_check check (amount_cents > 0),
        constraint disbursement_transfers_category_check check (from_category <> to_category)
      )`);
    await runner.query(`create index disbursement_transfers_award_id_idx on disbursement_transfers (award_id)`);
    await runner.query(
      `create index disbursement_transfers_disbursement_id_idx on disbursement_transfers (disbursement_id)`,
    );
    await runner.query(`create index disbursement_transfers_source_id_idx on disbursement_transfers (source_id)`);
    await runner.query(`revoke update, delete on disbursement_transfers from granary_app`);
    await runner.query(`revoke update on disbursement_expenses from granary_app`);
    await runner.query(`revoke delete on disbursements from granary_app`);
    // What was submitted stands as it was certified, whoever asks.
    await runner.query(`
      create function disbursement_expenses_frozen() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from disbursements d where d.id = coalesce(new.disbursement_id, old.disbursement_id)
            and d.state not in ('draft', 'returned')) then
          raise exception 'a submitted request does not change' using errcode = 'check_violation',
            constraint = 'disbursement_expenses_frozen';
        end if;
        return coalesce(new, old);
      end $$`);
    await runner.query(`
      create trigger disbursement_expenses_frozen before insert or update or delete on disbursement_expenses
      for each row execute function disbursement_expenses_frozen()`);
    for (const [table, column, target] of FOREIGN_KEYS) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table disbursement_transfers, disbursement_expenses, disbursements`);
    await runner.query(`drop function disbursement_expenses_frozen`);
  }
}

const FOREIGN_KEYS = [
  ['disbursements', 'award_id', 'awards'],
  ['disbursements', 'organization_id', 'organizations'],
  ['disbursements', 'fund_id', 'funds'],
  ['disbursements', 'round_id', 'rounds'],
  ['disbursements', 'requested_by', 'persons'],
  ['disbursements', 'certified_by', 'persons'],
  ['disbursements', 'program_approved_by', 'persons'],
  ['disbursements', 'finance_approved_by', 'persons'],
  ['disbursement_expenses', 'disbursement_id', 'disbursements'],
  ['disbursement_transfers', 'award_id', 'awards'],
  ['disbursement_transfers', 'disbursement_id', 'disbursements'],
  ['disbursement_transfers', 'source_id', 'sources'],
] as const;
