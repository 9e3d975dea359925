import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How people get in: sessions, mailed links, text messages, cards, limits. Links replace invitations, whose three days
 * are over soon; whoever still has one asks for a new link. Sessions have rows of their own, so the epoch goes.
 */
export class SignIn1790000000028 implements MigrationInterface {
  name = 'SignIn1790000000028';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table account_sessions (
        id uuid not null,
        account_id uuid not null,
        method text not null,
        opened_at timestamptz not null,
        last_seen_at timestamptz not null,
        confirmed_at timestamptz not null,
        second_factor_at timestamptz,
        agent text not null,
        address text not null,
        ended_at timestamptz,
        end_reason text,
        constraint account_sessions_pkey primary key (id),
        constraint account_sessions_account_id_fkey foreign key (account_id) references accounts (id),
        constraint account_sessions_method_check check (method in ('passphrase', 'link', 'text', 'card', 'oidc')),
        constraint account_sessions_ended_check check ((ended_at is null) = (end_reason is null))
      )`);
    await runner.query(`create index account_sessions_account_id_idx on account_sessions (account_id)`);
    await runner.query(`create index account_sessions_open on account_sessions (opened_at) where ended_at is null`);
    await runner.query(`
      create table mailed_links (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        purpose text not null,
        channel text not null default 'mail',
        token_hash text,
        person_id uuid,
        address text not null,
        payload jsonb not null default '{}',
        mail jsonb not null,
        minutes integer not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        replaced_at timestamptz,
        constraint mailed_links_pkey primary key (id),
        constraint mailed_links_token_hash_key unique (token_hash),
        constraint mailed_links_person_id_fkey foreign key (person_id) references persons (id),
        constraint mailed_links_channel_check check (channel in ('mail', 'text')),
        constraint mailed_links_minutes_check check (minutes > 0),
        constraint mailed_links_used_check check (used_at is null or token_hash is not null)
      )`);
    await runner.query(`create index mailed_links_person_id_idx on mailed_links (person_id)`);
    await runner.query(`create index mailed_links_address_purpose_idx on mailed_links (address, purpose)`);
    await runner.query(`create index mailed_links_expires_at_idx on mailed_links (expires_at)`);
    await this.createTexts(runner);
    await this.createCards(runner);
    await runner.query(`
      create table limit_counts (
        key_hash text not null,
        taken integer not null,
        ends_at timestamptz not null,
        constraint limit_counts_pkey primary key (key_hash),
        constraint limit_counts_taken_check check (taken > 0)
      )`);
    await runner.query(`create index limit_counts_ends_at_idx on limit_counts (ends_at)`);
    await runner.query(`drop table invitations, sign_in_failures`);
    await runner.query(`alter table accounts drop column epoch`);
  }

  private async createTexts(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table text_messages (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        recipient text not null,
        body text not null,
        carries_secret boolean not null default false,
        sent_at timestamptz,
        constraint text_messages_pkey primary key (id)
      )`);
    await runner.query(`create index text_messages_created_at_idx on text_messages (created_at)`);
  }

  private async createCards(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table entry_cards (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        person_id uuid not null,
        collaborative_id uuid not null,
        token_hash text not null,
        pin_hash text not null,
        failures integer not null default 0,
        issued_by uuid,
        expires_at timestamptz not null,
        last_used_at timestamptz,
        revoked_at timestamptz,
        revoke_reason text,
        constraint entry_cards_pkey primary key (id),
        constraint entry_cards_token_hash_key unique (token_hash),
        constraint entry_cards_person_id_fkey foreign key (person_id) references persons (id),
        constraint entry_cards_collaborative_id_fkey foreign key (collaborative_id) references collaboratives (id),
        constraint entry_cards_issued_by_fkey foreign key (issued_by) references persons (id),
        constraint entry_cards_failures_check check (failures >= 0),
        constraint entry_cards_revoked_check check ((revoked_at is null) = (revoke_reason is null))
      )`);
    await runner.query(`create index entry_cards_person_id_idx on entry_cards (person_id)`);
    await runner.query(`create index entry_cards_collaborative_id_idx on entry_cards (collaborative_id)`);
    await runner.query(`create index entry_cards_issued_by_idx on entry_cards (issued_by)`);
    await runner.query(`create unique index entry_cards_open on entry_cards (person_id) where revoked_at is null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table limit_counts, entry_cards, text_messages, mailed_links, account_sessions`);
    await runner.query(`alter table accounts add column epoch integer not null default 1`);
    await runner.query(`alter table accounts add constraint accounts_epoch_check check (epoch > 0)`);
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
    await runner.query(`revoke delete on invitations from granary_app`);
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
}
