import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit trail is sealed: each event bears its transaction, and a chain of hashes covers them. History and trail
 * keep no names of persons any more: the actor's key leads to the name.
 */
export class AuditSeals1790000000026 implements MigrationInterface {
  name = 'AuditSeals1790000000026';

  async up(runner: QueryRunner): Promise<void> {
    // Transactions count on for as long as a server lives; data brought to another one begin a new era.
    await runner.query(`
      alter table audit_events
        add column era integer not null default 1,
        add column xid bigint not null default (pg_current_xact_id()::text)::bigint,
        add column acting_for uuid,
        add column personal jsonb,
        drop column actor_name`);
    // The number of its transaction is the database's to say: nobody puts an event into a time that is past.
    await runner.query(`revoke insert on audit_events from granary_app`);
    await runner.query(`
      grant insert (era, at, actor, acting_for, request_id, action, subject_type, subject_id, note, before, after,
        personal) on audit_events to granary_app`);
    await runner.query(`alter table lifecycle_steps drop column actor_name`);
    await runner.query(`create index audit_events_sealing on audit_events (era, xid, id)`);
    await runner.query(`create index audit_events_at on audit_events (at, id)`);
    await runner.query(`create index audit_events_action on audit_events (action, id)`);
    await runner.query(`
      create index audit_events_acting_for on audit_events (acting_for, id) where acting_for is not null`);
    await runner.query(`
      create table audit_eras (
        era integer not null,
        cluster text not null,
        began_at timestamptz not null,
        constraint audit_eras_pkey primary key (era)
      )`);
    await runner.query(`
      create table audit_seals (
        number integer not null,
        era integer not null,
        from_xid bigint not null,
        to_xid bigint not null,
        events integer not null,
        digest bytea not null,
        previous_hash bytea not null,
        hash bytea not null,
        sealed_at timestamptz not null,
        constraint audit_seals_pkey primary key (number),
        constraint audit_seals_hash_key unique (hash),
        constraint audit_seals_number_check check (number >= 1),
        constraint audit_seals_range_check check (from_xid < to_xid),
        constraint audit_seals_length_check check (octet_length(hash) = 32 and octet_length(previous_hash) = 32)
      )`);
    await runner.query(`create index audit_seals_era_from_xid_idx on audit_seals (era, from_xid)`);
    // A person's key seals what the trail says about them; destroyed, it says nothing any more and the chain still holds.
    await runner.query(`
      create table person_keys (
        person_id uuid not null,
        sealed_key bytea,
        key_version integer,
        created_at timestamptz not null,
        destroyed_at timestamptz,
        constraint person_keys_pkey primary key (person_id),
        constraint person_keys_person_id_fkey foreign key (person_id) references persons (id),
        constraint person_keys_destroyed_check check
          ((sealed_key is null) = (destroyed_at is not null) and (sealed_key is null) = (key_version is null))
      )`);
    await runner.query(`revoke update, delete on audit_eras, audit_seals from granary_app`);
    await runner.query(`revoke delete on person_keys from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table person_keys, audit_seals, audit_eras`);
    await runner.query(
      `drop index audit_events_acting_for, audit_events_action, audit_events_at, audit_events_sealing`,
    );
    await runner.query(`
      alter table audit_events drop column personal, drop column acting_for, drop column xid, drop column era`);
    await runner.query(`grant insert on audit_events to granary_app`);
    for (const table of ['audit_events', 'lifecycle_steps']) {
      await runner.query(`alter table ${table} add column actor_name text`);
      await runner.query(`update ${table} set actor_name = actor`);
      await runner.query(`alter table ${table} alter column actor_name set not null`);
    }
  }
}
