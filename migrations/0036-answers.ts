import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers to the questions of a form, with all their versions; frozen with the application they are of. */
export class Answers1790000000036 implements MigrationInterface {
  name = 'Answers1790000000036';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table applications add column form_version_id uuid`);
    await runner.query(`
      create table answers (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        question_key text not null,
        value jsonb,
        entered_by uuid,
        entered_at timestamptz not null,
        assistance_id uuid,
        confirmed_at timestamptz,
        confirmed_by uuid,
        constraint answers_pkey primary key (id),
        constraint answers_application_id_question_key_key unique (application_id, question_key),
        constraint answers_question_key_check check (question_key ~ '^[a-z][a-z0-9_]{0,39}$'),
        constraint answers_value_check check (octet_length(value::text) <= 400000),
        constraint answers_confirmed_check check ((confirmed_at is null) = (confirmed_by is null)),
        constraint answers_assisted_check check (confirmed_at is null or assistance_id is not null)
      )`);
    await runner.query(`
      create table answer_versions (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        question_key text not null,
        answer_version integer not null,
        kind text not null,
        value jsonb,
        entered_by uuid,
        assistance_id uuid,
        constraint answer_versions_pkey primary key (id),
        constraint answer_versions_kind_check check (kind in ('saved', 'refused')),
        constraint answer_versions_value_check check (octet_length(value::text) <= 400000)
      )`);
    await runner.query(`
      create unique index answer_versions_saved_key on answer_versions (application_id, question_key, answer_version)
        where kind = 'saved'`);
    await runner.query(`
      create index answer_versions_refused_idx on answer_versions (application_id, question_key)
        where kind = 'refused'`);
    await runner.query(`
      create table answer_settlements (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        refused_id uuid not null,
        choice text not null,
        settled_by uuid,
        constraint answer_settlements_pkey primary key (id),
        constraint answer_settlements_refused_id_key unique (refused_id),
        constraint answer_settlements_choice_check check (choice in ('taken', 'dropped', 'replaced'))
      )`);
    for (const [table, column, target] of REFERENCES) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
    }
    for (const [table, column] of INDEXES) {
      await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
    }
    await runner.query(`revoke delete on answers from granary_app`);
    await runner.query(`revoke update, delete on answer_versions, answer_settlements from granary_app`);
    await this.freeze(runner);
  }

  /** An application keeps the form it was begun with; what it says changes only while it can be written. */
  private async freeze(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function refuse_other_form() returns trigger language plpgsql as $$
      begin
        if new.form_version_id is distinct from old.form_version_id then
          raise exception 'an application keeps the form it was begun with'
            using errcode = 'check_violation', constraint = 'applications_form_check';
        end if;
        return new;
      end $$`);
    await runner.query(`
      create trigger applications_form_frozen before update of form_version_id on applications
        for each row execute function refuse_other_form()`);
    for (const table of ['answers', 'answer_versions']) {
      await runner.query(`
        create trigger ${table}_frozen before insert or update or delete on ${table}
          for each row execute function refuse_frozen_application_part()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table answer_settlements, answer_versions, answers`);
    await runner.query(`drop trigger applications_form_frozen on applications`);
    await runner.query(`drop function refuse_other_form()`);
    await runner.query(`alter table applications drop column form_version_id`);
  }
}

const REFERENCES = [
  ['applications', 'form_version_id', 'form_versions'],
  ['answers', 'application_id', 'applications'],
  ['answers', 'entered_by', 'persons'],
  ['answers', 'assistance_id', 'assistances'],
  ['answers', 'confirmed_by', 'persons'],
  ['answer_versions', 'application_id', 'applications'],
  ['answer_versions', 'entered_by', 'persons'],
  ['answer_versions', 'assistance_id', 'assistances'],
  ['answer_settlements', 'refused_id', 'answer_versions'],
  ['answer_settlements', 'settled_by', 'persons'],
] as const;

const INDEXES = [
  ['applications', 'form_version_id'],
  ['answers', 'entered_by'],
  ['answers', 'assistance_id'],
  ['answers', 'confirmed_by'],
  ['answer_versions', 'entered_by'],
  ['answer_versions', 'assistance_id'],
  ['answer_settlements', 'settled_by'],
] as const;
