import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The agency's settings, districts and rule sets; persons, their identifiers, accounts, roles and invitations. */
export class AgencyIdentity1790000000002 implements MigrationInterface {
  name = 'AgencyIdentity1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    await this.createAgency(runner);
    await this.createIdentity(runner);
    // What was published stays: a rule set that changed would change what was decided under it.
    await runner.query(`revoke update, delete on rule_sets, rule_values from granary_app`);
    // A role that was held was held; an invitation that was sent was sent.
    await runner.query(`revoke delete on role_grants, invitations, persons, accounts from granary_app`);
  }

  private async createAgency(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table agency (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        singleton boolean not null default true,
        name text not null,
        help_phone text,
        help_email text,
        address text,
        time_zone text not null,
        holidays jsonb not null default '[]',
        fiscal_year_start_month integer not null,
        constraint agency_pkey primary key (id),
        constraint agency_singleton_key unique (singleton),
        constraint agency_singleton_check check (singleton),
        constraint agency_holidays_check check (jsonb_typeof(holidays) = 'array'),
        constraint agency_fiscal_year_start_month_check check (fiscal_year_start_month between 1 and 12)
      )`);
    await runner.query(`
      create table districts (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        name text not null,
        position integer not null,
        constraint districts_pkey primary key (id),
        constraint districts_name_key unique (name)
      )`);
    await runner.query(`
      create table rule_sets (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        name text not null,
        title text not null,
        effective_on date not null,
        confirmed boolean not null,
        note text,
        constraint rule_sets_pkey primary key (id),
        constraint rule_sets_name_key unique (name)
      )`);
    await runner.query(`
      create table rule_values (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        rule_set_id uuid not null,
        key text not null,
        value jsonb not null,
        unit text not null,
        source text not null,
        confirmed boolean not null,
        constraint rule_values_pkey primary key (id),
        constraint rule_values_key_rule_set_id_key unique (rule_set_id, key),
        constraint rule_values_rule_set_id_fkey foreign key (rule_set_id) references rule_sets (id),
        constraint rule_values_unit_check check (unit in ('basis_points', 'cents', 'days', 'months', 'years')),
        constraint rule_values_value_check check (jsonb_typeof(value) = 'number')
      )`);
  }

  private async createIdentity(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table persons (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        name text not null,
        locale text not null default 'en',
        constraint persons_pkey primary key (id)
      )`);
    await runner.query(`
      create table identifiers (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        person_id uuid not null,
        kind text not null,
        value text not null,
        constraint identifiers_pkey primary key (id),
        constraint identifiers_kind_person_id_value_key unique (kind, value, person_id),
        constraint identifiers_person_id_fkey foreign key (person_id) references persons (id),
        constraint identifiers_kind_check check (kind in ('address', 'telephone', 'card'))
      )`);
    await runner.query(`create index identifiers_person_id_idx on identifiers (person_id)`);
    await runner.query(`
      create table accounts (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        person_id uuid not null,
        passphrase_hash text,
        epoch integer not null default 1,
        disabled_at timestamptz,
        constraint accounts_pkey primary key (id),
        constraint accounts_person_id_key unique (person_id),
        constraint accounts_person_id_fkey foreign key (person_id) references persons (id),
        constraint accounts_epoch_check check (epoch > 0)
      )`);
    await runner.query(`
      create table role_grants (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        person_id uuid not null,
        role text not null,
        scope_kind text not null,
        scope_id uuid,
        reason text not null,
        granted_by uuid,
        starts_on date not null,
        ends_on date,
        ended_at timestamptz,
        ended_by uuid,
        end_reason text,
        constraint role_grants_pkey primary key (id),
        constraint role_grants_person_id_fkey foreign key (person_id) references persons (id),
        constraint role_grants_granted_by_fkey foreign key (granted_by) references persons (id),
        constraint role_grants_ended_by_fkey foreign key (ended_by) references persons (id),
        constraint role_grants_role_check check (role in ('applicant', 'reviewer', 'program_officer',
          'committee_member', 'clerk', 'agency_signatory', 'finance_officer', 'finance_approver', 'participant',
          'facilitator', 'auditor', 'administrator')),
        constraint role_grants_scope_kind_check check (scope_kind in ('agency', 'fund', 'round', 'collaborative',
          'organization')),
        constraint role_grants_scope_check check ((scope_kind = 'agency') = (scope_id is null)),
        constraint role_grants_granted_by_check check (granted_by <> person_id),
        constraint role_grants_period_check check (ends_on >= starts_on),
        constraint role_grants_ended_check check ((ended_at is null) = (end_reason is null))
      )`);
    await runner.query(`create index role_grants_person_id_idx on role_grants (person_id)`);
    await runner.query(`create index role_grants_scope_id_idx on role_grants (scope_id)`);
    await runner.query(`create index role_grants_granted_by_idx on role_grants (granted_by)`);
    await runner.query(`create index role_grants_ended_by_idx on role_grants (ended_by)`);
    await runner.query(`
      create unique index role_grants_live_agency on role_grants (person_id, role)
        where ended_at is null and scope_id is null`);
    await runner.query(`
      create unique index role_grants_live_scoped on role_grants (person_id, role, scope_id)
        where ended_at is null and scope_id is not null`);
    await runner.query(`
      create table invitations (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        person_id uuid not null,
        token_hash text not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        replaced_at timestamptz,
        constraint invitations_pkey primary key (id),
        constraint invitations_token_hash_key unique (token_hash),
        constraint invitations_person_id_fkey foreign key (person_id) references persons (id)
      )`);
    await runner.query(`create index invitations_person_id_idx on invitations (person_id)`);
    await runner.query(`
      create table sign_in_failures (
        subject_hash text not null,
        address text not null,
        failures integer not null,
        since timestamptz not null,
        constraint sign_in_failures_pkey primary key (subject_hash, address)
      )`);
    await runner.query(`create index sign_in_failures_since_idx on sign_in_failures (since)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table sign_in_failures, invitations, role_grants, accounts, identifiers, persons, rule_values, rule_sets,
         districts, agency`,
    );
  }
}
