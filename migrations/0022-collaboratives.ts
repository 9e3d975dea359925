import type { MigrationInterface, QueryRunner } from 'typeorm';

const ROLES = `'superintendent', 'design_team', 'frontline_expert', 'improvement_coach', 'student_leader',
  'parent_advisor', 'community_partner', 'district_leader', 'member'`;

/** Collaboratives: the rule of their seats, years, district teams, convenings, and who came. */
export class Collaboratives1790000000022 implements MigrationInterface {
  name = 'Collaboratives1790000000022';

  async up(runner: QueryRunner): Promise<void> {
    await this.createTeams(runner);
    await this.createConvenings(runner);
    for (const [table, column, target] of REFERENCES) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
      if (!INDEXED.has(`${table}.${column}`)) {
        await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
      }
    }
    await runner.query(
      `revoke delete on collaboratives, collaborative_years, seats, convenings, attendances from granary_app`,
    );
  }

  private async createTeams(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table collaboratives (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        name text not null,
        short_name text not null,
        fund_id uuid not null,
        pool_id uuid not null,
        team_at_least integer not null,
        team_at_most integer not null,
        teams_at_most integer,
        constraint collaboratives_pkey primary key (id),
        constraint collaboratives_pool_id_key unique (pool_id),
        constraint collaboratives_short_name_key unique (short_name),
        constraint collaboratives_team_size_check check (team_at_least > 0 and team_at_most >= team_at_least),
        constraint collaboratives_teams_at_most_check check (teams_at_most > 0)
      )`);
    await runner.query(`
      create table seat_rules (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        collaborative_id uuid not null,
        position integer not null,
        label text not null,
        roles text[] not null,
        at_least integer not null,
        at_most integer,
        constraint seat_rules_pkey primary key (id),
        constraint seat_rules_collaborative_id_position_key unique (collaborative_id, position),
        constraint seat_rules_roles_check check (cardinality(roles) > 0 and roles <@ array[${ROLES}]),
        constraint seat_rules_size_check check (at_least >= 0 and at_most > 0 and at_most >= at_least)
      )`);
    await runner.query(`
      create table collaborative_years (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        collaborative_id uuid not null,
        name text not null,
        starts_on date not null,
        ends_on date not null,
        constraint collaborative_years_pkey primary key (id),
        constraint collaborative_years_collaborative_id_name_key unique (collaborative_id, name),
        constraint collaborative_years_period_check check (ends_on > starts_on)
      )`);
    await runner.query(`
      create table teams (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        year_id uuid not null,
        district text not null,
        name text not null,
        constraint teams_pkey primary key (id),
        constraint teams_district_year_id_key unique (year_id, district)
      )`);
    await runner.query(`
      create table seats (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        team_id uuid not null,
        person_id uuid not null,
        role text not null,
        starts_on date not null,
        ended_on date,
        constraint seats_pkey primary key (id),
        constraint seats_role_check check (role in (${ROLES})),
        constraint seats_period_check check (ended_on >= starts_on)
      )`);
    await runner.query(`create unique index seats_live_key on seats (team_id, person_id, role) where ended_on is null`);
  }

  private async createConvenings(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table convenings (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        year_id uuid not null,
        collaborative_id uuid not null,
        fund_id uuid not null,
        kind text not null,
        name text not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        minutes integer not null,
        place text not null,
        roles text[] not null,
        constraint convenings_pkey primary key (id),
        constraint convenings_state_check check (state in ('planned', 'held', 'cancelled')),
        constraint convenings_kind_check check (kind in
          ('team_session', 'superintendents_check_in', 'learning_trip', 'coaching', 'relationship')),
        constraint convenings_roles_check check (cardinality(roles) > 0 and roles <@ array[${ROLES}]),
        constraint convenings_period_check check (ends_at > starts_at),
        constraint convenings_minutes_check check (minutes > 0
          and minutes * 60 <= extract(epoch from ends_at) - extract(epoch from starts_at))
      )`);
    await runner.query(`
      create table attendances (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        convening_id uuid not null,
        collaborative_id uuid not null,
        fund_id uuid not null,
        seat_id uuid not null,
        team_id uuid not null,
        person_id uuid not null,
        role text not null,
        coming boolean,
        answered_at timestamptz,
        minutes integer not null default 0,
        confirmed_by uuid,
        confirmed_at timestamptz,
        constraint attendances_pkey primary key (id),
        constraint attendances_convening_id_person_id_role_key unique (convening_id, person_id, role),
        constraint attendances_state_check check (state in ('expected', 'attended', 'absent')),
        constraint attendances_role_check check (role in (${ROLES})),
        constraint attendances_minutes_check check ((state = 'attended') = (minutes > 0)),
        constraint attendances_answered_check check ((coming is null) = (answered_at is null)),
        constraint attendances_confirmed_check check ((state = 'expected') = (confirmed_at is null)),
        constraint attendances_own_check check (confirmed_by <> person_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop table attendances, convenings, seats, teams, collaborative_years, seat_rules, collaboratives`,
    );
  }
}

const REFERENCES = [
  ['collaboratives', 'fund_id', 'funds'],
  ['collaboratives', 'pool_id', 'pools'],
  ['seat_rules', 'collaborative_id', 'collaboratives'],
  ['collaborative_years', 'collaborative_id', 'collaboratives'],
  ['teams', 'year_id', 'collaborative_years'],
  ['seats', 'team_id', 'teams'],
  ['seats', 'person_id', 'persons'],
  ['convenings', 'year_id', 'collaborative_years'],
  ['convenings', 'collaborative_id', 'collaboratives'],
  ['convenings', 'fund_id', 'funds'],
  ['attendances', 'convening_id', 'convenings'],
  ['attendances', 'collaborative_id', 'collaboratives'],
  ['attendances', 'fund_id', 'funds'],
  ['attendances', 'seat_id', 'seats'],
  ['attendances', 'team_id', 'teams'],
  ['attendances', 'person_id', 'persons'],
  ['attendances', 'confirmed_by', 'persons'],
] as const;

/** References whose unique constraint is their index. */
const INDEXED = new Set([
  'collaboratives.pool_id',
  'seat_rules.collaborative_id',
  'collaborative_years.collaborative_id',
  'teams.year_id',
  'attendances.convening_id',
]);
