import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What lists ask of many rows is kept: how far a message to many is, and which applications may be the same as another. An
 * application that ended while it was back with its applicant goes on being shown as it was sent.
 */
export class KeptForLists1790000000053 implements MigrationInterface {
  name = 'KeptForLists1790000000053';

  async up(runner: QueryRunner): Promise<void> {
    await this.countItems(runner);
    await this.markTwins(runner);
    await runner.query(SHOW_APPLICATION(KEPT_WHILE_OPEN));
    await this.showWhatEnded(runner);
  }

  /** Rows of a message to many are counted on it. */
  private async countItems(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table broadcasts add column item_count integer not null default 0,
        add column sent_count integer not null default 0, add column skipped_count integer not null default 0`);
    await runner.query(`
      update broadcasts b set item_count = n.items, sent_count = n.sent, skipped_count = n.skipped
      from (select broadcast_id, count(*) as items, count(*) filter (where outcome = 'sent') as sent,
              count(*) filter (where outcome = 'skipped') as skipped
            from broadcast_items group by 1) n
      where n.broadcast_id = b.id`);
    await runner.query(`
      create function count_broadcast_items() returns trigger language plpgsql as $$
      begin
        if tg_op = 'INSERT' then
          update broadcasts b set item_count = b.item_count + n.items, sent_count = b.sent_count + n.sent,
            skipped_count = b.skipped_count + n.skipped
          from (select broadcast_id, count(*) as items, count(*) filter (where outcome = 'sent') as sent,
                  count(*) filter (where outcome = 'skipped') as skipped
                from fresh group by 1) n
          where b.id = n.broadcast_id;
        else
          update broadcasts b set sent_count = b.sent_count + n.sent, skipped_count = b.skipped_count + n.skipped
          from (select fresh.broadcast_id,
                  count(*) filter (where fresh.outcome = 'sent') - count(*) filter (where stale.outcome = 'sent') as sent,
                  count(*) filter (where fresh.outcome = 'skipped') - count(*) filter (where stale.outcome = 'skipped')
                    as skipped
                from fresh join stale on stale.id = fresh.id group by 1) n
          where b.id = n.broadcast_id and (n.sent, n.skipped) <> (0, 0);
        end if;
        return null;
      end $$`);
    await runner.query(`
      create trigger broadcast_items_written after insert on broadcast_items referencing new table as fresh
        for each statement execute function count_broadcast_items()`);
    await runner.query(`
      create trigger broadcast_items_changed after update on broadcast_items
        referencing new table as fresh old table as stale
        for each statement execute function count_broadcast_items()`);
  }

  /**
   * Marks never go: whether it is one still, and for whom, is asked when it is looked at. What two send at once waits for
   * each other where it could be the same, so that neither overlooks the other.
   */
  private async markTwins(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table application_twins (
        application_id uuid not null,
        constraint application_twins_pkey primary key (application_id),
        constraint application_twins_application_id_fkey foreign key (application_id) references applications (id)
      )`);
    await runner.query(`revoke update, delete on application_twins from granary_app`);
    await runner.query(`
      create function mark_twins_of(a applications) returns void language sql as $$
        with family as (
          select coalesce(o.merged_into_id, o.id) as id from organizations o where o.id = a.organization_id
          union select kin.id from organizations o
            join organizations kin on kin.merged_into_id = coalesce(o.merged_into_id, o.id)
          where o.id = a.organization_id
        ), others as (
          select x.id from applications x where x.round_id = a.round_id and x.organization_id in (select id from family)
            and x.id <> a.id and x.submitted_at is not null
          union select x.id from applications x
            where x.round_id = a.round_id and lower(btrim(x.shown_title)) = lower(btrim(a.shown_title))
              and x.id <> a.id and x.submitted_at is not null
          union select x.id from applications x
            where x.round_id = a.round_id and length(a.shown_summary) >= 200
              and md5(lower(btrim(x.shown_summary))) = md5(lower(btrim(a.shown_summary)))
              and x.id <> a.id and x.submitted_at is not null
        )
        insert into application_twins (application_id)
          select id from others union select a.id where exists (select from others) order by 1
          on conflict do nothing
      $$`);
    await runner.query(`
      create function mark_application_twins() returns trigger language plpgsql as $$
      declare
        lead uuid;
        lock_name text;
      begin
        perform pg_advisory_xact_lock(hashtextextended('twins:' || new.organization_id, 0));
        select merged_into_id into lead from organizations where id = new.organization_id;
        for lock_name in
          select name from unnest(array['twins:' || lead,
            'twins:' || new.round_id || ':title:' || lower(btrim(new.shown_title)),
            'twins:' || new.round_id || ':summary:' || lower(btrim(new.shown_summary))]) as name
          where name is not null order by name
        loop
          perform pg_advisory_xact_lock(hashtextextended(lock_name, 0));
        end loop;
        perform mark_twins_of(new);
        return null;
      end $$`);
    await runner.query(`
      create trigger applications_sent after insert on applications
        for each row when (new.submitted_at is not null) execute function mark_application_twins()`);
    await runner.query(`
      create trigger applications_sent_again after update on applications
        for each row when (new.submitted_at is not null and (old.submitted_at is null
          or (old.shown_title, old.shown_summary, old.round_id, old.organization_id)
            is distinct from (new.shown_title, new.shown_summary, new.round_id, new.organization_id)))
        execute function mark_application_twins()`);
    await runner.query(`
      create function mark_merged_twins() returns trigger language plpgsql as $$
      declare
        lock_name text;
      begin
        for lock_name in
          select name from unnest(array['twins:' || new.id, 'twins:' || new.merged_into_id]) as name order by name
        loop
          perform pg_advisory_xact_lock(hashtextextended(lock_name, 0));
        end loop;
        perform mark_twins_of(a) from applications a where a.organization_id = new.id and a.submitted_at is not null;
        return null;
      end $$`);
    await runner.query(`
      create trigger organizations_merged after update of merged_into_id on organizations for each row
        when (new.merged_into_id is not null and new.merged_into_id is distinct from old.merged_into_id)
        execute function mark_merged_twins()`);
    await runner.query(`select mark_twins_of(a) from applications a where a.submitted_at is not null`);
  }

  /** Those that were withdrawn or ran out while they were back: shown as they were sent last. */
  private async showWhatEnded(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table applications disable trigger applications_shown`);
    await runner.query(`
      update applications a set
        shown_title = sent.content ->> 'title', shown_summary = sent.content ->> 'summary',
        shown_cents = ((sent.content -> 'requested' ->> 'amount')::numeric * 100)::bigint,
        search_text = lower(a.number || e'\\n' || (sent.content ->> 'title') || e'\\n' || o.name),
        sent_districts = array(select d ->> 'name' from jsonb_array_elements(sent.content -> 'districts') d
                               order by (d ->> 'shareBasisPoints')::int desc, d ->> 'name')
      from organizations o, applications b
        join lateral (select s.content from application_submissions s where s.application_id = b.id
                      order by s.number desc limit 1) sent on true
        join lateral (select l.from_state from lifecycle_steps l
                      where l.subject_type = 'application' and l.subject_id = b.id
                      order by l.id desc limit 1) step on step.from_state = 'returned'
      where b.id = a.id and o.id = a.organization_id and a.state in ('withdrawn', 'expired')
        and sent.content ->> 'title' is not null and sent.content -> 'requested' ->> 'amount' is not null`);
    await runner.query(`alter table applications enable trigger applications_shown`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(SHOW_APPLICATION(KEPT_WHILE_BACK));
    await runner.query(`drop trigger organizations_merged on organizations`);
    await runner.query(`drop trigger applications_sent on applications`);
    await runner.query(`drop trigger applications_sent_again on applications`);
    await runner.query(`drop function mark_merged_twins(), mark_application_twins(), mark_twins_of(applications)`);
    await runner.query(`drop table application_twins`);
    await runner.query(`drop trigger broadcast_items_written on broadcast_items`);
    await runner.query(`drop trigger broadcast_items_changed on broadcast_items`);
    await runner.query(`drop function count_broadcast_items()`);
    await runner.query(`
      alter table broadcasts drop column item_count, drop column sent_count, drop column skipped_count`);
  }
}

/** Before: while it is back, and no longer. */
const KEPT_WHILE_BACK = `new.state = 'returned'`;
/** From when it comes back until it is sent again, however it ends meanwhile: only what was sent has no districts kept. */
const KEPT_WHILE_OPEN = `(new.state = 'returned'
  or (old.sent_districts is not null and new.state in ('withdrawn', 'expired', 'draft')))`;

const SHOW_APPLICATION = (kept: string): string => `
  create or replace function show_application() returns trigger language plpgsql as $$
  declare
    organization_name text;
  begin
    if tg_op = 'UPDATE' and ${kept} then
      new.shown_title := old.shown_title;
      new.shown_summary := old.shown_summary;
      new.shown_cents := old.shown_cents;
      new.sent_districts := case when old.sent_districts is not null then old.sent_districts else
        array(select d.district from application_districts d where d.application_id = new.id
              order by d.share_basis_points desc, d.district) end;
    else
      new.shown_title := new.title;
      new.shown_summary := new.summary;
      new.shown_cents := new.requested_cents;
      new.sent_districts := null;
    end if;
    if tg_op = 'INSERT' then
      -- Shared, so that nobody renames it before this one can be seen.
      select o.name into organization_name from organizations o where o.id = new.organization_id for share;
    else
      select o.name into organization_name from organizations o where o.id = new.organization_id;
    end if;
    -- Without an organization the reference is refused, with its own name.
    new.search_text :=
      lower(new.number || e'\\n' || new.shown_title || e'\\n' || coalesce(organization_name, ''));
    return new;
  end $$`;
