import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rounds with their milestones, rubrics and extensions. What was published does not change. */
export class Rounds1790000000008 implements MigrationInterface {
  name = 'Rounds1790000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table rounds (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        pool_id uuid not null,
        fund_id uuid not null,
        number text not null,
        name text not null,
        kind text not null,
        opens_at timestamptz not null,
        due_at timestamptz not null,
        grace_minutes integer not null,
        floor_cents bigint not null,
        ceiling_cents bigint,
        awards_at_most integer,
        gates integer not null,
        who_may_lead text[] not null,
        purpose text,
        eligibility text,
        constraint rounds_pkey primary key (id),
        constraint rounds_pool_id_key unique (pool_id),
        constraint rounds_number_key unique (number),
        constraint rounds_pool_id_fkey foreign key (pool_id) references pools (id),
        constraint rounds_fund_id_fkey foreign key (fund_id) references funds (id),
        constraint rounds_state_check check (state in
          ('draft', 'in_comment', 'published', 'reviewing', 'deciding', 'completed', 'cancelled')),
        constraint rounds_kind_check check (kind in ('rfp', 'rfi', 'direct', 'concept_development')),
        constraint rounds_window_check check (due_at > opens_at),
        constraint rounds_grace_check check (grace_minutes between 0 and 1440),
        constraint rounds_range_check check (floor_cents >= 0 and ceiling_cents >= floor_cents and ceiling_cents > 0),
        constraint rounds_awards_at_most_check check (awards_at_most > 0),
        constraint rounds_gates_check check (gates in (1, 2))
      )`);
    await runner.query(`create index rounds_fund_id_idx on rounds (fund_id)`);
    await runner.query(`
      create table round_milestones (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        kind text not null,
        label text,
        happens_on date not null,
        constraint round_milestones_pkey primary key (id),
        constraint round_milestones_round_id_fkey foreign key (round_id) references rounds (id),
        constraint round_milestones_kind_check check (kind in ('criteria_comment', 'info_session', 'letter_of_intent',
          'questions_until', 'panel', 'interviews', 'committee', 'other'))
      )`);
    await runner.query(`create index round_milestones_round_id_idx on round_milestones (round_id)`);
    await runner.query(`
      create table rubric_criteria (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        position integer not null,
        name text not null,
        question text not null,
        weight integer not null,
        scale_max integer not null,
        anchor_low text not null,
        anchor_high text not null,
        constraint rubric_criteria_pkey primary key (id),
        constraint rubric_criteria_position_round_id_key unique (round_id, position),
        constraint rubric_criteria_round_id_fkey foreign key (round_id) references rounds (id),
        constraint rubric_criteria_weight_check check (weight between 1 and 100),
        constraint rubric_criteria_scale_max_check check (scale_max between 2 and 10)
      )`);
    await runner.query(`
      create table round_extensions (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        due_before timestamptz not null,
        due_after timestamptz not null,
        reason text not null,
        constraint round_extensions_pkey primary key (id),
        constraint round_extensions_round_id_fkey foreign key (round_id) references rounds (id),
        constraint round_extensions_later_check check (due_after > due_before)
      )`);
    await runner.query(`create index round_extensions_round_id_idx on round_extensions (round_id)`);
    await this.createGuards(runner);
    await runner.query(`revoke update, delete on round_extensions from granary_app`);
    await runner.query(`revoke delete on rounds from granary_app`);
  }

  /** Two triggers that only refuse: a CHECK cannot see another row, nor what the row was before. */
  private async createGuards(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function refuse_published_rubric() returns trigger language plpgsql as $$
      declare
        round_state text;
        round uuid;
      begin
        -- Both rounds are asked, so that no criterion is moved out of a published one.
        for round in select distinct id from unnest(array[
          case when tg_op <> 'INSERT' then old.round_id end,
          case when tg_op <> 'DELETE' then new.round_id end]) as id where id is not null
        loop
          select state into round_state from rounds where id = round for share;
          if round_state not in ('draft', 'in_comment') then
            raise exception 'the rubric of a published round does not change'
              using errcode = 'check_violation', constraint = 'rubric_criteria_published_check';
          end if;
        end loop;
        return case when tg_op = 'DELETE' then old else new end;
      end $$`);
    await runner.query(`
      create trigger rubric_criteria_published before insert or update or delete on rubric_criteria
        for each row execute function refuse_published_rubric()`);
    await runner.query(`
      create function refuse_unpublishing() returns trigger language plpgsql as $$
      begin
        if new.state in ('draft', 'in_comment') or new.due_at < old.due_at
          or (new.pool_id, new.fund_id, new.number, new.kind, new.opens_at, new.grace_minutes, new.floor_cents,
              new.ceiling_cents, new.awards_at_most, new.gates, new.who_may_lead, new.eligibility)
            is distinct from (old.pool_id, old.fund_id, old.number, old.kind, old.opens_at, old.grace_minutes,
              old.floor_cents, old.ceiling_cents, old.awards_at_most, old.gates, old.who_may_lead, old.eligibility)
        then
          raise exception 'the terms of a published round do not change'
            using errcode = 'check_violation', constraint = 'rounds_published_check';
        end if;
        return new;
      end $$`);
    await runner.query(`
      create trigger rounds_published before update on rounds for each row
        when (old.state not in ('draft', 'in_comment')) execute function refuse_unpublishing()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table round_extensions, rubric_criteria, round_milestones, rounds`);
    await runner.query(`drop function refuse_unpublishing(), refuse_published_rubric()`);
  }
}
