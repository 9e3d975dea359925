import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Organizations, the districts they serve, their members, and the checks whether they are excluded. */
export class Organizations1790000000003 implements MigrationInterface {
  name = 'Organizations1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table organizations (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        name text not null,
        legal_name text,
        kind text not null,
        ein text,
        uei text,
        mail_domains text[] not null,
        annual_budget_cents bigint,
        fiscal_sponsor_id uuid,
        district_organization_id uuid,
        address_line1 text,
        address_line2 text,
        city text,
        state text,
        zip text,
        note text,
        constraint organizations_pkey primary key (id),
        constraint organizations_fiscal_sponsor_id_fkey foreign key (fiscal_sponsor_id) references organizations (id),
        constraint organizations_district_organization_id_fkey
          foreign key (district_organization_id) references organizations (id),
        constraint organizations_kind_check check (kind in
          ('community_organization', 'school_district', 'school', 'public_agency', 'tribe', 'college')),
        constraint organizations_ein_check check (ein ~ '^[0-9]{9}$'),
        constraint organizations_uei_check check (uei ~ '^[A-HJ-NP-Z1-9][A-HJ-NP-Z0-9]{11}$'),
        constraint organizations_annual_budget_check check (annual_budget_cents >= 0),
        constraint organizations_fiscal_sponsor_check check (fiscal_sponsor_id <> id),
        constraint organizations_district_check check (district_organization_id is null or kind = 'school')
      )`);
    await runner.query(`create unique index organizations_ein_key on organizations (ein) where ein is not null`);
    await runner.query(`create index organizations_uei_idx on organizations (uei)`);
    await runner.query(`create index organizations_fiscal_sponsor_id_idx on organizations (fiscal_sponsor_id)`);
    await runner.query(
      `create index organizations_district_organization_id_idx on organizations (district_organization_id)`,
    );

    await runner.query(`
      create table organization_districts (
        organization_id uuid not null,
        district_id uuid not null,
        constraint organization_districts_pkey primary key (organization_id, district_id),
        constraint organization_districts_organization_id_fkey
          foreign key (organization_id) references organizations (id),
        constraint organization_districts_district_id_fkey foreign key (district_id) references districts (id)
      )`);
    await runner.query(`create index organization_districts_district_id_idx on organization_districts (district_id)`);

    await runner.query(`
      create table organization_members (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        organization_id uuid not null,
        person_id uuid not null,
        role text not null,
        since date not null,
        ended_at timestamptz,
        constraint organization_members_pkey primary key (id),
        constraint organization_members_organization_id_fkey
          foreign key (organization_id) references organizations (id),
        constraint organization_members_person_id_fkey foreign key (person_id) references persons (id),
        constraint organization_members_role_check check (role in ('owner', 'editor', 'viewer', 'signatory', 'finance'))
      )`);
    await runner.query(`
      create unique index organization_members_live_key on organization_members (organization_id, person_id, role)
      where ended_at is null`);
    await runner.query(`create index organization_members_person_id_idx on organization_members (person_id)`);

    await runner.query(`
      create table exclusion_checks (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        organization_id uuid not null,
        checked_on date not null,
        method text not null,
        result text not null,
        query_text text not null,
        evidence text,
        checked_by text not null,
        checked_by_name text not null,
        constraint exclusion_checks_pkey primary key (id),
        constraint exclusion_checks_organization_id_fkey foreign key (organization_id) references organizations (id),
        constraint exclusion_checks_method_check check (method in ('sam_gov', 'certification', 'clause')),
        constraint exclusion_checks_result_check check (result in ('clear', 'match'))
      )`);
    await runner.query(
      `create index exclusion_checks_latest_idx on exclusion_checks (organization_id, checked_on, id)`,
    );

    await runner.query(`revoke update, delete on exclusion_checks from granary_app`);
    await runner.query(`revoke delete on organizations, organization_members from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table exclusion_checks, organization_members, organization_districts, organizations`);
  }
}
