import type { MigrationInterface, QueryRunner } from 'typeorm';

const MIMES_BEFORE = `'application/pdf', 'image/jpeg', 'image/png', 'image/heic'`;
const MIMES = `${MIMES_BEFORE},
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.spreadsheet', 'text/csv'`;

/** Files are looked through before anybody opens them, take up room of an organization, and stay whole once they belong to a thing. */
export class FileTrust1790000000032 implements MigrationInterface {
  name = 'FileTrust1790000000032';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table attachments
        add column state text not null default 'clean',
        add column organization_id uuid,
        add column scanned_at timestamptz,
        add column scanned_by text,
        add column finding text`);
    await runner.query(`alter table attachments alter column state drop default`);
    await runner.query(`alter table attachments drop constraint attachments_mime_check`);
    await runner.query(`
      alter table attachments
        add constraint attachments_mime_check check (mime in (${MIMES})),
        add constraint attachments_state_check check (state in ('waiting', 'clean', 'infected', 'destroyed')),
        add constraint attachments_finding_check
          check ((finding is not null) = (state in ('infected', 'destroyed'))),
        add constraint attachments_organization_check check (organization_id is null or linked_at is not null),
        add constraint attachments_organization_id_fkey foreign key (organization_id) references organizations (id)`);
    await runner.query(`create index attachments_organization_id_idx on attachments (organization_id)`);
    await runner.query(`
      create index attachments_watched_idx on attachments (created_at, id) where state in ('waiting', 'infected')`);
    await runner.query(`
      grant update (state, organization_id, scanned_at, scanned_by, finding) on attachments to granary_app`);
    await this.moveReceipts(runner);
    await this.guard(runner);
  }

  /** A receipt belongs to the request, so that it stays open to whoever sees that when its expense is taken out. */
  private async moveReceipts(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table attachments disable trigger attachments_kept`);
    await runner.query(`
      update attachments f set subject_type = 'disbursement', subject_id = d.id, organization_id = d.organization_id
      from disbursement_expenses e join disbursements d on d.id = e.disbursement_id
      where f.subject_type = 'disbursement_expense' and f.subject_id = e.id`);
    await runner.query(`
      update attachments f set subject_type = 'disbursement', subject_id = d.id, organization_id = d.organization_id
      from audit_events v join disbursements d on d.id::text = v.subject_id
      where f.subject_type = 'disbursement_expense' and v.action = 'disbursement.expense_removed'
        and v.before ->> 'expenseId' = f.subject_id::text`);
    await runner.query(`alter table attachments enable trigger attachments_kept`);
  }

  private async guard(runner: QueryRunner): Promise<void> {
    // Of a file that belongs to a thing only what the scanner says of it changes; what is open stays open.
    await runner.query(`
      create or replace function attachments_kept() returns trigger language plpgsql as $$
      begin
        if old.linked_at is not null and (tg_op = 'DELETE'
          or (new.id, new.created_at, new.file_name, new.mime, new.size_bytes, new.content_hash, new.uploaded_by,
              new.subject_type, new.subject_id, new.linked_at, new.organization_id)
            is distinct from
             (old.id, old.created_at, old.file_name, old.mime, old.size_bytes, old.content_hash, old.uploaded_by,
              old.subject_type, old.subject_id, old.linked_at, old.organization_id)
          or (new.state <> old.state and old.state in ('clean', 'destroyed'))) then
          raise exception 'a file that belongs to a thing stays' using errcode = 'check_violation',
            constraint = 'attachments_kept';
        end if;
        return coalesce(new, old);
      end $$`);
    await runner.query(`
      create or replace function attachment_chunks_kept() returns trigger language plpgsql as $$
      declare
        whole record;
      begin
        if tg_op = 'INSERT' then
          -- Shared, so that nobody says at the same time what it belongs to.
          select linked_at, state into whole from attachments where id = new.attachment_id for share;
          if whole.linked_at is not null or whole.state = 'destroyed' then
            raise exception 'a file that belongs to a thing stays' using errcode = 'check_violation',
              constraint = 'attachment_chunks_kept';
          end if;
          return new;
        end if;
        if exists (select 1 from attachments a where a.id = old.attachment_id and a.linked_at is not null
                     and a.state <> 'destroyed') then
          raise exception 'a file that belongs to a thing stays' using errcode = 'check_violation',
            constraint = 'attachment_chunks_kept';
        end if;
        return old;
      end $$`);
    await runner.query(`drop trigger attachment_chunks_kept on attachment_chunks`);
    await runner.query(`
      create trigger attachment_chunks_kept before insert or delete on attachment_chunks
      for each row execute function attachment_chunks_kept()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop trigger attachment_chunks_kept on attachment_chunks`);
    await runner.query(`
      create or replace function attachment_chunks_kept() returns trigger language plpgsql as $$
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
    await runner.query(`
      create or replace function attachments_kept() returns trigger language plpgsql as $$
      begin
        if old.linked_at is not null then
          raise exception 'a file that belongs to a thing stays' using errcode = 'check_violation',
            constraint = 'attachments_kept';
        end if;
        return coalesce(new, old);
      end $$`);
    // The receipt of an expense belonged to the expense.
    await runner.query(`alter table attachments disable trigger attachments_kept`);
    await runner.query(`
      update attachments f set subject_type = 'disbursement_expense', subject_id = e.id
      from disbursement_expenses e where e.receipt_id = f.id`);
    await runner.query(`alter table attachments enable trigger attachments_kept`);
    await runner.query(`drop index attachments_watched_idx`);
    await runner.query(`
      alter table attachments drop constraint attachments_mime_check, drop column state, drop column organization_id,
        drop column scanned_at, drop column scanned_by, drop column finding`);
    await runner.query(`
      alter table attachments add constraint attachments_mime_check check (mime in (${MIMES_BEFORE}))`);
  }
}
