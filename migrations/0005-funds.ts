import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sources with their budgets and modifications; funds, pools and allotments. */
export class Funds1790000000005 implements MigrationInterface {
  name = 'Funds1790000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sources (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        name text not null,
        grantor text not null,
        kind text not null,
        award_number text not null,
        assistance_listing text,
        awarded_on date,
        amount_cents bigint not null,
        starts_on date not null,
        ends_on date not null,
        liquidates_by date not null,
        indirect_rule text not null,
        indirect_rate_basis_points integer,
        subgrant_authority text,
        terms text,
        rule_set_id uuid not null,
        constraint sources_pkey primary key (id),
        constraint sources_award_number_key unique (award_number),
        constraint sources_state_check check (state in ('draft', 'active', 'liquidating', 'closed')),
        constraint sources_amount_check check (amount_cents >= 0),
        constraint sources_period_check check (ends_on >= starts_on and liquidates_by >= ends_on)
      )`);
    await runner.query(`
      create table source_budget_lines (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        source_id uuid not null,
        strand text not null,
        category text not null,
        amount_cents bigint not null,
        constraint source_budget_lines_pkey primary key (id),
        constraint source_budget_lines_category_source_id_strand_key unique (source_id, strand, category),
        constraint source_budget_lines_amount_check check (amount_cents > 0)
      )`);
    await runner.query(`
      create table source_modifications (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        source_id uuid not null,
        number integer not null,
        effective_on date not null,
        reason text not null,
        amount_before_cents bigint not null,
        amount_after_cents bigint not null,
        ends_on_before date not null,
        ends_on_after date not null,
        liquidates_by_before date not null,
        liquidates_by_after date not null,
        constraint source_modifications_pkey primary key (id),
        constraint source_modifications_number_source_id_key unique (source_id, number)
      )`);
    await runner.query(`create index source_modifications_source_id_idx on source_modifications (source_id)`);
    await runner.query(`revoke update, delete on source_modifications from granary_app`);
    await runner.query(`
      create table funds (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        name text not null,
        slug text not null,
        purpose text,
        constraint funds_pkey primary key (id),
        constraint funds_slug_key unique (slug),
        constraint funds_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
      )`);
    await runner.query(`
      create table pools (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        fund_id uuid not null,
        kind text not null,
        name text not null,
        constraint pools_pkey primary key (id),
        constraint pools_fund_id_name_key unique (fund_id, name),
        constraint pools_kind_check check (kind in ('round', 'collaborative', 'own_costs'))
      )`);
    await runner.query(`
      create table allotments (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        source_id uuid not null,
        pool_id uuid not null,
        amount_cents bigint not null,
        authority text not null,
        constraint allotments_pkey primary key (id),
        constraint allotments_pool_id_source_id_key unique (source_id, pool_id),
        constraint allotments_amount_check check (amount_cents > 0)
      )`);
    await runner.query(`create index allotments_pool_id_idx on allotments (pool_id)`);
    await runner.query(`
      create table allotment_returns (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        source_id uuid not null,
        pool_id uuid not null,
        amount_cents bigint not null,
        reason text not null,
        constraint allotment_returns_pkey primary key (id),
        constraint allotment_returns_amount_check check (amount_cents > 0)
      )`);
    await runner.query(`create index allotment_returns_pool_id_idx on allotment_returns (pool_id)`);
    await runner.query(`create index allotment_returns_source_id_idx on allotment_returns (source_id)`);
    await runner.query(`create index sources_rule_set_id_idx on sources (rule_set_id)`);
    await runner.query(`revoke update, delete on allotments, allotment_returns from granary_app`);
    await runner.query(`revoke delete on sources, funds, pools from granary_app`);
    for (const [table, column, target] of FOREIGN_KEYS) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table allotment_returns, allotments, pools, funds, source_modifications, source_budget_lines, sources`,
    );
  }
}

const FOREIGN_KEYS = [
  ['sources', 'rule_set_id', 'rule_sets'],
  ['source_budget_lines', 'source_id', 'sources'],
  ['source_modifications', 'source_id', 'sources'],
  ['pools', 'fund_id', 'funds'],
  ['allotments', 'source_id', 'sources'],
  ['allotments', 'pool_id', 'pools'],
  ['allotment_returns', 'source_id', 'sources'],
  ['allotment_returns', 'pool_id', 'pools'],
] as const;
