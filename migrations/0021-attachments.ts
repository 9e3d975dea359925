import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that people hand in, in pieces; and the receipt of an expense. */
export class Attachments1790000000021 implements MigrationInterface {
  name = 'Attachments1790000000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table attachments (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        file_name text not null,
        mime text not null,
        size_bytes integer not null,
        content_hash text not null,
        uploaded_by uuid not null,
        subject_type text,
        subject_id uuid,
        linked_at timestamptz,
        constraint attachments_pkey primary key (id),
        constraint attachments_mime_check
          check (mime in ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
        constraint attachments_size_check check (size_bytes > 0),
        constraint attachments_name_check check (char_length(file_name) between 1 and 120),
        constraint attachments_hash_check check (content_hash ~ '^[0-9a-f]{64}$'),
        constraint attachments_linked_check check ((linked_at is null) = (subject_id is null)
          and (subject_id is null) = (subject_type is null)),
        constraint attachments_uploaded_by_fkey foreign key (uploaded_by) references persons (id)
      )`);
    await runner.query(`create index attachments_uploaded_by_idx on attachments (uploaded_by)`);
    await runner.query(`create index attachments_subject_idx on attachments (subject_type, subject_id)`);
    await runner.query(`create index attachments_waiting_idx on attachments (created_at) where linked_at is null`);
    await runner.query(`
      create table attachment_chunks (
        attachment_id uuid not null,
        position integer not null,
        content bytea not null,
        constraint attachment_chunks_pkey primary key (attachment_id, position),
        constraint attachment_chunks_position_check check (position >= 0),
        constraint attachment_chunks_size_check check (octet_length(content) between 1 and 262144),
        constraint attachment_chunks_attachment_id_fkey foreign key (attachment_id) references attachments (id)
      )`);
    // Pictures and PDF are compressed already.
    await runner.query(`alter table attachment_chunks alter column content set storage external`);
    await runner.query(`revoke update on attachments, attachment_chunks from granary_app`);
    await runner.query(`grant update (subject_type, subject_id, linked_at, version) on attachments to granary_app`);
    // What belongs to a thing stands, whoever asks; what never came to belong to one may be swept away.
    await runner.query(`
      create function attachments_kept() returns trigger language plpgsql as $$
      begin
        if old.linked_at is not null then
          raise exception 'a file that belongs to a thing stays' using errcode = 'check_violation',
            constraint = 'attachments_kept';
        end if;
        return coalesce(new, old);
      end $$`);
    await runner.query(`
      create trigger attachments_kept before update or delete on attachments
      for each row execute function attachments_kept()`);
    await runner.query(`
      create function attachment_chunks_kept() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from attachments a where a.id = old.attachment_id and a.linked_at is not null) then
          raise exception 'a file that belongs to a thing stays' using errcode = 'check_violation',
            constraint = 'attachment_chunks_kept';
        end if;
        return old;
      end $$`);
    await runner.query(`
      create trigger attachment_chunks_kept before delete on attachment_chunks
      for each row execute function attachment_chunks_kept()`);
    await runner.query(`alter table disbursement_expenses add column receipt_id uuid`);
    await runner.query(`
      alter table disbursement_expenses add constraint disbursement_expenses_receipt_id_fkey
        foreign key (receipt_id) references attachments (id)`);
    await runner.query(`create index disbursement_expenses_receipt_id_idx on disbursement_expenses (receipt_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table disbursement_expenses drop column receipt_id`);
    await runner.query(`drop table attachment_chunks, attachments`);
    await runner.query(`drop function attachment_chunks_kept, attachments_kept`);
  }
}
