import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Conflicts of interest, and the organizations that take part in an application. */
export class Conflicts1790000000009 implements MigrationInterface {
  name = 'Conflicts1790000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table conflict_parties (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        organization_id uuid not null,
        relation text not null,
        constraint conflict_parties_pkey primary key (id),
        constraint conflict_parties_application_id_organization_id_relation_key
          unique (application_id, organization_id, relation),
        constraint conflict_parties_organization_id_fkey foreign key (organization_id) references organizations (id),
        constraint conflict_parties_relation_check check (relation in ('lead', 'partner', 'fiscal_sponsor'))
      )`);
    await runner.query(`create index conflict_parties_organization_id_idx on conflict_parties (organization_id)`);
    await runner.query(`
      create table conflicts (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        person_id uuid not null,
        application_id uuid not null,
        round_id uuid not null,
        fund_id uuid not null,
        type text not null,
        level text not null,
        note text,
        organization_id uuid,
        basis text,
        constraint conflicts_pkey primary key (id),
        constraint conflicts_person_id_fkey foreign key (person_id) references persons (id),
        constraint conflicts_organization_id_fkey foreign key (organization_id) references organizations (id),
        constraint conflicts_round_id_fkey foreign key (round_id) references rounds (id),
        constraint conflicts_fund_id_fkey foreign key (fund_id) references funds (id),
        constraint conflicts_state_check check (state in ('found', 'declared', 'confirmed', 'dismissed')),
        constraint conflicts_type_check check (type in ('employer', 'board', 'family', 'financial', 'prior_consulting',
          'advisor', 'administrative')),
        constraint conflicts_level_check check (level in ('direct', 'remote')),
        constraint conflicts_basis_check check (basis in ('member', 'mail_domain')),
        constraint conflicts_found_check check ((basis is null) = (organization_id is null)
          and (basis is null or level = 'direct'))
      )`);
    await runner.query(`create index conflicts_application_id_idx on conflicts (application_id)`);
    await runner.query(`create index conflicts_organization_id_idx on conflicts (organization_id)`);
    await runner.query(`create index conflicts_round_id_idx on conflicts (round_id)`);
    await runner.query(`create index conflicts_fund_id_idx on conflicts (fund_id)`);
    await runner.query(`create index conflicts_application_id_person_id_idx on conflicts (person_id, application_id)`);
    await runner.query(`
      create unique index conflicts_declared_key on conflicts (person_id, application_id, type, level)
        where basis is null and state <> 'dismissed'`);
    await runner.query(`
      create unique index conflicts_found_key on conflicts (person_id, application_id, organization_id, basis)
        where basis is not null`);
    await runner.query(`revoke delete on conflicts from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table conflicts, conflict_parties`);
  }
}
