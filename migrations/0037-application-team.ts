import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who works on an application and until when: partners that confirm, colleagues, certifiers, extensions, receipts. */
export class ApplicationTeam1790000000037 implements MigrationInterface {
  name = 'ApplicationTeam1790000000037';

  async up(runner: QueryRunner): Promise<void> {
    await this.columns(runner);
    for (const table of TABLES) await runner.query(table);
    for (const [table, column, target] of REFERENCES) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
    }
    for (const [table, column] of INDEXES) {
      await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
    }
    await runner.query(`
      create unique index application_colleagues_live_key on application_colleagues (application_id, address)
      where ended_at is null`);
    await runner.query(`
      create unique index extension_requests_asked_key on extension_requests (application_id) where state = 'asked'`);
    for (const table of INSERT_ONLY) await runner.query(`revoke update, delete on ${table} from granary_app`);
    await runner.query(`revoke delete on application_colleagues, extension_requests from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table rule_texts, application_late_attempts, application_submissions, application_reminders,
        application_extensions, extension_requests, application_writers, application_colleagues`);
    await runner.query(`
      alter table application_partners
        drop column invited_at, drop column invited_address, drop column invited_by, drop column confirmed_at,
        drop column confirmed_by, drop column confirmed_name, drop column confirmed_fingerprint,
        drop column declined_at, drop column decline_reason, drop column mou_attachment_id`);
    await runner.query(`alter table applications drop column returned_parts`);
    await runner.query(`alter table rounds drop column partners_must_confirm`);
    await runner.query(`delete from role_grants where scope_kind = 'application'`);
    await runner.query(`
      alter table role_grants drop constraint role_grants_scope_kind_check,
        add constraint role_grants_scope_kind_check check (scope_kind in ('agency', 'fund', 'round', 'collaborative',
          'organization'))`);
  }

  private async columns(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table rounds add column partners_must_confirm boolean not null default false`);
    await runner.query(`alter table applications add column returned_parts text[]`);
    await runner.query(`
      alter table application_partners
        add column invited_at timestamptz,
        add column invited_address text,
        add column invited_by uuid,
        add column confirmed_at timestamptz,
        add column confirmed_by uuid,
        add column confirmed_name text,
        add column confirmed_fingerprint text,
        add column declined_at timestamptz,
        add column decline_reason text,
        add column mou_attachment_id uuid,
        add constraint application_partners_invited_check check ((invited_at is null) = (invited_address is null)),
        add constraint application_partners_confirmed_check check ((confirmed_at is null) = (confirmed_name is null)
          and (confirmed_at is null) = (confirmed_fingerprint is null)
          and (confirmed_by is null or confirmed_at is not null)),
        add constraint application_partners_declined_check check ((declined_at is null) = (decline_reason is null)
          and (declined_at is null or confirmed_at is null))`);
    await runner.query(`
      alter table role_grants drop constraint role_grants_scope_kind_check,
        add constraint role_grants_scope_kind_check check (scope_kind in ('agency', 'fund', 'round', 'collaborative',
          'organization', 'application'))`);
  }
}

const TABLES = [
  `create table application_colleagues (
    id uuid not null,
    version integer not null default 1,
    created_at timestamptz not null,
    application_id uuid not null,
    address text not null,
    access text not null,
    invited_by uuid,
    sent_at timestamptz not null,
    person_id uuid,
    accepted_at timestamptz,
    ended_at timestamptz,
    constraint application_colleagues_pkey primary key (id),
    constraint application_colleagues_access_check check (access in ('edit', 'view')),
    constraint application_colleagues_accepted_check check ((accepted_at is null) = (person_id is null))
  )`,
  `create table application_writers (
    id uuid not null,
    version integer not null default 1,
    created_at timestamptz not null,
    application_id uuid not null,
    person_id uuid not null,
    constraint application_writers_pkey primary key (id),
    constraint application_writers_application_id_person_id_key unique (application_id, person_id)
  )`,
  `create table extension_requests (
    id uuid not null,
    version integer not null default 1,
    created_at timestamptz not null,
    state text not null,
    application_id uuid not null,
    round_id uuid not null,
    fund_id uuid not null,
    organization_id uuid not null,
    asked_by uuid,
    wanted_on date not null,
    reason text not null,
    answer text,
    decided_by uuid,
    decided_at timestamptz,
    constraint extension_requests_pkey primary key (id),
    constraint extension_requests_state_check check (state in ('asked', 'granted', 'denied', 'withdrawn')),
    constraint extension_requests_decided_check check ((state in ('granted', 'denied')) = (decided_at is not null)),
    constraint extension_requests_decided_by_check check (decided_by <> asked_by)
  )`,
  `create table application_extensions (
    id uuid not null,
    version integer not null default 1,
    created_at timestamptz not null,
    application_id uuid not null,
    due_before timestamptz not null,
    due_after timestamptz not null,
    reason text not null,
    request_id uuid,
    granted_by uuid,
    constraint application_extensions_pkey primary key (id),
    constraint application_extensions_later_check check (due_after > due_before)
  )`,
  `create table application_reminders (
    id uuid not null,
    version integer not null default 1,
    created_at timestamptz not null,
    application_id uuid not null,
    due_at timestamptz not null,
    days_before integer not null,
    constraint application_reminders_pkey primary key (id),
    constraint application_reminders_application_id_days_before_due_at_key
      unique (application_id, days_before, due_at),
    constraint application_reminders_days_check check (days_before > 0)
  )`,
  `create table application_submissions (
    id uuid not null,
    version integer not null default 1,
    created_at timestamptz not null,
    application_id uuid not null,
    number integer not null,
    arrived_at timestamptz not null,
    receipt_number text not null,
    fingerprint text not null,
    content jsonb not null,
    certified_by uuid,
    certifier_name text not null,
    certifier_title text,
    certification text not null,
    rule_set_id uuid,
    constraint application_submissions_pkey primary key (id),
    constraint application_submissions_application_id_number_key unique (application_id, number),
    constraint application_submissions_number_check check (number > 0),
    constraint application_submissions_fingerprint_check check (fingerprint ~ '^[0-9a-f]{64}$')
  )`,
  `create table application_late_attempts (
    id uuid not null,
    version integer not null default 1,
    created_at timestamptz not null,
    application_id uuid not null,
    person_id uuid,
    arrived_at timestamptz not null,
    closed_at timestamptz not null,
    constraint application_late_attempts_pkey primary key (id),
    constraint application_late_attempts_late_check check (arrived_at > closed_at)
  )`,
  `create table rule_texts (
    id uuid not null,
    version integer not null default 1,
    created_at timestamptz not null,
    rule_set_id uuid not null,
    key text not null,
    body text not null,
    source text not null,
    confirmed boolean not null,
    constraint rule_texts_pkey primary key (id),
    constraint rule_texts_key_rule_set_id_key unique (rule_set_id, key),
    constraint rule_texts_key_check check (key in ('application_certification'))
  )`,
] as const;

const INSERT_ONLY = [
  'application_extensions',
  'application_reminders',
  'application_submissions',
  'application_late_attempts',
  'rule_texts',
] as const;

const REFERENCES = [
  ['application_partners', 'invited_by', 'persons'],
  ['application_partners', 'confirmed_by', 'persons'],
  ['application_partners', 'mou_attachment_id', 'attachments'],
  ['application_colleagues', 'application_id', 'applications'],
  ['application_colleagues', 'invited_by', 'persons'],
  ['application_colleagues', 'person_id', 'persons'],
  ['application_writers', 'application_id', 'applications'],
  ['application_writers', 'person_id', 'persons'],
  ['extension_requests', 'application_id', 'applications'],
  ['extension_requests', 'round_id', 'rounds'],
  ['extension_requests', 'fund_id', 'funds'],
  ['extension_requests', 'organization_id', 'organizations'],
  ['extension_requests', 'asked_by', 'persons'],
  ['extension_requests', 'decided_by', 'persons'],
  ['application_extensions', 'application_id', 'applications'],
  ['application_extensions', 'request_id', 'extension_requests'],
  ['application_extensions', 'granted_by', 'persons'],
  ['application_reminders', 'application_id', 'applications'],
  ['application_submissions', 'application_id', 'applications'],
  ['application_submissions', 'certified_by', 'persons'],
  ['application_submissions', 'rule_set_id', 'rule_sets'],
  ['application_late_attempts', 'application_id', 'applications'],
  ['application_late_attempts', 'person_id', 'persons'],
  ['rule_texts', 'rule_set_id', 'rule_sets'],
] as const;

const INDEXES = [
  ['application_partners', 'invited_by'],
  ['application_partners', 'confirmed_by'],
  ['application_partners', 'mou_attachment_id'],
  ['application_colleagues', 'application_id'],
  ['application_colleagues', 'invited_by'],
  ['application_colleagues', 'person_id'],
  ['application_writers', 'person_id'],
  ['extension_requests', 'application_id'],
  ['extension_requests', 'round_id'],
  ['extension_requests', 'fund_id'],
  ['extension_requests', 'organization_id'],
  ['extension_requests', 'asked_by'],
  ['extension_requests', 'decided_by'],
  ['application_extensions', 'application_id'],
  ['application_extensions', 'request_id'],
  ['application_extensions', 'granted_by'],
  ['application_submissions', 'certified_by'],
  ['application_submissions', 'rule_set_id'],
  ['application_late_attempts', 'application_id'],
  ['application_late_attempts', 'person_id'],
] as const;
