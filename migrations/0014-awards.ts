import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Awards with their sources, budget, districts, schools, partners, conditions and signatures. */
export class Awards1790000000014 implements MigrationInterface {
  name = 'Awards1790000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table awards (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        number text not null,
        application_id uuid not null,
        round_id uuid not null,
        fund_id uuid not null,
        pool_id uuid not null,
        organization_id uuid not null,
        title text not null,
        amount_cents bigint not null,
        starts_on date,
        ends_on date,
        accept_by date,
        agreement_kind text,
        risk_rating text,
        insurance_on_file_on date,
        insurance_waiver text,
        scope text,
        scope_agreed_on date,
        prepared_on date,
        agreement_document_id uuid,
        motion_id uuid not null,
        motion_number text not null,
        decided_on date not null,
        constraint awards_pkey primary key (id),
        constraint awards_number_key unique (number),
        constraint awards_application_id_key unique (application_id),
        constraint awards_state_check check (state in ('drafted', 'offered', 'accepted', 'active', 'suspended',
          'closing', 'closed', 'declined', 'lapsed', 'rescinded')),
        constraint awards_amount_check check (amount_cents > 0),
        constraint awards_period_check check (ends_on >= starts_on),
        constraint awards_agreement_kind_check check (agreement_kind in ('subrecipient', 'contractor')),
        constraint awards_risk_rating_check check (risk_rating in ('low', 'medium', 'high'))
      )`);
    for (const [table, columns] of PARTS) {
      await runner.query(`
        create table ${table} (
          id uuid not null,
          version integer not null default 1,
          created_at timestamptz not null,
          award_id uuid not null,
          ${columns},
          constraint ${table}_pkey primary key (id)
        )`);
    }
    for (const [table, column] of INDEXES) {
      await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
    }
    for (const [table, column, target] of FOREIGN_KEYS) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
    }
    await runner.query(`revoke delete on awards, award_sources from granary_app`);
    await runner.query(`revoke update, delete on award_signatures from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table award_signatures, award_conditions, award_partners, award_schools, award_districts,
         award_budget_lines, award_sources, awards`,
    );
  }
}

/** The tables that belong to an award, with the columns of their own. */
const PARTS = [
  [
    'award_sources',
    `source_id uuid not null, position integer not null, amount_cents bigint not null,
     constraint award_sources_award_id_source_id_key unique (award_id, source_id),
     constraint award_sources_amount_check check (amount_cents > 0)`,
  ],
  [
    'award_budget_lines',
    `position integer not null, category text not null, participant_support boolean not null,
     amount_cents bigint not null,
     constraint award_budget_lines_award_id_category_key unique (award_id, category),
     constraint award_budget_lines_amount_check check (amount_cents > 0)`,
  ],
  [
    'award_districts',
    `district text not null, basis_points integer not null,
     constraint award_districts_award_id_district_key unique (award_id, district),
     constraint award_districts_share_check check (basis_points between 1 and 10000)`,
  ],
  ['award_schools', `name text not null, constraint award_schools_award_id_name_key unique (award_id, name)`],
  ['award_partners', `organization_id uuid, name text not null, role text, level text not null`],
  [
    'award_conditions',
    `position integer not null, text text not null,
     constraint award_conditions_award_id_position_key unique (award_id, position)`,
  ],
  [
    'award_signatures',
    `role text not null, person_id uuid not null, name text not null, signed_at timestamptz not null,
     document_id uuid not null, document_hash text not null,
     constraint award_signatures_role_check check (role in ('recipient', 'agency'))`,
  ],
] as const;

const INDEXES = [
  ['awards', 'round_id'],
  ['awards', 'fund_id'],
  ['awards', 'pool_id'],
  ['awards', 'organization_id'],
  ['awards', 'agreement_document_id'],
  ['award_sources', 'source_id'],
  ['award_partners', 'award_id'],
  ['award_partners', 'organization_id'],
  ['award_signatures', 'award_id'],
  ['award_signatures', 'person_id'],
  ['award_signatures', 'document_id'],
] as const;

const FOREIGN_KEYS = [
  ['awards', 'application_id', 'applications'],
  ['awards', 'round_id', 'rounds'],
  ['awards', 'fund_id', 'funds'],
  ['awards', 'pool_id', 'pools'],
  ['awards', 'organization_id', 'organizations'],
  ['awards', 'agreement_document_id', 'documents'],
  ['award_sources', 'award_id', 'awards'],
  ['award_sources', 'source_id', 'sources'],
  ['award_budget_lines', 'award_id', 'awards'],
  ['award_districts', 'award_id', 'awards'],
  ['award_schools', 'award_id', 'awards'],
  ['award_partners', 'award_id', 'awards'],
  ['award_partners', 'organization_id', 'organizations'],
  ['award_conditions', 'award_id', 'awards'],
  ['award_signatures', 'award_id', 'awards'],
  ['award_signatures', 'person_id', 'persons'],
  ['award_signatures', 'document_id', 'documents'],
] as const;
