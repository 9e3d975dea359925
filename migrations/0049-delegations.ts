import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who holds an approval lends it to a colleague for a while; what is done by it says for whom. */
export class Delegations1790000000049 implements MigrationInterface {
  name = 'Delegations1790000000049';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table delegations (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        grant_id uuid not null,
        giver_id uuid not null,
        holder_id uuid not null,
        approvals text[] not null,
        starts_on date not null,
        ends_on date not null,
        limit_cents bigint,
        reason text not null,
        needs_confirmation boolean not null,
        confirmed_at timestamptz,
        confirmed_by uuid,
        ended_at timestamptz,
        ended_by uuid,
        end_reason text,
        constraint delegations_pkey primary key (id),
        constraint delegations_approvals_check check (cardinality(approvals) > 0 and approvals <@ array['request_program',
          'request_finance', 'batch_approve', 'batch_release', 'bank_details', 'stipends', 'childcare']),
        constraint delegations_holder_check check (holder_id <> giver_id),
        constraint delegations_period_check check (ends_on >= starts_on),
        constraint delegations_limit_check check (limit_cents > 0),
        constraint delegations_confirmed_check check ((confirmed_at is null) = (confirmed_by is null)),
        constraint delegations_confirmed_by_check check (confirmed_by <> giver_id and confirmed_by <> holder_id),
        constraint delegations_confirmed_needed_check check (needs_confirmation or confirmed_at is null),
        constraint delegations_ended_check check ((ended_at is null) = (end_reason is null)),
        constraint delegations_grant_id_fkey foreign key (grant_id) references role_grants (id),
        constraint delegations_giver_id_fkey foreign key (giver_id) references persons (id),
        constraint delegations_holder_id_fkey foreign key (holder_id) references persons (id),
        constraint delegations_confirmed_by_fkey foreign key (confirmed_by) references persons (id),
        constraint delegations_ended_by_fkey foreign key (ended_by) references persons (id)
      )`);
    for (const column of ['grant_id', 'giver_id', 'holder_id', 'confirmed_by', 'ended_by']) {
      await runner.query(`create index delegations_${column}_idx on delegations (${column})`);
    }
    // What was given stays as it was; it is confirmed or ended, and never made longer or larger.
    await runner.query(`revoke update, delete on delegations from granary_app`);
    await runner.query(`
      grant update (confirmed_at, confirmed_by, ended_at, ended_by, end_reason, version) on delegations to granary_app`);
    // For whom a step was taken, where somebody lent what it takes.
    await runner.query(`alter table lifecycle_steps add column acting_for uuid`);
    await runner.query(`
      alter table agency
        add column delegation_days integer not null default 90,
        add column sole_release_cents bigint,
        add constraint agency_delegation_days_check check (delegation_days between 1 and 366),
        add constraint agency_sole_release_check check (sole_release_cents >= 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table agency drop column sole_release_cents, drop column delegation_days`);
    await runner.query(`alter table lifecycle_steps drop column acting_for`);
    await runner.query(`drop table delegations`);
  }
}
