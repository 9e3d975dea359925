import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Screening: judgements beside the checks, letters of intent, help to applicants, what was done to many, and exports. */
export class Screening1790000000039 implements MigrationInterface {
  name = 'Screening1790000000039';

  async up(runner: QueryRunner): Promise<void> {
    await this.judgements(runner);
    await this.letters(runner);
    await this.help(runner);
    await this.runs(runner);
    await this.exports(runner);
  }

  private async judgements(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table screening_judgements (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        application_id uuid not null,
        check_key text not null,
        found text not null,
        judgement text not null,
        reason text not null,
        judged_by uuid,
        constraint screening_judgements_pkey primary key (id),
        constraint screening_judgements_application_id_fkey foreign key (application_id) references applications (id),
        constraint screening_judgements_judged_by_fkey foreign key (judged_by) references persons (id),
        constraint screening_judgements_check_key_check check (check_key in ('eligibility', 'completeness',
          'exclusion', 'amount', 'duplicates')),
        constraint screening_judgements_found_check check (found in ('pass', 'look', 'fail')),
        constraint screening_judgements_judgement_check check (judgement in ('fine', 'not_fine', 'open'))
      )`);
    await runner.query(
      `create index screening_judgements_latest_idx on screening_judgements (application_id, check_key, created_at, id)`,
    );
    await runner.query(`create index screening_judgements_judged_by_idx on screening_judgements (judged_by)`);
    await runner.query(`revoke update, delete on screening_judgements from granary_app`);
  }

  private async letters(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table letters_of_intent (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        round_id uuid not null,
        fund_id uuid not null,
        organization_id uuid not null,
        title text not null,
        summary text not null,
        partners text,
        expected_cents bigint,
        sent_by uuid,
        sent_at timestamptz not null,
        constraint letters_of_intent_pkey primary key (id),
        constraint letters_of_intent_round_id_fkey foreign key (round_id) references rounds (id),
        constraint letters_of_intent_fund_id_fkey foreign key (fund_id) references funds (id),
        constraint letters_of_intent_organization_id_fkey foreign key (organization_id) references organizations (id),
        constraint letters_of_intent_sent_by_fkey foreign key (sent_by) references persons (id),
        constraint letters_of_intent_state_check check (state in ('sent', 'acknowledged', 'withdrawn')),
        constraint letters_of_intent_expected_check check (expected_cents > 0)
      )`);
    await runner.query(`create index letters_of_intent_round_id_idx on letters_of_intent (round_id)`);
    await runner.query(`create index letters_of_intent_fund_id_idx on letters_of_intent (fund_id)`);
    await runner.query(`create index letters_of_intent_organization_id_idx on letters_of_intent (organization_id)`);
    await runner.query(`create index letters_of_intent_sent_by_idx on letters_of_intent (sent_by)`);
    await runner.query(`
      create unique index letters_of_intent_one_key on letters_of_intent (round_id, organization_id)
        where state <> 'withdrawn'`);
    await runner.query(`revoke delete on letters_of_intent from granary_app`);
  }

  private async help(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table technical_assistances (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        application_id uuid not null,
        round_id uuid not null,
        fund_id uuid not null,
        organization_id uuid not null,
        topic text not null,
        question text not null,
        asked_by uuid,
        advisor_id uuid,
        constraint technical_assistances_pkey primary key (id),
        constraint technical_assistances_application_id_fkey foreign key (application_id) references applications (id),
        constraint technical_assistances_round_id_fkey foreign key (round_id) references rounds (id),
        constraint technical_assistances_fund_id_fkey foreign key (fund_id) references funds (id),
        constraint technical_assistances_organization_id_fkey
          foreign key (organization_id) references organizations (id),
        constraint technical_assistances_asked_by_fkey foreign key (asked_by) references persons (id),
        constraint technical_assistances_advisor_id_fkey foreign key (advisor_id) references persons (id),
        constraint technical_assistances_state_check check (state in ('asked', 'advising', 'closed', 'cancelled')),
        constraint technical_assistances_topic_check check (topic in ('eligibility', 'proposal', 'budget', 'partners',
          'site', 'other')),
        constraint technical_assistances_advisor_check check (advisor_id is not null or state in ('asked', 'cancelled'))
      )`);
    for (const column of ['application_id', 'round_id', 'fund_id', 'organization_id', 'asked_by', 'advisor_id']) {
      await runner.query(`create index technical_assistances_${column}_idx on technical_assistances (${column})`);
    }
    await runner.query(`revoke delete on technical_assistances from granary_app`);
    await runner.query(`
      create table technical_assistance_entries (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        technical_assistance_id uuid not null,
        advisor_id uuid not null,
        given_on date not null,
        minutes integer not null,
        way text not null,
        note text not null,
        constraint technical_assistance_entries_pkey primary key (id),
        constraint technical_assistance_entries_technical_assistance_id_fkey
          foreign key (technical_assistance_id) references technical_assistances (id),
        constraint technical_assistance_entries_advisor_id_fkey foreign key (advisor_id) references persons (id),
        constraint technical_assistance_entries_minutes_check check (minutes between 5 and 1440),
        constraint technical_assistance_entries_way_check check (way in ('call', 'meeting', 'message', 'reading'))
      )`);
    await runner.query(`
      create index technical_assistance_entries_technical_assistance_id_idx
        on technical_assistance_entries (technical_assistance_id)`);
    await runner.query(
      `create index technical_assistance_entries_advisor_id_idx on technical_assistance_entries (advisor_id)`,
    );
    await runner.query(`revoke update, delete on technical_assistance_entries from granary_app`);
  }

  private async runs(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table screening_runs (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        action text not null,
        note text,
        until_on date,
        asked_by uuid,
        constraint screening_runs_pkey primary key (id),
        constraint screening_runs_asked_by_fkey foreign key (asked_by) references persons (id),
        constraint screening_runs_action_check check (action in ('screen_in', 'screen_out', 'return', 'shortlist'))
      )`);
    await runner.query(`create index screening_runs_asked_by_idx on screening_runs (asked_by)`);
    await runner.query(`revoke update, delete on screening_runs from granary_app`);
    await runner.query(`
      create table screening_run_items (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        run_id uuid not null,
        application_id uuid not null,
        position integer not null,
        application_version integer not null,
        outcome text not null,
        sentence text,
        constraint screening_run_items_pkey primary key (id),
        constraint screening_run_items_application_id_run_id_key unique (run_id, application_id),
        constraint screening_run_items_run_id_fkey foreign key (run_id) references screening_runs (id),
        constraint screening_run_items_application_id_fkey foreign key (application_id) references applications (id),
        constraint screening_run_items_outcome_check check (outcome in ('waiting', 'done', 'refused')),
        constraint screening_run_items_sentence_check check ((outcome = 'refused') = (sentence is not null))
      )`);
    await runner.query(`create index screening_run_items_application_id_idx on screening_run_items (application_id)`);
    await runner.query(`revoke delete on screening_run_items from granary_app`);
  }

  private async exports(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table list_exports (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        list text not null,
        query jsonb not null,
        format text not null,
        requested_by uuid not null,
        acting_by jsonb not null,
        file_name text,
        row_count integer,
        size_bytes integer,
        content_hash text,
        content bytea,
        expires_at timestamptz,
        last_error text,
        constraint list_exports_pkey primary key (id),
        constraint list_exports_requested_by_fkey foreign key (requested_by) references persons (id),
        constraint list_exports_state_check check (state in ('requested', 'making', 'ready', 'failed', 'expired')),
        constraint list_exports_format_check check (format in ('csv', 'xlsx')),
        constraint list_exports_ready_check check ((state = 'ready') = (content is not null)
          and (content is null or (expires_at is not null and file_name is not null and content_hash is not null)))
      )`);
    await runner.query(`create index list_exports_requested_by_idx on list_exports (requested_by)`);
    await runner.query(`create index list_exports_expires_at_idx on list_exports (expires_at) where state = 'ready'`);
    await runner.query(`revoke delete on list_exports from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table list_exports, screening_run_items, screening_runs, technical_assistance_entries,
        technical_assistances, letters_of_intent, screening_judgements`);
  }
}
