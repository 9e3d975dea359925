import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The second step and its recovery codes, codes that confirm who it is, and identities at a sign-in service. */
export class SecondFactors1790000000029 implements MigrationInterface {
  name = 'SecondFactors1790000000029';

  async up(runner: QueryRunner): Promise<void> {
    await this.createFactors(runner);
    await runner.query(`
      create table second_factor_resets (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        person_id uuid not null,
        reason text not null,
        asked_by uuid not null,
        confirmed_by uuid,
        constraint second_factor_resets_pkey primary key (id),
        constraint second_factor_resets_person_id_fkey foreign key (person_id) references persons (id),
        constraint second_factor_resets_asked_by_fkey foreign key (asked_by) references persons (id),
        constraint second_factor_resets_confirmed_by_fkey foreign key (confirmed_by) references persons (id),
        constraint second_factor_resets_state_check check (state in ('asked', 'done', 'declined')),
        constraint second_factor_resets_asked_by_check check (asked_by <> person_id),
        constraint second_factor_resets_confirmed_by_check check (confirmed_by <> person_id and confirmed_by <> asked_by),
        constraint second_factor_resets_done_check check ((state = 'done') = (confirmed_by is not null))
      )`);
    await runner.query(`create index second_factor_resets_person_id_idx on second_factor_resets (person_id)`);
    await runner.query(`create index second_factor_resets_asked_by_idx on second_factor_resets (asked_by)`);
    await runner.query(`create index second_factor_resets_confirmed_by_idx on second_factor_resets (confirmed_by)`);
    await runner.query(`
      create unique index second_factor_resets_open on second_factor_resets (person_id) where state = 'asked'`);
    await runner.query(`revoke delete on second_factor_resets from granary_app`);
    await runner.query(`
      create table confirmation_codes (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        session_id uuid not null,
        code_hash text not null,
        expires_at timestamptz not null,
        tries integer not null default 0,
        used_at timestamptz,
        constraint confirmation_codes_pkey primary key (id),
        constraint confirmation_codes_session_id_fkey foreign key (session_id) references account_sessions (id),
        constraint confirmation_codes_tries_check check (tries >= 0)
      )`);
    await runner.query(`create index confirmation_codes_session_id_idx on confirmation_codes (session_id)`);
    await runner.query(`create index confirmation_codes_expires_at_idx on confirmation_codes (expires_at)`);
    await this.createIdentities(runner);
  }

  private async createFactors(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table second_factors (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        account_id uuid not null,
        secret_sealed bytea,
        key_version integer,
        confirmed_at timestamptz,
        last_step integer not null default 0,
        ended_at timestamptz,
        end_reason text,
        constraint second_factors_pkey primary key (id),
        constraint second_factors_account_id_fkey foreign key (account_id) references accounts (id),
        constraint second_factors_ended_check check ((ended_at is null) = (end_reason is null)),
        constraint second_factors_secret_check check ((secret_sealed is null) = (ended_at is not null))
      )`);
    await runner.query(`create index second_factors_account_id_idx on second_factors (account_id)`);
    await runner.query(`
      create unique index second_factors_in_force on second_factors (account_id)
      where ended_at is null and confirmed_at is not null`);
    await runner.query(`
      create unique index second_factors_begun on second_factors (account_id)
      where ended_at is null and confirmed_at is null`);
    await runner.query(`revoke delete on second_factors from granary_app`);
    await runner.query(`
      create table recovery_codes (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        second_factor_id uuid not null,
        selector text not null,
        code_hash text not null,
        used_at timestamptz,
        constraint recovery_codes_pkey primary key (id),
        constraint recovery_codes_second_factor_id_fkey foreign key (second_factor_id) references second_factors (id),
        constraint recovery_codes_second_factor_id_selector_key unique (second_factor_id, selector)
      )`);
  }

  private async createIdentities(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table external_identities (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        account_id uuid not null,
        issuer text not null,
        subject text not null,
        address text,
        last_used_at timestamptz,
        ended_at timestamptz,
        ended_by uuid,
        end_reason text,
        constraint external_identities_pkey primary key (id),
        constraint external_identities_account_id_fkey foreign key (account_id) references accounts (id),
        constraint external_identities_ended_by_fkey foreign key (ended_by) references persons (id),
        constraint external_identities_ended_check check ((ended_at is null) = (end_reason is null))
      )`);
    await runner.query(`create index external_identities_account_id_idx on external_identities (account_id)`);
    await runner.query(`create index external_identities_ended_by_idx on external_identities (ended_by)`);
    await runner.query(`
      create unique index external_identities_in_force on external_identities (issuer, subject)
      where ended_at is null`);
    await runner.query(`revoke delete on external_identities from granary_app`);
    await runner.query(`
      create table external_admissions (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        person_id uuid not null,
        address text not null,
        admitted_by uuid not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        ended_at timestamptz,
        constraint external_admissions_pkey primary key (id),
        constraint external_admissions_person_id_fkey foreign key (person_id) references persons (id),
        constraint external_admissions_admitted_by_fkey foreign key (admitted_by) references persons (id),
        constraint external_admissions_admitted_by_check check (admitted_by <> person_id)
      )`);
    await runner.query(`create index external_admissions_person_id_idx on external_admissions (person_id)`);
    await runner.query(`create index external_admissions_admitted_by_idx on external_admissions (admitted_by)`);
    await runner.query(`
      create unique index external_admissions_open on external_admissions (address)
      where used_at is null and ended_at is null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table external_admissions, external_identities, confirmation_codes, second_factor_resets, recovery_codes,
         second_factors`,
    );
  }
}
