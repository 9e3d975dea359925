import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of the platform itself: audit, history, jobs, mail, sessions, numbers, keys of repeated requests. */
export class Platform1790000000001 implements MigrationInterface {
  name = 'Platform1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ begin
        if not exists (select from pg_roles where rolname = 'granary_app') then
          create role granary_app nologin;
        end if;
      end $$`);
    await runner.query(`grant usage on schema public to granary_app`);
    await runner.query(
      `alter default privileges in schema public grant select, insert, update, delete on tables to granary_app`,
    );
    await runner.query(`alter default privileges in schema public grant usage, select on sequences to granary_app`);

    await runner.query(`
      create table audit_events (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        actor text not null,
        actor_name text not null,
        action text not null,
        subject_type text not null,
        subject_id text not null,
        note text,
        request_id text,
        before jsonb,
        after jsonb
      )`);
    await runner.query(`create index audit_events_subject on audit_events (subject_type, subject_id, id)`);
    await runner.query(`create index audit_events_actor on audit_events (actor, id)`);

    await runner.query(`
      create table lifecycle_steps (
        id bigint generated always as identity primary key,
        subject_type text not null,
        subject_id uuid not null,
        action text not null,
        from_state text,
        to_state text not null,
        at timestamptz not null,
        actor text not null,
        actor_name text not null,
        note text
      )`);
    await runner.query(`create index lifecycle_steps_subject on lifecycle_steps (subject_type, subject_id, id)`);

    await runner.query(`
      create table outbox (
        id uuid primary key,
        topic text not null,
        payload jsonb not null,
        created_at timestamptz not null,
        available_at timestamptz not null,
        attempts integer not null default 0,
        locked_until timestamptz,
        done_at timestamptz,
        failed_at timestamptz,
        last_error text
      )`);
    await runner.query(
      `create index outbox_due on outbox (available_at, id) where done_at is null and failed_at is null`,
    );

    await runner.query(`
      create table mails (
        id uuid primary key,
        message_id text not null unique,
        recipient text not null,
        subject text not null,
        body text not null,
        carries_secret boolean not null,
        created_at timestamptz not null,
        sent_at timestamptz
      )`);
    await runner.query(`create index mails_created on mails (created_at, id)`);

    await runner.query(`
      create table idempotency_keys (
        actor text not null,
        key text not null,
        route text not null,
        input_hash text not null,
        answer jsonb,
        created_at timestamptz not null,
        primary key (actor, key)
      )`);
    await runner.query(`
      create table number_series (series text not null, year text not null, last integer not null, primary key (series, year))`);
    await runner.query(`
      create table web_sessions (sid text primary key, sess json not null, expire timestamptz not null)`);
    await runner.query(`create index web_sessions_expire on web_sessions (expire)`);

    // One row, written at the first start: what this installation is for as long as it lives.
    await runner.query(`
      create table installation (
        only_row boolean primary key default true check (only_row),
        demo boolean not null,
        created_at timestamptz not null
      )`);

    await runner.query(`grant select, insert, update, delete on all tables in schema public to granary_app`);
    await runner.query(`grant usage, select on all sequences in schema public to granary_app`);
    await runner.query(`revoke update, delete on audit_events, lifecycle_steps, installation from granary_app`);
    await runner.query(`revoke insert on installation from granary_app`);
    await runner.query(`revoke delete on mails, number_series from granary_app`);
    // Which migrations ran is the owner's to say: the application could otherwise have one run again.
    await runner.query(`revoke insert, update, delete on migrations from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table installation, web_sessions, number_series, idempotency_keys, mails, outbox, lifecycle_steps, audit_events`,
    );
  }
}
