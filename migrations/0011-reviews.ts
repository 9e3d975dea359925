import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reviews, their scores, and the closing of a round's panel. */
export class Reviews1790000000011 implements MigrationInterface {
  name = 'Reviews1790000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table reviews (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        application_id uuid not null,
        round_id uuid not null,
        fund_id uuid not null,
        reviewer_id uuid not null,
        assigned_by uuid,
        due_on date,
        recommended_cents bigint,
        comment text,
        saved_at timestamptz,
        submitted_at timestamptz,
        constraint reviews_pkey primary key (id),
        constraint reviews_state_check check (state in ('assigned', 'in_progress', 'submitted', 'recused',
          'withdrawn', 'closed')),
        constraint reviews_recommended_check check (recommended_cents >= 0),
        constraint reviews_assigned_by_check check (assigned_by <> reviewer_id)
      )`);
    await runner.query(`
      create unique index reviews_live_key on reviews (application_id, reviewer_id)
        where state not in ('recused', 'withdrawn')`);
    await runner.query(`
      create table review_scores (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        review_id uuid not null,
        criterion_id uuid not null,
        score integer,
        reason text,
        constraint review_scores_pkey primary key (id),
        constraint review_scores_criterion_id_review_id_key unique (review_id, criterion_id),
        constraint review_scores_score_check check (score between 1 and 10)
      )`);
    await runner.query(`
      create table review_panels (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        closed_by uuid,
        constraint review_panels_pkey primary key (id),
        constraint review_panels_round_id_key unique (round_id)
      )`);
    for (const [table, column, target] of REFERENCES) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
      if (column === 'round_id' && table === 'review_panels') continue;
      await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
    }
    await runner.query(`revoke delete on reviews from granary_app`);
    await runner.query(`revoke update, delete on review_panels from granary_app`);
    await this.createGuards(runner);
  }

  /** Triggers that only refuse: a CHECK cannot see another row, nor what the row was before. */
  private async createGuards(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function refuse_frozen_scores() returns trigger language plpgsql as $$
      declare
        review_state text;
        review uuid;
      begin
        -- Both reviews are asked, so that no score is moved out of one that is in.
        for review in select distinct id from unnest(array[
          case when tg_op <> 'INSERT' then old.review_id end,
          case when tg_op <> 'DELETE' then new.review_id end]) as id where id is not null
        loop
          select state into review_state from reviews where id = review for share;
          if review_state <> 'in_progress' then
            raise exception 'the scores of a review that is in do not change'
              using errcode = 'check_violation', constraint = 'review_scores_frozen_check';
          end if;
        end loop;
        return case when tg_op = 'DELETE' then old else new end;
      end $$`);
    await runner.query(`
      create trigger review_scores_frozen before insert or update or delete on review_scores
        for each row execute function refuse_frozen_scores()`);
    await runner.query(`
      create function refuse_frozen_review() returns trigger language plpgsql as $$
      begin
        if old.state in ('closed', 'recused', 'withdrawn')
          or (new.application_id, new.round_id, new.fund_id, new.reviewer_id)
            is distinct from (old.application_id, old.round_id, old.fund_id, old.reviewer_id)
          or (old.state = 'submitted' and new.state <> 'in_progress'
            and (new.recommended_cents, new.comment) is distinct from (old.recommended_cents, old.comment))
        then
          raise exception 'a review that is in does not change'
            using errcode = 'check_violation', constraint = 'reviews_frozen_check';
        end if;
        return new;
      end $$`);
    await runner.query(`
      create trigger reviews_frozen before update on reviews
        for each row execute function refuse_frozen_review()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table review_panels, review_scores, reviews`);
    await runner.query(`drop function refuse_frozen_scores, refuse_frozen_review`);
  }
}

const REFERENCES = [
  ['reviews', 'application_id', 'applications'],
  ['reviews', 'round_id', 'rounds'],
  ['reviews', 'fund_id', 'funds'],
  ['reviews', 'reviewer_id', 'persons'],
  ['reviews', 'assigned_by', 'persons'],
  ['review_scores', 'review_id', 'reviews'],
  ['review_scores', 'criterion_id', 'rubric_criteria'],
  ['review_panels', 'round_id', 'rounds'],
  ['review_panels', 'closed_by', 'persons'],
] as const;
