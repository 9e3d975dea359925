import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The words people sign have versions, each proposed by one person and confirmed by another. */
export class Wordings1790000000046 implements MigrationInterface {
  name = 'Wordings1790000000046';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table rule_texts
        add column number integer not null default 1,
        add column effective_on date,
        add constraint rule_texts_number_check check (number > 0),
        drop constraint rule_texts_key_rule_set_id_key,
        add constraint rule_texts_key_number_rule_set_id_key unique (rule_set_id, key, number)`);
    await runner.query(`
      create table rule_text_proposals (
        id uuid not null,
        version integer not null default 1,
        created_at timestamptz not null,
        rule_set_id uuid not null,
        key text not null,
        body text not null,
        source text not null,
        confirmed boolean not null,
        effective_on date not null,
        reason text not null,
        proposed_by uuid not null,
        decided_at timestamptz,
        decided_by uuid,
        decision_note text,
        rule_text_id uuid,
        constraint rule_text_proposals_pkey primary key (id),
        constraint rule_text_proposals_key_check check (key in ('application_certification')),
        constraint rule_text_proposals_decided_check check ((decided_at is null) = (decided_by is null)),
        constraint rule_text_proposals_confirmed_by_check check (rule_text_id is null or decided_by <> proposed_by),
        constraint rule_text_proposals_rule_set_id_fkey foreign key (rule_set_id) references rule_sets (id),
        constraint rule_text_proposals_proposed_by_fkey foreign key (proposed_by) references persons (id),
        constraint rule_text_proposals_decided_by_fkey foreign key (decided_by) references persons (id),
        constraint rule_text_proposals_rule_text_id_fkey foreign key (rule_text_id) references rule_texts (id)
      )`);
    for (const column of ['rule_set_id', 'proposed_by', 'decided_by', 'rule_text_id']) {
      await runner.query(`create index rule_text_proposals_${column}_idx on rule_text_proposals (${column})`);
    }
    await runner.query(`
      create unique index rule_text_proposals_waiting_key on rule_text_proposals (rule_set_id, key)
      where decided_at is null`);
    // What was proposed stays as it was; only the decision is added.
    await runner.query(`revoke update, delete on rule_text_proposals from granary_app`);
    await runner.query(`
      grant update (decided_at, decided_by, decision_note, rule_text_id, version) on rule_text_proposals to granary_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table rule_text_proposals`);
    await runner.query(`delete from rule_texts where number > 1`);
    await runner.query(`
      alter table rule_texts
        drop constraint rule_texts_key_number_rule_set_id_key,
        add constraint rule_texts_key_rule_set_id_key unique (rule_set_id, key),
        drop column effective_on,
        drop column number`);
  }
}
