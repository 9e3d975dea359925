import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A rate of indirect costs has its own base, each partner its own rate, and an award keeps both as they were. */
export class IndirectBases1790000000056 implements MigrationInterface {
  name = 'IndirectBases1790000000056';

  async up(runner: QueryRunner): Promise<void> {
    // What was kept before is the lead's rate on modified total direct costs, as it was reckoned then.
    await runner.query(`
      alter table application_indirect_costs
        add column position integer not null default 0,
        add column partner_id uuid,
        add column base_kind text not null default 'mtdc',
        add column chosen_basis_points integer,
        add column expires_on date,
        add column categories text[],
        add column steps jsonb,
        drop constraint application_indirect_costs_application_id_key,
        add constraint application_indirect_costs_application_id_position_key unique (application_id, position),
        add constraint application_indirect_costs_partner_id_fkey foreign key (partner_id)
          references application_partners (id),
        add constraint application_indirect_costs_base_kind_check check
          (base_kind in ('mtdc', 'total_direct', 'salaries', 'salaries_fringe'))`);
    await runner.query(
      `create index application_indirect_costs_partner_id_idx on application_indirect_costs (partner_id)`,
    );
    await runner.query(`
      alter table sources add column indirect_base text not null default 'mtdc',
        add constraint sources_indirect_base_check check
          (indirect_base in ('mtdc', 'total_direct', 'salaries', 'salaries_fringe'))`);
    await runner.query(`
      alter table source_budget_lines drop constraint source_budget_lines_treatment_check,
        add constraint source_budget_lines_treatment_check check
          (treatment in ('counted', 'salaries', 'fringe', 'equipment', 'participant_support', 'left_out'))`);
    await runner.query(`
      alter table rule_values drop constraint rule_values_unit_check,
        add constraint rule_values_unit_check check
          (unit in ('basis_points', 'cents', 'days', 'months', 'years', 'yes_no'))`);
    await runner.query(`
      create table award_indirect_costs (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        award_id uuid not null,
        position integer not null,
        name text,
        kind text not null,
        base_kind text not null,
        rate_basis_points integer not null,
        expires_on date,
        base_cents bigint not null,
        amount_cents bigint not null,
        categories text[],
        steps jsonb,
        constraint award_indirect_costs_pkey primary key (id),
        constraint award_indirect_costs_award_id_position_key unique (award_id, position),
        constraint award_indirect_costs_award_id_fkey foreign key (award_id) references awards (id),
        constraint award_indirect_costs_base_kind_check check
          (base_kind in ('mtdc', 'total_direct', 'salaries', 'salaries_fringe')),
        constraint award_indirect_costs_rate_check check (rate_basis_points between 0 and 10000),
        constraint award_indirect_costs_amount_check check
          (base_cents >= 0 and amount_cents between 0 and base_cents)
      )`);
    // The rate that an award was made with stays for its whole life.
    await runner.query(`revoke update, delete on award_indirect_costs from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table award_indirect_costs`);
    await runner.query(`
      alter table rule_values drop constraint rule_values_unit_check,
        add constraint rule_values_unit_check check (unit in ('basis_points', 'cents', 'days', 'months', 'years'))`);
    await runner.query(`
      alter table source_budget_lines drop constraint source_budget_lines_treatment_check,
        add constraint source_budget_lines_treatment_check check
          (treatment in ('counted', 'equipment', 'participant_support', 'left_out'))`);
    await runner.query(`alter table sources drop column indirect_base`);
    await runner.query(`drop index application_indirect_costs_partner_id_idx`);
    await runner.query(`
      alter table application_indirect_costs
        drop constraint application_indirect_costs_application_id_position_key,
        add constraint application_indirect_costs_application_id_key unique (application_id),
        drop column position, drop column partner_id, drop column base_kind, drop column chosen_basis_points,
        drop column expires_on, drop column categories, drop column steps`);
  }
}
