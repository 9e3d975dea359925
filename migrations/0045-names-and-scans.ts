import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Guards of files that belong to a thing: as they are from now on, and as they were. */
const kept = (isNow: boolean): readonly string[] => [
  `
      create or replace function attachments_kept() returns trigger language plpgsql as $$
      begin
        if old.linked_at is not null and (tg_op = 'DELETE'
          or (new.id, new.created_at, new.file_name, new.mime, new.size_bytes, new.content_hash, new.uploaded_by,
              new.subject_type, new.subject_id, new.linked_at, new.organization_id)
            is distinct from
             (old.id, old.created_at, old.file_name, old.mime, old.size_bytes, old.content_hash, old.uploaded_by,
              old.subject_type, old.subject_id, old.linked_at, old.organization_id)
          or (new.state <> old.state and old.state in ('clean', 'destroyed')${
            isNow ? ` and (old.state, new.state) <> ('clean', 'infected')` : ''
          })${
            isNow
              ? `
          or (old.disposed_at is not null and (new.disposed_at, new.state) is distinct from (old.disposed_at, old.state))`
              : ''
          }) then
          raise exception 'a file that belongs to a thing stays' using errcode = 'check_violation',
            constraint = 'attachments_kept';
        end if;
        return coalesce(new, old);
      end $$`,
  `
      create or replace function attachment_chunks_kept() returns trigger language plpgsql as $$
      declare
        whole record;
      begin
        if tg_op = 'INSERT' then
          -- Shared, so that nobody says at the same time what it belongs to.
          select linked_at, state into whole from attachments where id = new.attachment_id for share;
          if whole.linked_at is not null or whole.state = 'destroyed' then
            raise exception 'a file that belongs to a thing stays' using errcode = 'check_violation',
              constraint = 'attachment_chunks_kept';
          end if;
          return new;
        end if;
        if exists (select 1 from attachments a where a.id = old.attachment_id and a.linked_at is not null
                     and a.state <> 'destroyed'${isNow ? ' and a.disposed_at is null' : ''}) then
          raise exception 'a file that belongs to a thing stays' using errcode = 'check_violation',
            constraint = 'attachment_chunks_kept';
        end if;
        return old;
      end $$`,
];

/** Organizations that may be one are looked up by index; files that were clean are looked through again, oldest first. */
export class NamesAndScans1790000000045 implements MigrationInterface {
  name = 'NamesAndScans1790000000045';

  async up(runner: QueryRunner): Promise<void> {
    // The same words as nameWords of organization-alike.rules.ts has, and the same keys as wordKeys there.
    await runner.query(`
      create function organization_name_words(name text) returns text[]
      language sql immutable parallel safe cost 1000 as $$
        with words as (
          select word, at from unnest(regexp_split_to_array(
            translate(lower(regexp_replace(normalize(coalesce(name, ''), nfkd), '[\\u0300-\\u036f''\\u2019.]', '', 'g') collate "C"),
              'ĐØÆŁŒÞÐ', 'đøæłœþð'),
            '[\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00bf\\u2000-\\u206f\\u3000-\\u303f]+'))
            with ordinality as split (word, at)
          where word <> ''
        ), telling as (
          select word, at from words where word <> all (array['a', 'an', 'and', 'at', 'co', 'corp', 'corporation', 'for',
            'in', 'inc', 'incorporated', 'llc', 'ltd', 'nonprofit', 'of', 'on', 'the'])
        )
        select coalesce((select array_agg(word order by at) from telling), (select array_agg(word order by at) from words),
          '{}'::text[])
      $$`);
    await runner.query(`
      create function organization_word_keys(word text) returns text[]
      language sql immutable parallel safe cost 100 as $$
        select array[word]
          || case when length(word) > 3 and right(word, 1) = 's' then array[left(word, -1)] else '{}'::text[] end
          || case when length(word) >= 6
               then array['p:' || left(word, 3), 's:' || right(word, 3), 'k:' || translate(word, 'aeiouy', '')]
               else '{}'::text[] end
      $$`);
    await runner.query(`
      create function organization_name_keys(name text, legal_name text) returns text[]
      language sql immutable parallel safe cost 10000 as $$
        select coalesce(array_agg(distinct key), '{}'::text[])
        from (values (public.organization_name_words(name)), (public.organization_name_words(legal_name))) as said (words)
        cross join lateral (
          select key from unnest(words) as word, unnest(public.organization_word_keys(word)) as key
          union all
          select 'j:' || array_to_string(words, '') where cardinality(words) > 0
          union all
          select case at when 1 then 'a:' else 'b:' end || key
          from (select word, row_number() over (order by length(word) desc, place) as at
                from unnest(words) with ordinality as each (word, place)) as longest,
            unnest(public.organization_word_keys(word)) as key
          where at <= 2
          union all
          select 'b:*' where cardinality(words) = 1
        ) as keys
      $$`);
    await runner.query(`
      create index organizations_name_keys_idx on organizations using gin (organization_name_keys(name, legal_name))
        where merged_into_id is null`);
    await runner.query(`create index organizations_mail_domains_idx on organizations using gin (mail_domains)`);
    await runner.query(`alter table attachments add column disposed_at timestamptz`);
    await runner.query(`grant update (disposed_at) on attachments to granary_app`);
    for (const statement of kept(true)) await runner.query(statement);
    await runner.query(
      `create index attachments_scanned_idx on attachments (scanned_at nulls first, id) where state = 'clean' and disposed_at is null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of kept(false)) await runner.query(statement);
    await runner.query(
      `drop index attachments_scanned_idx, organizations_mail_domains_idx, organizations_name_keys_idx`,
    );
    await runner.query(`alter table attachments drop column disposed_at`);
    await runner.query(`drop function organization_name_keys(text, text)`);
    await runner.query(`drop function organization_word_keys(text)`);
    await runner.query(`drop function organization_name_words(text)`);
  }
}
