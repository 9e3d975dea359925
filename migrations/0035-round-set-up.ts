import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rounds set up by officers: forms, eligibility rules, copies, criteria in comment, dates that change with a reason. */
export class RoundSetUp1790000000035 implements MigrationInterface {
  name = 'RoundSetUp1790000000035';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table rounds
        add column form_version_id uuid,
        add column eligibility_rules jsonb not null default '[]',
        add column takes_letters_of_intent boolean not null default false,
        add column writer_may_certify boolean not null default true,
        add column copied_from_id uuid,
        add column comment_audience text not null default 'public'`);
    await runner.query(`
      alter table rounds
        add constraint rounds_eligibility_rules_check check (jsonb_typeof(eligibility_rules) = 'array'),
        add constraint rounds_comment_audience_check check (comment_audience in ('public', 'groups')),
        add constraint rounds_copied_from_check check (copied_from_id <> id),
        add constraint rounds_form_version_id_fkey foreign key (form_version_id) references form_versions (id),
        add constraint rounds_copied_from_id_fkey foreign key (copied_from_id) references rounds (id)`);
    await runner.query(`create index rounds_form_version_id_idx on rounds (form_version_id)`);
    await runner.query(`create index rounds_copied_from_id_idx on rounds (copied_from_id)`);
    await runner.query(`
      alter table round_milestones
        add column starts_at text,
        add column place text,
        add constraint round_milestones_starts_at_check check (starts_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$')`);
    await this.createDateChanges(runner);
    await this.createEligibilityChecks(runner);
    await this.createRubricVersions(runner);
    await this.createComments(runner);
    await this.guardTerms(runner, [
      'form_version_id',
      'eligibility_rules',
      'takes_letters_of_intent',
      'writer_may_certify',
      'copied_from_id',
    ]);
    await runner.query(`
      revoke update, delete on round_date_changes, eligibility_checks, rubric_versions from granary_app`);
    // What somebody said stays as they said it; who they were can go when they ask for it.
    await runner.query(`revoke update, delete on rubric_comments from granary_app`);
    await runner.query(`
      grant update (answer, outcome, answered_at, answered_by, changed_in_id, name, organization, version)
        on rubric_comments to granary_app`);
    await runner.query(`revoke delete on comment_groups from granary_app`);
  }

  private async createDateChanges(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table round_date_changes (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        changes jsonb not null,
        reason text not null,
        constraint round_date_changes_pkey primary key (id),
        constraint round_date_changes_changes_check check (jsonb_typeof(changes) = 'array'),
        constraint round_date_changes_round_id_fkey foreign key (round_id) references rounds (id)
      )`);
    await runner.query(`create index round_date_changes_round_id_idx on round_date_changes (round_id)`);
  }

  private async createEligibilityChecks(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table eligibility_checks (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        organization_id uuid,
        person_id uuid,
        answers jsonb not null,
        passed boolean not null,
        at timestamptz not null,
        constraint eligibility_checks_pkey primary key (id),
        constraint eligibility_checks_answers_check check (jsonb_typeof(answers) = 'object'),
        constraint eligibility_checks_round_id_fkey foreign key (round_id) references rounds (id),
        constraint eligibility_checks_organization_id_fkey foreign key (organization_id) references organizations (id),
        constraint eligibility_checks_person_id_fkey foreign key (person_id) references persons (id)
      )`);
    await runner.query(
      `create index eligibility_checks_latest_idx on eligibility_checks (round_id, organization_id, created_at)`,
    );
    await runner.query(`create index eligibility_checks_organization_id_idx on eligibility_checks (organization_id)`);
    await runner.query(`create index eligibility_checks_person_id_idx on eligibility_checks (person_id)`);
  }

  private async createRubricVersions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table rubric_versions (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        number integer not null,
        kind text not null,
        criteria jsonb not null,
        reason text,
        constraint rubric_versions_pkey primary key (id),
        constraint rubric_versions_number_round_id_key unique (round_id, number),
        constraint rubric_versions_kind_check check (kind in ('comment', 'published')),
        constraint rubric_versions_number_check check (number > 0),
        constraint rubric_versions_criteria_check check (jsonb_typeof(criteria) = 'array'),
        constraint rubric_versions_round_id_fkey foreign key (round_id) references rounds (id)
      )`);
    await runner.query(`
      create unique index rubric_versions_published_key on rubric_versions (round_id) where kind = 'published'`);
  }

  private async createComments(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table comment_groups (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        name text not null,
        link_number integer not null default 1,
        ended_at timestamptz,
        constraint comment_groups_pkey primary key (id),
        constraint comment_groups_name_round_id_key unique (round_id, name),
        constraint comment_groups_round_id_fkey foreign key (round_id) references rounds (id)
      )`);
    await runner.query(`
      create table rubric_comments (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        rubric_version_id uuid,
        criterion text,
        group_id uuid,
        person_id uuid,
        name text,
        organization text,
        body text not null,
        heard_on date not null,
        entered_by uuid,
        answer text,
        outcome text,
        answered_at timestamptz,
        answered_by uuid,
        changed_in_id uuid,
        constraint rubric_comments_pkey primary key (id),
        constraint rubric_comments_outcome_check check (outcome in ('changed', 'kept', 'later', 'not_shown')),
        constraint rubric_comments_answered_check check ((answered_at is null) = (outcome is null)
          and (outcome is null) = (answer is null)),
        constraint rubric_comments_round_id_fkey foreign key (round_id) references rounds (id),
        constraint rubric_comments_rubric_version_id_fkey foreign key (rubric_version_id)
          references rubric_versions (id),
        constraint rubric_comments_group_id_fkey foreign key (group_id) references comment_groups (id),
        constraint rubric_comments_person_id_fkey foreign key (person_id) references persons (id),
        constraint rubric_comments_entered_by_fkey foreign key (entered_by) references persons (id),
        constraint rubric_comments_answered_by_fkey foreign key (answered_by) references persons (id),
        constraint rubric_comments_changed_in_id_fkey foreign key (changed_in_id) references rubric_versions (id)
      )`);
    for (const column of [
      'round_id',
      'rubric_version_id',
      'group_id',
      'person_id',
      'entered_by',
      'answered_by',
      'changed_in_id',
    ]) {
      await runner.query(`create index rubric_comments_${column}_idx on rubric_comments (${column})`);
    }
    await runner.query(`
      create table round_change_reasons (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        round_id uuid not null,
        change_key text not null,
        reason text not null,
        comment_id uuid,
        constraint round_change_reasons_pkey primary key (id),
        constraint round_change_reasons_change_key_round_id_key unique (round_id, change_key),
        constraint round_change_reasons_round_id_fkey foreign key (round_id) references rounds (id),
        constraint round_change_reasons_comment_id_fkey foreign key (comment_id) references rubric_comments (id)
      )`);
    await runner.query(`create index round_change_reasons_comment_id_idx on round_change_reasons (comment_id)`);
  }

  /** What may not change once a round is published; its dates only move later. */
  private async guardTerms(runner: QueryRunner, more: readonly string[]): Promise<void> {
    const fixed = ['pool_id', 'fund_id', 'number', 'kind', 'grace_minutes', 'floor_cents', 'ceiling_cents'];
    fixed.push('awards_at_most', 'gates', 'who_may_lead', 'eligibility', ...more);
    const row = (name: string): string => fixed.map((column) => `${name}.${column}`).join(', ');
    await runner.query(`
      create or replace function refuse_unpublishing() returns trigger language plpgsql as $$
      begin
        if new.state in ('draft', 'in_comment') or new.due_at < old.due_at or new.opens_at < old.opens_at
          or (${row('new')}) is distinct from (${row('old')})
        then
          raise exception 'the terms of a published round do not change'
            using errcode = 'check_violation', constraint = 'rounds_published_check';
        end if;
        return new;
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.guardTerms(runner, []);
    await runner.query(`
      drop table round_change_reasons, rubric_comments, comment_groups, rubric_versions, eligibility_checks,
        round_date_changes`);
    await runner.query(`alter table round_milestones drop column starts_at, drop column place`);
    await runner.query(`
      alter table rounds drop column form_version_id, drop column eligibility_rules,
        drop column takes_letters_of_intent, drop column writer_may_certify, drop column copied_from_id,
        drop column comment_audience`);
  }
}
