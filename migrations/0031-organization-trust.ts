import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Organizations that register themselves: sealed EINs, contacts, requests to join, invitations, documents, merging. */
export class OrganizationTrust1790000000031 implements MigrationInterface {
  name = 'OrganizationTrust1790000000031';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table organizations
        add column ein_answer text,
        add column ein_sealed bytea,
        add column ein_key_version integer,
        add column ein_fingerprint bytea,
        add column ein_last_four text,
        add column fiscal_sponsor_name text,
        add column contact_name text,
        add column contact_telephone text,
        add column contact_address text,
        add column registered_by uuid,
        add column merged_into_id uuid,
        add column merged_at timestamptz`);
    await runner.query(`
      alter table organizations
        add constraint organizations_ein_answer_check check (ein_answer in ('ein', 'fiscal_sponsor', 'not_yet')),
        add constraint organizations_ein_sealed_check check ((ein_sealed is null) = (ein_fingerprint is null)
          and (ein_sealed is null) = (ein_last_four is null) and (ein_sealed is null) = (ein_key_version is null)),
        add constraint organizations_ein_last_four_check check (ein_last_four ~ '^[0-9]{4}$'),
        add constraint organizations_merged_check
          check ((merged_into_id is null) = (merged_at is null) and merged_into_id <> id),
        add constraint organizations_registered_by_fkey foreign key (registered_by) references persons (id),
        add constraint organizations_merged_into_id_fkey foreign key (merged_into_id) references organizations (id)`);
    await runner.query(`
      create unique index organizations_ein_fingerprint_key on organizations (ein_fingerprint)
      where ein_fingerprint is not null`);
    await runner.query(`create index organizations_registered_by_idx on organizations (registered_by)`);
    await runner.query(`create index organizations_merged_into_id_idx on organizations (merged_into_id)`);
    await runner.query(`update organizations set ein_answer = 'ein' where ein is not null`);

    await runner.query(`
      create table organization_claims (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        organization_id uuid not null,
        person_id uuid not null,
        message text,
        roles text[],
        decided_by uuid,
        decided_at timestamptz,
        constraint organization_claims_pkey primary key (id),
        constraint organization_claims_state_check check (state in ('asked', 'approved', 'denied', 'withdrawn')),
        constraint organization_claims_roles_check
          check (roles <@ array['owner', 'editor', 'viewer', 'signatory', 'finance']),
        constraint organization_claims_decided_by_check check (decided_by <> person_id),
        constraint organization_claims_organization_id_fkey
          foreign key (organization_id) references organizations (id),
        constraint organization_claims_person_id_fkey foreign key (person_id) references persons (id),
        constraint organization_claims_decided_by_fkey foreign key (decided_by) references persons (id)
      )`);
    await runner.query(`
      create unique index organization_claims_asked_key on organization_claims (organization_id, person_id)
      where state = 'asked'`);
    await runner.query(`create index organization_claims_organization_id_idx on organization_claims (organization_id)`);
    await runner.query(`create index organization_claims_person_id_idx on organization_claims (person_id)`);
    await runner.query(`create index organization_claims_decided_by_idx on organization_claims (decided_by)`);

    await runner.query(`
      create table organization_invitations (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        organization_id uuid not null,
        address text not null,
        roles text[] not null,
        invited_by uuid,
        sent_at timestamptz not null,
        accepted_at timestamptz,
        person_id uuid,
        withdrawn_at timestamptz,
        constraint organization_invitations_pkey primary key (id),
        constraint organization_invitations_roles_check check (cardinality(roles) > 0
          and roles <@ array['owner', 'editor', 'viewer', 'signatory', 'finance']),
        constraint organization_invitations_accepted_check
          check ((accepted_at is null) = (person_id is null) and (accepted_at is null or withdrawn_at is null)),
        constraint organization_invitations_organization_id_fkey
          foreign key (organization_id) references organizations (id),
        constraint organization_invitations_invited_by_fkey foreign key (invited_by) references persons (id),
        constraint organization_invitations_person_id_fkey foreign key (person_id) references persons (id)
      )`);
    await runner.query(`
      create unique index organization_invitations_open_key on organization_invitations (organization_id, address)
      where accepted_at is null and withdrawn_at is null`);
    await runner.query(
      `create index organization_invitations_organization_id_idx on organization_invitations (organization_id)`,
    );
    await runner.query(`create index organization_invitations_invited_by_idx on organization_invitations (invited_by)`);
    await runner.query(`create index organization_invitations_person_id_idx on organization_invitations (person_id)`);

    await runner.query(`
      create table organization_documents (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        organization_id uuid not null,
        kind text not null,
        attachment_id uuid not null,
        issued_on date,
        expires_on date,
        note text,
        replaced_by_id uuid,
        constraint organization_documents_pkey primary key (id),
        constraint organization_documents_kind_check
          check (kind in ('w9', 'determination_letter', 'insurance', 'other')),
        constraint organization_documents_period_check check (expires_on >= issued_on),
        constraint organization_documents_replaced_check check (replaced_by_id <> id),
        constraint organization_documents_organization_id_fkey
          foreign key (organization_id) references organizations (id),
        constraint organization_documents_attachment_id_fkey foreign key (attachment_id) references attachments (id),
        constraint organization_documents_replaced_by_id_fkey
          foreign key (replaced_by_id) references organization_documents (id)
      )`);
    await runner.query(
      `create index organization_documents_organization_id_idx on organization_documents (organization_id)`,
    );
    await runner.query(
      `create unique index organization_documents_attachment_id_key on organization_documents (attachment_id)`,
    );
    await runner.query(
      `create index organization_documents_replaced_by_id_idx on organization_documents (replaced_by_id)`,
    );
    await runner.query(`
      create index organization_documents_expires_idx on organization_documents (expires_on)
      where replaced_by_id is null`);
    await runner.query(`
      create table organization_document_reminders (
        document_id uuid not null,
        days_before integer not null,
        sent_at timestamptz not null,
        constraint organization_document_reminders_pkey primary key (document_id, days_before),
        constraint organization_document_reminders_days_check check (days_before in (0, 7, 30)),
        constraint organization_document_reminders_document_id_fkey
          foreign key (document_id) references organization_documents (id)
      )`);
    await runner.query(`alter table agency add column exclusion_check_days integer not null default 180`);
    await runner.query(`
      alter table agency add constraint agency_exclusion_check_days_check
        check (exclusion_check_days between 1 and 3660)`);

    await runner.query(`
      revoke delete on organization_claims, organization_invitations, organization_documents from granary_app`);
    await runner.query(`revoke update on organization_documents from granary_app`);
    await runner.query(`grant update (replaced_by_id, version) on organization_documents to granary_app`);
    await runner.query(`revoke update, delete on organization_document_reminders from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table agency drop column exclusion_check_days`);
    await runner.query(`
      drop table organization_document_reminders, organization_documents, organization_invitations,
        organization_claims`);
    await runner.query(`
      alter table organizations
        drop column ein_answer, drop column ein_sealed, drop column ein_key_version, drop column ein_fingerprint,
        drop column ein_last_four, drop column fiscal_sponsor_name, drop column contact_name,
        drop column contact_telephone, drop column contact_address, drop column registered_by,
        drop column merged_into_id, drop column merged_at`);
  }
}
