import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Documents and the requests that lead to them. */
export class Documents1790000000006 implements MigrationInterface {
  name = 'Documents1790000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table documents (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        kind text not null,
        title text not null,
        subject_type text not null,
        subject_id uuid not null,
        template_version text not null,
        inputs_fingerprint text not null,
        content_hash text not null,
        mime text not null,
        size_bytes integer not null,
        content bytea not null,
        constraint documents_pkey primary key (id),
        constraint documents_inputs_fingerprint_kind_subject_id_subject_type_key
          unique (kind, subject_type, subject_id, inputs_fingerprint)
      )`);
    await runner.query(`alter table documents alter column content set storage external`);
    await runner.query(`create index documents_subject_idx on documents (subject_type, subject_id)`);
    await runner.query(`
      create table document_requests (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        kind text not null,
        subject_type text not null,
        subject_id uuid not null,
        inputs_fingerprint text not null,
        document_id uuid,
        last_error text,
        constraint document_requests_pkey primary key (id),
        constraint document_requests_state_check check (state in ('requested', 'rendering', 'ready', 'failed')),
        constraint document_requests_ready_check check ((state = 'ready') = (document_id is not null)),
        constraint document_requests_document_id_fkey foreign key (document_id) references documents (id)
      )`);
    await runner.query(`
      alter table document_requests add constraint document_requests_inputs_key
        unique (kind, subject_type, subject_id, inputs_fingerprint)`);
    await runner.query(`create index document_requests_subject_idx on document_requests (subject_type, subject_id)`);
    await runner.query(`create index document_requests_document_id_idx on document_requests (document_id)`);
    await runner.query(`revoke update, delete on documents from granary_app`);
    await runner.query(`revoke delete on document_requests from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table document_requests, documents`);
  }
}
