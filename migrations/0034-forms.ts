import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What rounds ask: forms in versions that never change once published, the library of questions, and the schools. */
export class Forms1790000000034 implements MigrationInterface {
  name = 'Forms1790000000034';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table schools (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        code text not null,
        name text not null,
        district_id uuid not null,
        level text not null,
        active boolean not null,
        constraint schools_pkey primary key (id),
        constraint schools_code_key unique (code),
        constraint schools_district_id_fkey foreign key (district_id) references districts (id),
        constraint schools_level_check check (level in ('elementary', 'middle', 'high', 'other'))
      )`);
    await runner.query(`create index schools_district_id_idx on schools (district_id)`);
    await runner.query(`
      create table forms (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        fund_id uuid not null,
        name text not null,
        constraint forms_pkey primary key (id),
        constraint forms_fund_id_name_key unique (fund_id, name),
        constraint forms_fund_id_fkey foreign key (fund_id) references funds (id)
      )`);
    await runner.query(`create index forms_fund_id_idx on forms (fund_id)`);
    await runner.query(`
      create table form_versions (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        form_id uuid not null,
        fund_id uuid not null,
        number integer not null,
        definition jsonb not null,
        published_at timestamptz,
        definition_hash text,
        constraint form_versions_pkey primary key (id),
        constraint form_versions_form_id_number_key unique (form_id, number),
        constraint form_versions_form_id_fkey foreign key (form_id) references forms (id),
        constraint form_versions_fund_id_fkey foreign key (fund_id) references funds (id),
        constraint form_versions_state_check check (state in ('draft', 'published')),
        constraint form_versions_definition_check check (jsonb_typeof(definition) = 'object'),
        constraint form_versions_published_check check ((state = 'published') = (published_at is not null)
          and (published_at is null) = (definition_hash is null))
      )`);
    await runner.query(`create index form_versions_form_id_idx on form_versions (form_id)`);
    await runner.query(`create index form_versions_fund_id_idx on form_versions (fund_id)`);
    await runner.query(`create unique index form_versions_draft_key on form_versions (form_id) where state = 'draft'`);
    await runner.query(`
      create table library_questions (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        fund_id uuid,
        name text not null,
        definition jsonb not null,
        constraint library_questions_pkey primary key (id),
        constraint library_questions_fund_id_fkey foreign key (fund_id) references funds (id),
        constraint library_questions_definition_check check (jsonb_typeof(definition) = 'object')
      )`);
    await runner.query(`create index library_questions_fund_id_idx on library_questions (fund_id)`);
    await runner.query(`
      create unique index library_questions_fund_name_key on library_questions (fund_id, name)
        where fund_id is not null`);
    await runner.query(
      `create unique index library_questions_agency_name_key on library_questions (name) where fund_id is null`,
    );
    await this.createGuard(runner);
    await runner.query(`revoke delete on forms, form_versions, schools from granary_app`);
  }

  /** A trigger that only refuses: a CHECK cannot see what the row was before. */
  private async createGuard(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function refuse_changing_published_form() returns trigger language plpgsql as $$
      begin
        raise exception 'a published form does not change'
          using errcode = 'check_violation', constraint = 'form_versions_frozen_check';
      end $$`);
    await runner.query(`
      create trigger form_versions_published before update or delete on form_versions for each row
        when (old.state = 'published') execute function refuse_changing_published_form()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table library_questions, form_versions, forms, schools`);
    await runner.query(`drop function refuse_changing_published_form()`);
  }
}
