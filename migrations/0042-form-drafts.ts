import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A draft of a form can be thrown away, and the library knows into which forms a question was put. */
export class FormDrafts1790000000042 implements MigrationInterface {
  name = 'FormDrafts1790000000042';

  async up(runner: QueryRunner): Promise<void> {
    // The trigger of 0034 still refuses to take away what was published.
    await runner.query(`grant delete on forms, form_versions to granary_app`);
    await runner.query(`
      create table library_question_uses (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        library_question_id uuid not null,
        form_id uuid not null,
        question_key text not null,
        constraint library_question_uses_pkey primary key (id),
        constraint library_question_uses_library_question_id_fkey foreign key (library_question_id)
          references library_questions (id),
        constraint library_question_uses_form_id_fkey foreign key (form_id) references forms (id)
      )`);
    await runner.query(
      `create index library_question_uses_library_question_id_idx on library_question_uses (library_question_id)`,
    );
    await runner.query(`create index library_question_uses_form_id_idx on library_question_uses (form_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table library_question_uses`);
    await runner.query(`revoke delete on forms, form_versions from granary_app`);
  }
}
