import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long records stay, holds that keep them longer, what was disposed of, and persons whose name is gone. */
export class Privacy1790000000033 implements MigrationInterface {
  name = 'Privacy1790000000033';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table retention_terms (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        class_name text not null,
        years integer not null,
        basis text not null,
        constraint retention_terms_pkey primary key (id),
        constraint retention_terms_class_name_key unique (class_name),
        constraint retention_terms_years_check check (years between 1 and 100)
      )`);
    await runner.query(`
      create table retention_runs (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        month text not null,
        constraint retention_runs_pkey primary key (id),
        constraint retention_runs_month_key unique (month)
      )`);
    await this.createHolds(runner);
    await this.createDisposals(runner);
    await runner.query(`create index mails_recipient on mails (lower(recipient))`);
    // The key leads to the name, as it does in history and trail.
    await runner.query(`alter table ledger_transfers drop column actor_name`);
    // A mail is evidence of what was said until its years are over; then it goes with a line in the log.
    await runner.query(`grant delete on mails to granary_app`);
    // Tax and bank numbers of a person go with the name.
    await runner.query(`grant delete on payee_secrets to granary_app`);
    // A hold that was placed was placed; what was disposed of is never taken back.
    await runner.query(`revoke delete on retention_terms, legal_holds, disposals from granary_app`);
    await runner.query(`revoke update, delete on disposal_log, anonymized_persons, retention_runs from granary_app`);
  }

  private async createHolds(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table legal_holds (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        subject_kind text not null,
        subject_id uuid,
        reason text not null,
        placed_by uuid not null,
        lifted_by uuid,
        lifted_at timestamptz,
        constraint legal_holds_pkey primary key (id),
        constraint legal_holds_placed_by_fkey foreign key (placed_by) references persons (id),
        constraint legal_holds_lifted_by_fkey foreign key (lifted_by) references persons (id),
        constraint legal_holds_state_check check (state in ('in_force', 'lifted')),
        constraint legal_holds_subject_kind_check check
          (subject_kind in ('person', 'organization', 'award', 'round', 'agency')),
        constraint legal_holds_subject_check check ((subject_kind = 'agency') = (subject_id is null)),
        constraint legal_holds_duties_check check (lifted_by <> placed_by),
        constraint legal_holds_lifted_check check
          ((state = 'lifted') = (lifted_by is not null) and (lifted_by is null) = (lifted_at is null))
      )`);
    await runner.query(`create index legal_holds_subject_idx on legal_holds (subject_kind, subject_id)`);
    await runner.query(`create index legal_holds_placed_by_idx on legal_holds (placed_by)`);
    await runner.query(`create index legal_holds_lifted_by_idx on legal_holds (lifted_by)`);
  }

  private async createDisposals(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table disposals (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        class_name text not null,
        years integer not null,
        basis text not null,
        cutoff_on date not null,
        month text,
        reason text,
        item_count integer not null,
        proposed_by uuid,
        approved_by uuid,
        approved_at timestamptz,
        finished_at timestamptz,
        constraint disposals_pkey primary key (id),
        constraint disposals_proposed_by_fkey foreign key (proposed_by) references persons (id),
        constraint disposals_approved_by_fkey foreign key (approved_by) references persons (id),
        constraint disposals_state_check check (state in ('proposed', 'approved', 'done', 'declined')),
        constraint disposals_item_count_check check (item_count > 0),
        constraint disposals_duties_check check (approved_by <> proposed_by),
        constraint disposals_asked_check check ((month is null) = (proposed_by is not null)
          and (proposed_by is null) = (reason is null)),
        constraint disposals_approved_check check ((state in ('approved', 'done')) = (approved_by is not null)
          and (approved_by is null) = (approved_at is null)),
        constraint disposals_finished_check check ((state = 'done') = (finished_at is not null))
      )`);
    await runner.query(
      `create unique index disposals_month_key on disposals (class_name, month) where month is not null`,
    );
    await runner.query(`create index disposals_proposed_by_idx on disposals (proposed_by)`);
    await runner.query(`create index disposals_approved_by_idx on disposals (approved_by)`);
    await runner.query(`
      create table disposal_items (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        disposal_id uuid not null,
        subject_id uuid not null,
        constraint disposal_items_pkey primary key (id),
        constraint disposal_items_disposal_id_subject_id_key unique (disposal_id, subject_id),
        constraint disposal_items_disposal_id_fkey foreign key (disposal_id) references disposals (id)
      )`);
    await runner.query(`
      create table disposal_log (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        disposal_id uuid not null,
        class_name text not null,
        action text not null,
        item_count integer not null,
        kept_count integer not null,
        id_hashes text[] not null,
        removed jsonb not null,
        approved_by uuid not null,
        constraint disposal_log_pkey primary key (id),
        constraint disposal_log_disposal_id_fkey foreign key (disposal_id) references disposals (id),
        constraint disposal_log_approved_by_fkey foreign key (approved_by) references persons (id),
        constraint disposal_log_action_check check (action in ('anonymize', 'delete')),
        constraint disposal_log_item_count_check check (item_count >= 0 and kept_count >= 0
          and item_count = cardinality(id_hashes))
      )`);
    await runner.query(`create index disposal_log_disposal_id_idx on disposal_log (disposal_id)`);
    await runner.query(`create index disposal_log_approved_by_idx on disposal_log (approved_by)`);
    await runner.query(`
      create table anonymized_persons (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        person_id uuid not null,
        disposal_id uuid not null,
        constraint anonymized_persons_pkey primary key (id),
        constraint anonymized_persons_person_id_key unique (person_id),
        constraint anonymized_persons_person_id_fkey foreign key (person_id) references persons (id),
        constraint anonymized_persons_disposal_id_fkey foreign key (disposal_id) references disposals (id)
      )`);
    await runner.query(`create index anonymized_persons_disposal_id_idx on anonymized_persons (disposal_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`revoke delete on mails, payee_secrets from granary_app`);
    await runner.query(`drop index mails_recipient`);
    await runner.query(`alter table ledger_transfers add column actor_name text`);
    await runner.query(`update ledger_transfers set actor_name = actor`);
    await runner.query(`alter table ledger_transfers alter column actor_name set not null`);
    await runner.query(
      `drop table anonymized_persons, disposal_log, disposal_items, disposals, legal_holds, retention_runs,
         retention_terms`,
    );
  }
}
