import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payees, what is owed to them, batches of payments, and the registers of what was released. */
export class Payments1790000000007 implements MigrationInterface {
  name = 'Payments1790000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table payees (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        organization_id uuid,
        person_id uuid,
        name text not null,
        method text not null,
        tax_form_on_file_on date,
        tax_form_recorded_by uuid,
        constraint payees_pkey primary key (id),
        constraint payees_organization_id_key unique (organization_id),
        constraint payees_person_id_key unique (person_id),
        constraint payees_method_check check (method in ('check', 'warrant')),
        constraint payees_who_check check ((organization_id is null) <> (person_id is null))
      )`);
    await runner.query(`create index payees_tax_form_recorded_by_idx on payees (tax_form_recorded_by)`);
    await runner.query(`
      create table payables (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        payee_id uuid not null,
        title text not null,
        subject_type text not null,
        subject_id uuid not null,
        amount_cents bigint not null,
        approved_by uuid[] not null,
        beneficiary_person_id uuid,
        needs_tax_form boolean not null,
        hold_reason text,
        releases integer not null default 0,
        constraint payables_pkey primary key (id),
        constraint payables_state_check check (state in ('open', 'held', 'batched', 'paid', 'cancelled')),
        constraint payables_amount_check check (amount_cents > 0),
        constraint payables_hold_reason_check check ((state = 'held') = (hold_reason is not null))
      )`);
    await runner.query(`create index payables_payee_id_idx on payables (payee_id)`);
    await runner.query(`create index payables_beneficiary_person_id_idx on payables (beneficiary_person_id)`);
    await runner.query(`create index payables_subject_idx on payables (subject_type, subject_id)`);
    await runner.query(
      `create index payables_unpaid_idx on payables (state, created_at) where state in ('open', 'held', 'batched')`,
    );
    await runner.query(`
      create table payable_lines (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        payable_id uuid not null,
        position integer not null,
        source_id uuid not null,
        holder_kind text not null,
        holder_id uuid not null,
        category text not null,
        from_stage text not null,
        amount_cents bigint not null,
        constraint payable_lines_pkey primary key (id),
        constraint payable_lines_payable_id_position_key unique (payable_id, position),
        constraint payable_lines_amount_check check (amount_cents > 0),
        constraint payable_lines_holder_kind_check check (holder_kind in ('award', 'pool')),
        constraint payable_lines_from_stage_check check (from_stage in ('committed', 'obligated'))
      )`);
    await runner.query(`create index payable_lines_source_id_idx on payable_lines (source_id)`);
    await this.createPayments(runner);
    await runner.query(`revoke update, delete on payable_lines, payment_files from granary_app`);
    await runner.query(`revoke delete on payees, payables, payment_batches, payments, payment_items from granary_app`);
    for (const [table, column, target] of FOREIGN_KEYS) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table payment_files, payment_items, payments, payment_batches, payable_lines, payables, payees`,
    );
  }

  private async createPayments(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table payment_batches (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        number text not null,
        method text not null,
        pay_on date not null,
        prepared_by uuid,
        released_on date,
        payments integer not null,
        amount_cents bigint not null,
        constraint payment_batches_pkey primary key (id),
        constraint payment_batches_number_key unique (number),
        constraint payment_batches_state_check check (state in
          ('draft', 'approved', 'released', 'settled', 'unknown', 'failed', 'voided')),
        constraint payment_batches_method_check check (method in ('check', 'warrant')),
        constraint payment_batches_amount_check check (amount_cents > 0)
      )`);
    await runner.query(`create index payment_batches_prepared_by_idx on payment_batches (prepared_by)`);
    await runner.query(`
      create table payments (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        batch_id uuid not null,
        payee_id uuid not null,
        payee_name text not null,
        method text not null,
        number integer,
        issued_on date,
        amount_cents bigint not null,
        constraint payments_pkey primary key (id),
        constraint payments_batch_id_payee_id_key unique (batch_id, payee_id),
        constraint payments_method_number_key unique (method, number),
        constraint payments_state_check check (state in
          ('pending', 'issued', 'cleared', 'returned', 'stopped', 'stale', 'voided')),
        constraint payments_amount_check check (amount_cents > 0),
        constraint payments_number_check check ((number is null) = (issued_on is null))
      )`);
    await runner.query(`create index payments_payee_id_idx on payments (payee_id)`);
    await runner.query(`
      create table payment_items (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        payment_id uuid not null,
        payable_id uuid not null,
        ended_at timestamptz,
        constraint payment_items_pkey primary key (id)
      )`);
    await runner.query(
      `create unique index payment_items_live_key on payment_items (payable_id) where ended_at is null`,
    );
    await runner.query(`create index payment_items_payable_id_idx on payment_items (payable_id)`);
    await runner.query(`create index payment_items_payment_id_idx on payment_items (payment_id)`);
    await runner.query(`
      create table payment_files (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        batch_id uuid not null,
        file_name text not null,
        mime text not null,
        size_bytes integer not null,
        content_hash text not null,
        content bytea not null,
        constraint payment_files_pkey primary key (id),
        constraint payment_files_batch_id_key unique (batch_id)
      )`);
  }
}

const FOREIGN_KEYS = [
  ['payees', 'organization_id', 'organizations'],
  ['payees', 'person_id', 'persons'],
  ['payees', 'tax_form_recorded_by', 'persons'],
  ['payables', 'payee_id', 'payees'],
  ['payables', 'beneficiary_person_id', 'persons'],
  ['payable_lines', 'payable_id', 'payables'],
  ['payable_lines', 'source_id', 'sources'],
  ['payment_batches', 'prepared_by', 'persons'],
  ['payments', 'batch_id', 'payment_batches'],
  ['payments', 'payee_id', 'payees'],
  ['payment_items', 'payment_id', 'payments'],
  ['payment_items', 'payable_id', 'payables'],
  ['payment_files', 'batch_id', 'payment_batches'],
] as const;
