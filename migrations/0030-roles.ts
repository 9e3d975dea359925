import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The second administrator who confirms grave roles; and who of the agency helps which organization for a while. */
export class Roles1790000000030 implements MigrationInterface {
  name = 'Roles1790000000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table role_grants
        add needs_confirmation boolean not null default false,
        add confirmed_at timestamptz,
        add confirmed_by uuid,
        add constraint role_grants_confirmed_by_fkey foreign key (confirmed_by) references persons (id),
        add constraint role_grants_confirmed_check check ((confirmed_at is null) = (confirmed_by is null)),
        add constraint role_grants_confirmed_by_check
          check (confirmed_by <> person_id and confirmed_by <> granted_by),
        add constraint role_grants_confirmed_needed_check check (needs_confirmation or confirmed_at is null)`);
    await runner.query(`create index role_grants_confirmed_by_idx on role_grants (confirmed_by)`);
    // What one person gave alone before this rule waits for a second person from now on.
    await runner.query(`
      update role_grants set needs_confirmation = true
      where granted_by is not null and ended_at is null and role in ('committee_member', 'clerk', 'agency_signatory',
        'finance_officer', 'finance_approver', 'administrator')`);
    await runner.query(`
      alter table role_grants add constraint role_grants_second_person_check
        check (needs_confirmation or granted_by is null or ended_at is not null or role not in ('committee_member',
          'clerk', 'agency_signatory', 'finance_officer', 'finance_approver', 'administrator'))`);

    await runner.query(`
      create table assistances (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        person_id uuid not null,
        organization_id uuid not null,
        organization_name text not null,
        consent text not null,
        consented_by text not null,
        consented_on date not null,
        starts_on date not null,
        ends_on date not null,
        reason text not null,
        ended_at timestamptz,
        ended_by uuid,
        end_reason text,
        constraint assistances_pkey primary key (id),
        constraint assistances_person_id_fkey foreign key (person_id) references persons (id),
        constraint assistances_organization_id_fkey foreign key (organization_id) references organizations (id),
        constraint assistances_ended_by_fkey foreign key (ended_by) references persons (id),
        constraint assistances_consent_check check (consent in ('phone', 'in_person', 'mail')),
        constraint assistances_consented_on_check check (consented_on <= starts_on),
        constraint assistances_period_check check (ends_on >= starts_on and ends_on <= starts_on + 30),
        constraint assistances_ended_check check ((ended_at is null) = (end_reason is null))
      )`);
    await runner.query(`
      create unique index assistances_live on assistances (person_id, organization_id) where ended_at is null`);
    await runner.query(`create index assistances_organization_id_idx on assistances (organization_id)`);
    await runner.query(`create index assistances_ended_by_idx on assistances (ended_by)`);
    await runner.query(`revoke delete on assistances from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table assistances`);
    await runner.query(`
      alter table role_grants drop column needs_confirmation, drop column confirmed_at, drop column confirmed_by`);
  }
}
