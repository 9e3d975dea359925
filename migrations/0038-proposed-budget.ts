import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Proposed budgets with a column for each partner and indirect costs that are reckoned; indexes of the lists. */
export class ProposedBudget1790000000038 implements MigrationInterface {
  name = 'ProposedBudget1790000000038';

  async up(runner: QueryRunner): Promise<void> {
    // A line may be match alone: a room that a school lends costs the fund nothing.
    await runner.query(`
      alter table application_budget_lines add column kind text not null default 'direct',
        add constraint application_budget_lines_kind_check check (kind in ('direct', 'indirect')),
        drop constraint application_budget_lines_amount_check,
        add constraint application_budget_lines_amount_check check
          (amount_cents >= 0 and match_cents >= 0 and (amount_cents > 0 or match_cents > 0))`);
    await runner.query(`
      create table application_budget_parts (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        position integer not null,
        partner_id uuid not null,
        amount_cents bigint not null,
        constraint application_budget_parts_pkey primary key (id),
        constraint application_budget_parts_application_id_partner_id_position_key
          unique (application_id, partner_id, position),
        constraint application_budget_parts_application_id_fkey foreign key (application_id)
          references applications (id),
        constraint application_budget_parts_partner_id_fkey foreign key (partner_id)
          references application_partners (id),
        constraint application_budget_parts_amount_check check (amount_cents > 0)
      )`);
    await runner.query(`
      create table application_indirect_costs (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        kind text not null,
        rate_basis_points integer not null,
        evidence_id uuid,
        base_cents bigint not null,
        amount_cents bigint not null,
        constraint application_indirect_costs_pkey primary key (id),
        constraint application_indirect_costs_application_id_key unique (application_id),
        constraint application_indirect_costs_application_id_fkey foreign key (application_id)
          references applications (id),
        constraint application_indirect_costs_evidence_id_fkey foreign key (evidence_id) references attachments (id),
        constraint application_indirect_costs_kind_check check (kind in ('de_minimis', 'fixed', 'negotiated')),
        constraint application_indirect_costs_rate_check check (rate_basis_points between 0 and 10000),
        constraint application_indirect_costs_amount_check check
          (base_cents >= 0 and amount_cents between 0 and base_cents)
      )`);
    for (const [table, column] of INDEXES) {
      await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
    }
    for (const table of PARTS) {
      await runner.query(`
        create trigger ${table}_frozen before insert or update or delete on ${table}
          for each row execute function refuse_frozen_application_part()`);
    }
    // Words are looked for anywhere in a title, a number or a name, among however many there are.
    await runner.query(`create extension if not exists pg_trgm`);
    await runner.query(`
      create index applications_search_idx on applications using gin (title gin_trgm_ops, number gin_trgm_ops)`);
    await runner.query(`create index organizations_search_idx on organizations using gin (name gin_trgm_ops)`);
    await runner.query(`create index applications_state_number_idx on applications (state, number)`);
    await runner.query(`create index applications_requested_idx on applications (requested_cents, id)`);
    // How a category of an approved budget is offered in applicants' budgets; nothing where it is not.
    await runner.query(`
      alter table source_budget_lines add column treatment text,
        add constraint source_budget_lines_treatment_check check
          (treatment in ('counted', 'equipment', 'participant_support', 'left_out'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table source_budget_lines drop column treatment`);
    await runner.query(`
      drop index applications_search_idx, organizations_search_idx, applications_state_number_idx,
        applications_requested_idx`);
    await runner.query(`drop extension pg_trgm`);
    await runner.query(`drop table application_indirect_costs, application_budget_parts`);
    await runner.query(`delete from application_budget_lines where amount_cents = 0`);
    await runner.query(`
      alter table application_budget_lines drop column kind,
        drop constraint application_budget_lines_amount_check,
        add constraint application_budget_lines_amount_check check (amount_cents > 0 and match_cents >= 0)`);
  }
}

const PARTS = ['application_budget_parts', 'application_indirect_costs'] as const;

const INDEXES = [
  ['application_budget_parts', 'partner_id'],
  ['application_indirect_costs', 'evidence_id'],
] as const;
