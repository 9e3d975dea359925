import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Meetings with attendance and dockets; motions with the applications they name, votes and recusals. */
export class Decisions1790000000013 implements MigrationInterface {
  name = 'Decisions1790000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table meetings (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        name text not null,
        fund_id uuid,
        held_at timestamptz not null,
        place text,
        quorum_basis_points integer not null default 5000,
        recused_count boolean not null default false,
        constraint meetings_pkey primary key (id),
        constraint meetings_state_check
          check (state in ('planned', 'noticed', 'in_session', 'adjourned', 'minuted', 'canceled')),
        constraint meetings_quorum_check check (quorum_basis_points between 0 and 9999)
      )`);
    await runner.query(`
      create table meeting_attendance (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        meeting_id uuid not null,
        person_id uuid not null,
        present boolean not null default false,
        constraint meeting_attendance_pkey primary key (id),
        constraint meeting_attendance_meeting_id_person_id_key unique (meeting_id, person_id)
      )`);
    await runner.query(`
      create table docket_items (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        meeting_id uuid not null,
        position integer not null,
        round_id uuid,
        application_id uuid,
        recommendation text,
        selection_method text not null,
        constraint docket_items_pkey primary key (id),
        constraint docket_items_meeting_id_position_key unique (meeting_id, position),
        constraint docket_items_meeting_id_round_id_key unique (meeting_id, round_id),
        constraint docket_items_application_id_meeting_id_key unique (meeting_id, application_id),
        constraint docket_items_subject_check check (num_nonnulls(application_id, round_id) = 1),
        constraint docket_items_method_check
          check (selection_method in ('ranking_only', 'ranking_with_factors', 'sole_source'))
      )`);
    await runner.query(`
      create table motions (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        state text not null,
        meeting_id uuid not null,
        fund_id uuid,
        docket_item_id uuid,
        round_id uuid,
        number text not null,
        kind text not null,
        text text not null,
        amount_cents bigint,
        source_id uuid,
        mover_id uuid not null,
        seconder_id uuid not null,
        factor text,
        ayes integer,
        nays integer,
        abstained integer,
        quorum_present integer,
        quorum_needed integer,
        closed_at timestamptz,
        constraint motions_pkey primary key (id),
        constraint motions_number_key unique (number),
        constraint motions_state_check check (state in ('moved', 'carried', 'failed', 'tabled')),
        constraint motions_kind_check check (kind in ('award', 'decline', 'waitlist', 'raise_set_aside', 'other')),
        constraint motions_seconder_check check (seconder_id <> mover_id),
        constraint motions_raise_check
          check ((kind = 'raise_set_aside') = (amount_cents is not null and source_id is not null)),
        constraint motions_amount_check check (amount_cents > 0),
        constraint motions_result_check
          check (state not in ('carried', 'failed') or (ayes is not null and closed_at is not null)),
        constraint motions_carried_check check (state <> 'carried' or ayes > nays)
      )`);
    await runner.query(`
      create table motion_items (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        motion_id uuid not null,
        application_id uuid not null,
        amount_cents bigint,
        constraint motion_items_pkey primary key (id),
        constraint motion_items_application_id_motion_id_key unique (motion_id, application_id),
        constraint motion_items_amount_check check (amount_cents > 0)
      )`);
    await runner.query(`
      create table votes (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        motion_id uuid not null,
        person_id uuid not null,
        choice text not null,
        counted boolean not null default true,
        interest text,
        recorded_by uuid,
        constraint votes_pkey primary key (id),
        constraint votes_motion_id_person_id_key unique (motion_id, person_id),
        constraint votes_choice_check check (choice in ('aye', 'nay', 'abstain')),
        constraint votes_disclosed_check check (counted = (interest is null))
      )`);
    await runner.query(`
      create table recusals (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        motion_id uuid not null,
        person_id uuid not null,
        application_id uuid not null,
        interest text not null,
        constraint recusals_pkey primary key (id),
        constraint recusals_motion_id_person_id_key unique (motion_id, person_id)
      )`);
    for (const [table, column, target] of FOREIGN_KEYS) {
      await runner.query(
        `alter table ${table} add constraint ${table}_${column}_fkey foreign key (${column}) references ${target} (id)`,
      );
    }
    for (const [table, column] of INDEXES) {
      await runner.query(`create index ${table}_${column}_idx on ${table} (${column})`);
    }
    await runner.query(`revoke update, delete on votes, recusals from granary_app`);
    await runner.query(`revoke delete on meetings, meeting_attendance, motions from granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table recusals, votes, motion_items, motions, docket_items, meeting_attendance, meetings`);
  }
}

const FOREIGN_KEYS = [
  ['meetings', 'fund_id', 'funds'],
  ['meeting_attendance', 'meeting_id', 'meetings'],
  ['meeting_attendance', 'person_id', 'persons'],
  ['docket_items', 'meeting_id', 'meetings'],
  ['docket_items', 'round_id', 'rounds'],
  ['docket_items', 'application_id', 'applications'],
  ['motions', 'meeting_id', 'meetings'],
  ['motions', 'fund_id', 'funds'],
  ['motions', 'docket_item_id', 'docket_items'],
  ['motions', 'round_id', 'rounds'],
  ['motions', 'source_id', 'sources'],
  ['motions', 'mover_id', 'persons'],
  ['motions', 'seconder_id', 'persons'],
  ['motion_items', 'motion_id', 'motions'],
  ['motion_items', 'application_id', 'applications'],
  ['votes', 'motion_id', 'motions'],
  ['votes', 'person_id', 'persons'],
  ['votes', 'recorded_by', 'persons'],
  ['recusals', 'motion_id', 'motions'],
  ['recusals', 'person_id', 'persons'],
  ['recusals', 'application_id', 'applications'],
] as const;

const INDEXES = [
  ['meetings', 'fund_id'],
  ['meeting_attendance', 'person_id'],
  ['docket_items', 'round_id'],
  ['docket_items', 'application_id'],
  ['motions', 'meeting_id'],
  ['motions', 'fund_id'],
  ['motions', 'docket_item_id'],
  ['motions', 'round_id'],
  ['motions', 'source_id'],
  ['motions', 'mover_id'],
  ['motions', 'seconder_id'],
  ['motion_items', 'application_id'],
  ['votes', 'person_id'],
  ['votes', 'recorded_by'],
  ['recusals', 'person_id'],
  ['recusals', 'application_id'],
] as const;
