import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What agency and organizations write to each other, internal notes, answered questions, messages to many, news. */
export class Conversations1790000000040 implements MigrationInterface {
  name = 'Conversations1790000000040';

  async up(runner: QueryRunner): Promise<void> {
    await this.createAnnouncements(runner);
    await this.createConversations(runner);
    await this.createQuestions(runner);
    await this.createBroadcasts(runner);
    // What was written was written, and read: it is never changed.
    await runner.query(
      `revoke update, delete on conversation_messages, internal_notes, round_question_answers from granary_app`,
    );
    await runner.query(`revoke delete on announcements, conversations, round_questions, broadcasts, broadcast_items
      from granary_app`);
  }

  private async createAnnouncements(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table announcements (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        title text not null,
        body text not null,
        audiences text[] not null,
        starts_on date not null,
        ends_on date,
        constraint announcements_pkey primary key (id),
        constraint announcements_state_check check (state in ('draft', 'published', 'withdrawn')),
        constraint announcements_audiences_check check (cardinality(audiences) > 0
          and audiences <@ array['everybody', 'applicants', 'reviewers', 'committee', 'participants', 'staff']),
        constraint announcements_period_check check (ends_on >= starts_on)
      )`);
    await runner.query(`create index announcements_starts_on_idx on announcements (starts_on)`);
  }

  private async createConversations(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table conversations (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        subject_type text not null,
        subject_id uuid not null,
        organization_id uuid not null,
        waits_for text,
        waits_since timestamptz,
        last_at timestamptz not null,
        constraint conversations_pkey primary key (id),
        constraint conversations_subject_id_subject_type_key unique (subject_type, subject_id),
        constraint conversations_organization_id_fkey foreign key (organization_id) references organizations (id),
        constraint conversations_waits_for_check check (waits_for in ('agency', 'organization')),
        constraint conversations_waits_since_check check ((waits_for is null) = (waits_since is null))
      )`);
    await runner.query(`create index conversations_organization_id_idx on conversations (organization_id)`);
    await runner.query(
      `create index conversations_waiting_idx on conversations (waits_for, waits_since) where waits_for is not null`,
    );
    await runner.query(`
      create table conversation_messages (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        conversation_id uuid not null,
        side text not null,
        author_id uuid not null,
        via text not null,
        title text,
        body text not null,
        expects_answer boolean not null,
        constraint conversation_messages_pkey primary key (id),
        constraint conversation_messages_conversation_id_fkey
          foreign key (conversation_id) references conversations (id),
        constraint conversation_messages_author_id_fkey foreign key (author_id) references persons (id),
        constraint conversation_messages_side_check check (side in ('agency', 'organization')),
        constraint conversation_messages_via_check check (via in ('page', 'link', 'broadcast')),
        constraint conversation_messages_broadcast_check check (via <> 'broadcast' or side = 'agency'),
        constraint conversation_messages_body_check check (char_length(body) between 1 and 20000)
      )`);
    await runner.query(`create index conversation_messages_conversation_id_created_at_idx
      on conversation_messages (conversation_id, created_at)`);
    await runner.query(`create index conversation_messages_author_id_idx on conversation_messages (author_id)`);
    await runner.query(`
      create table internal_notes (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        subject_type text not null,
        subject_id uuid not null,
        author_id uuid not null,
        body text not null,
        constraint internal_notes_pkey primary key (id),
        constraint internal_notes_author_id_fkey foreign key (author_id) references persons (id),
        constraint internal_notes_body_check check (char_length(body) between 1 and 20000)
      )`);
    await runner.query(`create index internal_notes_created_at_subject_id_subject_type_idx
      on internal_notes (subject_type, subject_id, created_at)`);
    await runner.query(`create index internal_notes_author_id_idx on internal_notes (author_id)`);
  }

  private async createQuestions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table round_questions (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        round_id uuid not null,
        person_id uuid,
        body text not null,
        constraint round_questions_pkey primary key (id),
        constraint round_questions_round_id_fkey foreign key (round_id) references rounds (id),
        constraint round_questions_person_id_fkey foreign key (person_id) references persons (id),
        constraint round_questions_state_check check (state in ('asked', 'answered', 'set_aside')),
        constraint round_questions_body_check check (char_length(body) between 1 and 4000)
      )`);
    await runner.query(`create index round_questions_round_id_state_idx on round_questions (round_id, state)`);
    await runner.query(`create index round_questions_person_id_idx on round_questions (person_id)`);
    await runner.query(`
      create table round_question_answers (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        question_id uuid not null,
        number integer not null,
        question text not null,
        answer text not null,
        answered_by uuid not null,
        constraint round_question_answers_pkey primary key (id),
        constraint round_question_answers_number_question_id_key unique (question_id, number),
        constraint round_question_answers_question_id_fkey foreign key (question_id) references round_questions (id),
        constraint round_question_answers_answered_by_fkey foreign key (answered_by) references persons (id),
        constraint round_question_answers_number_check check (number > 0)
      )`);
    await runner.query(`create index round_question_answers_answered_by_idx on round_question_answers (answered_by)`);
  }

  private async createBroadcasts(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table broadcasts (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        round_id uuid not null,
        fund_id uuid not null,
        states text[] not null,
        district text,
        search text,
        title text not null,
        body text not null,
        expects_answer boolean not null,
        written_by uuid not null,
        sent_by uuid,
        sent_at timestamptz,
        constraint broadcasts_pkey primary key (id),
        constraint broadcasts_round_id_fkey foreign key (round_id) references rounds (id),
        constraint broadcasts_fund_id_fkey foreign key (fund_id) references funds (id),
        constraint broadcasts_written_by_fkey foreign key (written_by) references persons (id),
        constraint broadcasts_sent_by_fkey foreign key (sent_by) references persons (id),
        constraint broadcasts_state_check check (state in ('draft', 'sending', 'sent', 'discarded')),
        constraint broadcasts_states_check check (cardinality(states) > 0),
        constraint broadcasts_sent_check check ((state in ('sending', 'sent')) = (sent_by is not null)
          and (sent_by is null) = (sent_at is null))
      )`);
    await runner.query(`create index broadcasts_round_id_idx on broadcasts (round_id)`);
    await runner.query(`create index broadcasts_fund_id_idx on broadcasts (fund_id)`);
    await runner.query(`create index broadcasts_written_by_idx on broadcasts (written_by)`);
    await runner.query(`create index broadcasts_sent_by_idx on broadcasts (sent_by)`);
    await runner.query(`
      create table broadcast_items (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        broadcast_id uuid not null,
        application_id uuid not null,
        outcome text not null,
        reason text,
        message_id uuid,
        constraint broadcast_items_pkey primary key (id),
        constraint broadcast_items_application_id_broadcast_id_key unique (broadcast_id, application_id),
        constraint broadcast_items_broadcast_id_fkey foreign key (broadcast_id) references broadcasts (id),
        constraint broadcast_items_application_id_fkey foreign key (application_id) references applications (id),
        constraint broadcast_items_message_id_fkey foreign key (message_id) references conversation_messages (id),
        constraint broadcast_items_outcome_check check (outcome in ('waiting', 'sent', 'skipped')),
        constraint broadcast_items_sent_check check ((outcome = 'sent') = (message_id is not null)
          and (outcome = 'skipped') = (reason is not null))
      )`);
    await runner.query(`create index broadcast_items_application_id_idx on broadcast_items (application_id)`);
    await runner.query(`create index broadcast_items_message_id_idx on broadcast_items (message_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table broadcast_items, broadcasts, round_question_answers, round_questions,
      internal_notes, conversation_messages, conversations, announcements`);
  }
}
