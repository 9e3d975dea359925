import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which keys seal this database's secrets, and the tax numbers and bank accounts of payees. */
export class Secrets1790000000027 implements MigrationInterface {
  name = 'Secrets1790000000027';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table secret_keys (
        version integer not null,
        check_value bytea not null,
        first_used_at timestamptz not null,
        constraint secret_keys_pkey primary key (version)
      )`);
    await runner.query(`
      create table payee_secrets (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        payee_id uuid not null,
        kind text not null,
        detail text not null,
        routing_number text,
        number_sealed bytea not null,
        key_version integer not null,
        fingerprint bytea not null,
        last_four text not null,
        recorded_by uuid,
        confirmed_by uuid,
        confirmed_on date,
        constraint payee_secrets_pkey primary key (id),
        constraint payee_secrets_payee_id_fkey foreign key (payee_id) references payees (id),
        constraint payee_secrets_recorded_by_fkey foreign key (recorded_by) references persons (id),
        constraint payee_secrets_confirmed_by_fkey foreign key (confirmed_by) references persons (id),
        constraint payee_secrets_state_check check (state in ('recorded', 'in_force', 'superseded', 'declined')),
        constraint payee_secrets_kind_check check (kind in ('tin', 'bank_account')),
        constraint payee_secrets_detail_check check (detail in ('ssn', 'ein', 'itin', 'checking', 'savings')),
        constraint payee_secrets_routing_check check ((kind = 'bank_account') = (routing_number is not null)),
        constraint payee_secrets_last_four_check check (last_four ~ '^[0-9]{1,4}$'),
        constraint payee_secrets_two_persons_check check (recorded_by <> confirmed_by)
      )`);
    await runner.query(`create index payee_secrets_payee_id_idx on payee_secrets (payee_id)`);
    await runner.query(`create index payee_secrets_recorded_by_idx on payee_secrets (recorded_by)`);
    await runner.query(`create index payee_secrets_confirmed_by_idx on payee_secrets (confirmed_by)`);
    await runner.query(`create index payee_secrets_fingerprint_idx on payee_secrets (kind, fingerprint)`);
    await runner.query(
      `create unique index payee_secrets_in_force_key on payee_secrets (payee_id, kind) where state = 'in_force'`,
    );
    await runner.query(
      `create unique index payee_secrets_recorded_key on payee_secrets (payee_id, kind) where state = 'recorded'`,
    );
    await runner.query(`revoke update, delete on secret_keys from granary_app`);
    await runner.query(`revoke delete on payee_secrets from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table payee_secrets, secret_keys`);
  }
}
