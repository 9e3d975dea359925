import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What lists show, sort and find applications by stands on their row: an application that is back with its applicant is
 * shown as it was sent, and the name of its organization is found with its title by one index.
 */
export class ApplicationSearch1790000000048 implements MigrationInterface {
  name = 'ApplicationSearch1790000000048';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table applications add column shown_title text, add column shown_summary text, add column shown_cents bigint,
        add column sent_districts text[], add column search_text text`);
    await runner.query(`
      update applications a set shown_title = a.title, shown_summary = a.summary, shown_cents = a.requested_cents
      where a.state <> 'returned'`);
    await runner.query(`
      update applications a set
        shown_title = coalesce(sent.content ->> 'title', a.title),
        shown_summary = case when sent.content is null then a.summary else sent.content ->> 'summary' end,
        shown_cents = coalesce(((sent.content -> 'requested' ->> 'amount')::numeric * 100)::bigint, a.requested_cents),
        sent_districts = case when sent.content is null
          then array(select d.district from application_districts d where d.application_id = a.id
                     order by d.share_basis_points desc, d.district)
          else array(select d ->> 'name' from jsonb_array_elements(sent.content -> 'districts') d
                     order by (d ->> 'shareBasisPoints')::int desc, d ->> 'name') end
      from applications b left join lateral (
        select s.content from application_submissions s where s.application_id = b.id order by s.number desc limit 1
      ) sent on true
      where b.id = a.id and a.state = 'returned'`);
    await runner.query(`
      update applications a set search_text = lower(a.number || e'\\n' || a.shown_title || e'\\n' || o.name)
      from organizations o where o.id = a.organization_id`);
    await runner.query(`
      alter table applications alter column shown_title set not null, alter column shown_cents set not null,
        alter column search_text set not null`);
    // An application comes back only as it was sent last, so what was shown then goes on being shown.
    await runner.query(`
      create function show_application() returns trigger language plpgsql as $$
      declare
        organization_name text;
      begin
        if tg_op = 'UPDATE' and new.state = 'returned' then
          new.shown_title := old.shown_title;
          new.shown_summary := old.shown_summary;
          new.shown_cents := old.shown_cents;
          new.sent_districts := case when old.state = 'returned' then old.sent_districts else
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
      end $$`);
    await runner.query(`
      create trigger applications_shown before insert or update on applications
        for each row execute function show_application()`);
    await runner.query(`
      create function show_renamed_organization() returns trigger language plpgsql as $$
      begin
        update applications set search_text = search_text where organization_id = new.id;
        return null;
      end $$`);
    await runner.query(`
      create trigger organizations_renamed after update of name on organizations
        for each row when (new.name is distinct from old.name) execute function show_renamed_organization()`);
    await runner.query(`drop index applications_search_idx, applications_requested_idx`);
    for (const index of INDEXES) await runner.query(`create index ${index}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop trigger organizations_renamed on organizations`);
    await runner.query(`drop trigger applications_shown on applications`);
    await runner.query(`drop function show_renamed_organization(), show_application()`);
    await runner.query(`
      alter table applications drop column shown_title, drop column shown_summary, drop column shown_cents,
        drop column sent_districts, drop column search_text`);
    await runner.query(`drop index if exists ${NAMES.join(', ')}`);
    await runner.query(`
      create index applications_search_idx on applications using gin (title gin_trgm_ops, number gin_trgm_ops)`);
    await runner.query(`create index applications_requested_idx on applications (requested_cents, id)`);
  }
}

const INDEXES = [
  // Without the organization, whose names have an index of their own: there are fewer of them.
  `applications_search_idx on applications
    using gin (lower(number || e'\\n' || shown_title) gin_trgm_ops, receipt_number gin_trgm_ops)`,
  'applications_shown_title_idx on applications (lower(shown_title), id)',
  'applications_shown_cents_idx on applications (shown_cents, id)',
  'applications_submitted_idx on applications (submitted_at, id) where submitted_at is not null',
  `applications_waiting_idx on applications (submitted_at, id) where state in ('submitted', 'appealed')`,
  // What may be the same as another: see duplicatesOf in screening.
  'applications_same_title_idx on applications (round_id, lower(btrim(shown_title)))',
  'applications_same_summary_idx on applications (round_id, md5(lower(btrim(shown_summary))))',
  // The other lists that grow: what they are searched and sorted by.
  'organizations_name_idx on organizations (lower(name), id)',
  'organizations_created_idx on organizations (created_at, id)',
  'organizations_ein_last_four_idx on organizations (ein_last_four)',
  'organizations_legal_name_idx on organizations using gin (legal_name gin_trgm_ops)',
  'awards_search_idx on awards using gin (title gin_trgm_ops, number gin_trgm_ops)',
  'awards_title_idx on awards (lower(title), id)',
  'awards_amount_idx on awards (amount_cents, id)',
  'award_schools_search_idx on award_schools using gin (name gin_trgm_ops)',
  'award_partners_search_idx on award_partners using gin (name gin_trgm_ops)',
  'award_districts_search_idx on award_districts using gin (district gin_trgm_ops)',
  'disbursements_created_idx on disbursements (created_at, id)',
  'disbursements_amount_idx on disbursements (amount_cents, id)',
  'persons_name_idx on persons (lower(name), id)',
  'persons_created_idx on persons (created_at, id)',
  'persons_search_idx on persons using gin (lower(name) gin_trgm_ops)',
  'identifiers_search_idx on identifiers using gin (value gin_trgm_ops)',
] as const;

const NAMES = INDEXES.map((index) => index.split(' ')[0]);
