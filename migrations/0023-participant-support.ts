import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stipends with their policies, childcare claims with their rate cards, and the money both hold in their pools. */
export class ParticipantSupport1790000000023 implements MigrationInterface {
  name = 'ParticipantSupport1790000000023';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table stipend_policies (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        collaborative_id uuid not null,
        fund_id uuid not null,
        year_id uuid not null,
        role text not null,
        basis text not null,
        rate_cents bigint not null,
        cap_per_year_cents bigint,
        bearer text not null,
        starts_on date not null,
        constraint stipend_policies_pkey primary key (id),
        constraint stipend_policies_year_id_role_starts_on_key unique (year_id, role, starts_on),
        constraint stipend_policies_basis_check check (basis in ('per_convening', 'per_hour')),
        constraint stipend_policies_bearer_check check (bearer in ('fund', 'district')),
        constraint stipend_policies_rate_check check (rate_cents > 0),
        constraint stipend_policies_cap_check check (cap_per_year_cents >= rate_cents)
      )`);
    await runner.query(`
      create table stipends (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        attendance_id uuid not null,
        convening_id uuid not null,
        person_id uuid not null,
        role text not null,
        policy_id uuid not null,
        collaborative_id uuid not null,
        fund_id uuid not null,
        pool_id uuid not null,
        minutes integer not null,
        amount_cents bigint not null,
        confirmed_by uuid,
        approved_by uuid,
        constraint stipends_pkey primary key (id),
        constraint stipends_state_check check (state in ('accrued', 'payable', 'scheduled', 'paid', 'voided')),
        constraint stipends_amount_check check (amount_cents > 0),
        constraint stipends_minutes_check check (minutes > 0),
        constraint stipends_duties_check check (approved_by <> person_id and approved_by <> confirmed_by)
      )`);
    await runner.query(`
      create unique index stipends_once_key on stipends (person_id, convening_id, role) where state <> 'voided'`);
    await runner.query(
      `create unique index stipends_attendance_key on stipends (attendance_id) where state <> 'voided'`,
    );
    await runner.query(`create index stipends_accrued_idx on stipends (convening_id) where state = 'accrued'`);
    await runner.query(`
      create table childcare_rate_cards (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        collaborative_id uuid not null,
        fund_id uuid not null,
        rate_cents bigint not null,
        cap_cents bigint not null,
        extra_minutes integer not null,
        claim_days integer not null,
        starts_on date not null,
        constraint childcare_rate_cards_pkey primary key (id),
        constraint childcare_rate_cards_collaborative_id_starts_on_key unique (collaborative_id, starts_on),
        constraint childcare_rate_cards_rate_check check (rate_cents > 0),
        constraint childcare_rate_cards_cap_check check (cap_cents > 0),
        constraint childcare_rate_cards_extra_check check (extra_minutes between 0 and 480),
        constraint childcare_rate_cards_days_check check (claim_days between 1 and 365)
      )`);
    await runner.query(`
      create table childcare_claims (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        attendance_id uuid not null,
        convening_id uuid not null,
        person_id uuid not null,
        collaborative_id uuid not null,
        fund_id uuid not null,
        pool_id uuid not null,
        children integer not null,
        minutes integer not null,
        provider text not null,
        paid_cents bigint not null,
        receipt_id uuid not null,
        receipt_hash text not null,
        card_id uuid not null,
        rate_cents bigint not null,
        cap_cents bigint not null,
        extra_minutes integer not null,
        claim_by date not null,
        amount_cents bigint not null,
        submitted_at timestamptz,
        approved_by uuid,
        constraint childcare_claims_pkey primary key (id),
        constraint childcare_claims_state_check check (state in ('draft', 'submitted', 'returned', 'payable',
          'scheduled', 'paid', 'denied', 'withdrawn')),
        constraint childcare_claims_children_check check (children between 1 and 12),
        constraint childcare_claims_minutes_check check (minutes > 0),
        constraint childcare_claims_amount_check check (amount_cents > 0 and amount_cents <= paid_cents
          and amount_cents <= cap_cents and amount_cents * 60 <= rate_cents * children * minutes),
        constraint childcare_claims_sent_check check (state in ('draft', 'withdrawn') or submitted_at is not null),
        constraint childcare_claims_duties_check check (approved_by <> person_id)
      )`);
    await runner.query(`
      create unique index childcare_claims_live_key on childcare_claims (person_id, convening_id)
      where state in ('draft', 'submitted', 'returned', 'payable', 'scheduled', 'paid')`);
    await runner.query(`
      create unique index childcare_claims_receipt_key on childcare_claims (receipt_hash)
      where state in ('submitted', 'returned', 'payable', 'scheduled', 'paid')`);
    await runner.query(`
      create table support_commitments (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        stipend_id uuid,
        claim_id uuid,
        pool_id uuid not null,
        source_id uuid not null,
        amount_cents bigint not null,
        ended_at timestamptz,
        constraint support_commitments_pkey primary key (id),
        constraint support_commitments_owner_check check ((stipend_id is null) <> (claim_id is null)),
        constraint support_commitments_amount_check check (amount_cents > 0)
      )`);
    await runner.query(`
      create unique index support_commitments_stipend_key on support_commitments (stipend_id, source_id)
      where ended_at is null`);
    await runner.query(`
      create unique index support_commitments_claim_key on support_commitments (claim_id, source_id)
      where ended_at is null`);
    for (const [table, column, target] of FOREIGN_KEYS) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
      if (!LED_BY_UNIQUE.includes(`${table}.${column}`)) {
        await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
      }
    }
    await runner.query(`revoke delete on stipends, childcare_claims, support_commitments from granary_app`);
    await runner.query(`revoke update on stipend_policies, childcare_rate_cards, support_commitments from granary_app`);
    await runner.query(`grant update (ended_at, version) on support_commitments to granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table support_commitments, childcare_claims, childcare_rate_cards, stipends, stipend_policies`,
    );
  }
}

/** A UNIQUE of the table begins with these. */
const LED_BY_UNIQUE = ['stipend_policies.year_id', 'childcare_rate_cards.collaborative_id'];

const FOREIGN_KEYS = [
  ['stipend_policies', 'collaborative_id', 'collaboratives'],
  ['stipend_policies', 'fund_id', 'funds'],
  ['stipend_policies', 'year_id', 'collaborative_years'],
  ['stipends', 'attendance_id', 'attendances'],
  ['stipends', 'convening_id', 'convenings'],
  ['stipends', 'person_id', 'persons'],
  ['stipends', 'policy_id', 'stipend_policies'],
  ['stipends', 'collaborative_id', 'collaboratives'],
  ['stipends', 'fund_id', 'funds'],
  ['stipends', 'pool_id', 'pools'],
  ['stipends', 'confirmed_by', 'persons'],
  ['stipends', 'approved_by', 'persons'],
  ['childcare_rate_cards', 'collaborative_id', 'collaboratives'],
  ['childcare_rate_cards', 'fund_id', 'funds'],
  ['childcare_claims', 'attendance_id', 'attendances'],
  ['childcare_claims', 'convening_id', 'convenings'],
  ['childcare_claims', 'person_id', 'persons'],
  ['childcare_claims', 'collaborative_id', 'collaboratives'],
  ['childcare_claims', 'fund_id', 'funds'],
  ['childcare_claims', 'pool_id', 'pools'],
  ['childcare_claims', 'receipt_id', 'attachments'],
  ['childcare_claims', 'card_id', 'childcare_rate_cards'],
  ['childcare_claims', 'approved_by', 'persons'],
  ['support_commitments', 'stipend_id', 'stipends'],
  ['support_commitments', 'claim_id', 'childcare_claims'],
  ['support_commitments', 'pool_id', 'pools'],
  ['support_commitments', 'source_id', 'sources'],
] as const;
