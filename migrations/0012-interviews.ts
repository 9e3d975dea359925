import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Interviews, the times offered for them, who asks and what they thought; and calendars that come with a mail. */
export class Interviews1790000000012 implements MigrationInterface {
  name = 'Interviews1790000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table interviews (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        application_id uuid not null,
        round_id uuid not null,
        fund_id uuid not null,
        organization_id uuid not null,
        choose_by date,
        questions text,
        response text,
        starts_at timestamptz,
        ends_at timestamptz,
        place text,
        chosen_by uuid,
        interpreter text,
        children integer not null default 0,
        access_note text,
        sequence integer not null default 0,
        mailed_sequence integer not null default 0,
        constraint interviews_pkey primary key (id),
        constraint interviews_state_check check (state in ('offered', 'scheduled', 'held', 'missed', 'cancelled')),
        constraint interviews_period_check check (ends_at > starts_at),
        constraint interviews_scheduled_check check (state not in ('scheduled', 'held', 'missed')
          or (starts_at is not null and ends_at is not null and place is not null)),
        constraint interviews_children_check check (children between 0 and 20)
      )`);
    await runner.query(`
      create unique index interviews_live_key on interviews (application_id)
        where state in ('offered', 'scheduled', 'held')`);
    await runner.query(`
      create table interview_slots (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        place text not null,
        interview_id uuid,
        constraint interview_slots_pkey primary key (id),
        constraint interview_slots_interview_id_key unique (interview_id),
        constraint interview_slots_place_round_id_starts_at_key unique (round_id, starts_at, place),
        constraint interview_slots_period_check check (ends_at > starts_at)
      )`);
    await runner.query(`
      create table interview_panelists (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        interview_id uuid not null,
        person_id uuid not null,
        constraint interview_panelists_pkey primary key (id),
        constraint interview_panelists_interview_id_person_id_key unique (interview_id, person_id)
      )`);
    await runner.query(`
      create table interview_scores (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        interview_id uuid not null,
        person_id uuid not null,
        criterion_id uuid not null,
        score integer not null,
        reason text not null,
        constraint interview_scores_pkey primary key (id),
        constraint interview_scores_criterion_id_interview_id_person_id_key
          unique (interview_id, person_id, criterion_id),
        constraint interview_scores_score_check check (score between 1 and 10)
      )`);
    await runner.query(`create index interview_scores_interview_id_idx on interview_scores (interview_id)`);
    await runner.query(`create index interview_panelists_interview_id_idx on interview_panelists (interview_id)`);
    await runner.query(`create index interview_slots_round_id_idx on interview_slots (round_id)`);
    for (const [table, column, target] of REFERENCES) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
      const isIndexed = column === 'interview_id' || (table === 'interview_slots' && column === 'round_id');
      if (!isIndexed) await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
    }
    await runner.query(`revoke delete on interviews, interview_scores from granary_app`);
    await this.createGuards(runner);
    await runner.query(`alter table mails add column calendar text`);
  }

  /** Only refuses: what a panelist thought does not change once the round's panel is closed. */
  private async createGuards(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function refuse_frozen_interview_scores() returns trigger language plpgsql as $$
      begin
        if exists (select from interviews i join review_panels p on p.round_id = i.round_id
          where i.id = new.interview_id or (tg_op = 'UPDATE' and i.id = old.interview_id))
        then
          raise exception 'interview scores of a closed panel do not change'
            using errcode = 'check_violation', constraint = 'interview_scores_frozen_check';
        end if;
        return new;
      end $$`);
    await runner.query(`
      create trigger interview_scores_frozen before insert or update on interview_scores
        for each row execute function refuse_frozen_interview_scores()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table mails drop column calendar`);
    await runner.query(`drop table interview_scores, interview_panelists, interview_slots, interviews`);
    await runner.query(`drop function refuse_frozen_interview_scores`);
  }
}

const REFERENCES = [
  ['interviews', 'application_id', 'applications'],
  ['interviews', 'round_id', 'rounds'],
  ['interviews', 'fund_id', 'funds'],
  ['interviews', 'organization_id', 'organizations'],
  ['interviews', 'chosen_by', 'persons'],
  ['interview_slots', 'round_id', 'rounds'],
  ['interview_slots', 'interview_id', 'interviews'],
  ['interview_panelists', 'interview_id', 'interviews'],
  ['interview_panelists', 'person_id', 'persons'],
  ['interview_scores', 'interview_id', 'interviews'],
  ['interview_scores', 'person_id', 'persons'],
  ['interview_scores', 'criterion_id', 'rubric_criteria'],
] as const;
