import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Applications with their districts, partners and budgets; what was submitted is frozen. */
export class Applications1790000000010 implements MigrationInterface {
  name = 'Applications1790000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table applications (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        number text not null,
        round_id uuid not null,
        fund_id uuid not null,
        organization_id uuid not null,
        title text not null,
        summary text,
        requested_cents bigint not null,
        schools text,
        submitted_at timestamptz,
        receipt_number text,
        fingerprint text,
        certified_by uuid,
        fix_by date,
        appeal_by date,
        constraint applications_pkey primary key (id),
        constraint applications_number_key unique (number),
        constraint applications_state_check check (state in ('draft', 'submitted', 'returned', 'eligible',
          'ineligible', 'appealed', 'shortlisted', 'waitlisted', 'approved', 'declined', 'expired', 'withdrawn')),
        constraint applications_requested_check check (requested_cents >= 0)
      )`);
    await runner.query(`
      create table application_districts (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        district text not null,
        share_basis_points integer not null,
        constraint application_districts_pkey primary key (id),
        constraint application_districts_application_id_district_key unique (application_id, district),
        constraint application_districts_share_check check (share_basis_points between 1 and 10000)
      )`);
    await runner.query(`
      create table application_partners (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        position integer not null,
        organization_id uuid,
        name text not null,
        role text not null,
        level text not null,
        share_cents bigint not null,
        constraint application_partners_pkey primary key (id),
        constraint application_partners_application_id_position_key unique (application_id, position),
        constraint application_partners_level_check check
          (level in ('vendor', 'coordinated', 'collaborative', 'integrated')),
        constraint application_partners_share_check check (share_cents >= 0)
      )`);
    await runner.query(`
      create table application_budget_lines (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        position integer not null,
        category text not null,
        description text,
        amount_cents bigint not null,
        match_cents bigint not null,
        constraint application_budget_lines_pkey primary key (id),
        constraint application_budget_lines_application_id_position_key unique (application_id, position),
        constraint application_budget_lines_amount_check check (amount_cents > 0 and match_cents >= 0)
      )`);
    for (const [table, column, target] of REFERENCES) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
    }
    for (const [table, column] of INDEXES) {
      await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
    }
    await runner.query(`create index applications_round_state_idx on applications (round_id, state)`);
    await runner.query(`revoke delete on applications from granary_app`);
    await this.freeze(runner);
  }

  /** Triggers that only refuse: a CHECK cannot see what a row was before, nor the state of another. */
  private async freeze(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function refuse_frozen_application() returns trigger language plpgsql as $$
      begin
        if (new.round_id, new.fund_id, new.organization_id, new.number)
             is distinct from (old.round_id, old.fund_id, old.organization_id, old.number)
          or (old.state not in ('draft', 'returned') and
            (new.title, new.summary, new.requested_cents, new.schools)
              is distinct from (old.title, old.summary, old.requested_cents, old.schools))
        then
          raise exception 'an application that was submitted does not change'
            using errcode = 'check_violation', constraint = 'applications_frozen_check';
        end if;
        return new;
      end $$`);
    await runner.query(`
      create trigger applications_frozen before update on applications
        for each row execute function refuse_frozen_application()`);
    await runner.query(`
      create function refuse_frozen_application_part() returns trigger language plpgsql as $$
      declare
        application uuid;
        application_state text;
      begin
        for application in select distinct id from unnest(array[
          case when tg_op <> 'INSERT' then old.application_id end,
          case when tg_op <> 'DELETE' then new.application_id end]) as id where id is not null
        loop
          select state into application_state from applications where id = application;
          if application_state not in ('draft', 'returned') then
            raise exception 'an application that was submitted does not change'
              using errcode = 'check_violation', constraint = 'applications_frozen_check';
          end if;
        end loop;
        return case when tg_op = 'DELETE' then old else new end;
      end $$`);
    for (const table of PARTS) {
      await runner.query(`
        create trigger ${table}_frozen before insert or update or delete on ${table}
          for each row execute function refuse_frozen_application_part()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['conflicts', 'conflict_parties']) {
      await runner.query(`alter table ${table} drop constraint ${table}_application_id_fkey`);
    }
    await runner.query(
      `drop table application_budget_lines, application_partners, application_districts, applications`,
    );
    await runner.query(`drop function refuse_frozen_application, refuse_frozen_application_part`);
  }
}

const PARTS = ['application_districts', 'application_partners', 'application_budget_lines'] as const;

const REFERENCES = [
  ['applications', 'round_id', 'rounds'],
  ['applications', 'fund_id', 'funds'],
  ['applications', 'organization_id', 'organizations'],
  ['applications', 'certified_by', 'persons'],
  ['application_districts', 'application_id', 'applications'],
  ['application_partners', 'application_id', 'applications'],
  ['application_partners', 'organization_id', 'organizations'],
  ['application_budget_lines', 'application_id', 'applications'],
  ['conflict_parties', 'application_id', 'applications'],
  ['conflicts', 'application_id', 'applications'],
] as const;

const INDEXES = [
  ['applications', 'round_id'],
  ['applications', 'fund_id'],
  ['applications', 'organization_id'],
  ['applications', 'certified_by'],
  ['application_partners', 'organization_id'],
] as const;
