import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was to be mended each time an application went back, and messages to many by amount and check as well. */
export class ReturnAndLists1790000000044 implements MigrationInterface {
  name = 'ReturnAndLists1790000000044';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table application_returns (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        note text not null,
        fix_by date not null,
        parts jsonb,
        constraint application_returns_pkey primary key (id),
        constraint application_returns_application_id_fkey foreign key (application_id) references applications (id)
      )`);
    await runner.query(
      `create index application_returns_application_id_created_at_idx on application_returns (application_id, created_at)`,
    );
    await runner.query(`revoke update, delete on application_returns from granary_app`);
    await runner.query(`
      alter table broadcasts
        add column check_key text,
        add column at_least_cents bigint,
        add column at_most_cents bigint,
        add constraint broadcasts_check_key_check check (check_key in ('eligibility', 'exclusion', 'amount', 'duplicates')),
        add constraint broadcasts_amounts_check check (at_least_cents >= 0 and at_most_cents >= 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table broadcasts drop column check_key, drop column at_least_cents, drop column at_most_cents`,
    );
    await runner.query(`drop table application_returns`);
  }
}
