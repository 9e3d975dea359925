/** Names that look the same are the same to whoever looks for one; a mail says what it is about. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Letters that are drawn like Latin ones and capitals the database does not lower, as `plainLetters` of the kernel has them. */
const LETTERS =
  'АВСЕНІЈКМОРЅТХУҮԚԜԌѴӀЗавсенһіјкморѕтхуүԛԝԍѵӏзԁьгпґѡөӨҺΑΒΕΖΗΙΚΜΝΟΡΤΥΧͿαβγεηικνορστυχωϳՍՕՏԼՅհյոսօցզᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᏚᎢᏙᎳᏃıɑɡɩɪǀꜱᴀʙᴄᴅᴇɢʜᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢБГДЁЖИЙЛПФЦЧШЩЪЫЬЭЮЯЂЄЉЊЋЏҐΓΔΘΛΞΠΣΦΨΩςĐØÆŁŒÞÐ';
const LATIN =
  'ABCEHIJKMOPSTXYYQWGVI3abcehhijkmopstxyyqwgvl3dbrnrwoOHABEZHIKMNOPTYXJabyenikvopotuxwjUOSLJhjnuogqABCDEGHJKLMPSTVWZiagiilsabcdeghjklmnoprtuvwyzбrдёжийлnфцчшщъыbэюяђєљњћџryδθλξπoφψwođøæłœþð';
const UNCOMPARED =
  '[\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f\\u00ad\\u061c\\u115f\\u1160' +
  '\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0' +
  '\\ufff9-\\ufffb\\U000e0000-\\U000e0fff]';
const BETWEEN = '[\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00bf\\u2000-\\u206f\\u3000-\\u303f]+';

/** The words of a name from its letters. */
const words = (letters: string, points: string): string => `
  create or replace function organization_name_words(name text) returns text[]
  language sql immutable parallel safe cost 1000 as $$
    with words as (
      select word, at from unnest(regexp_split_to_array(regexp_replace(${letters}, '${points}', '', 'g'), '${BETWEEN}'))
        with ordinality as split (word, at)
      where word <> ''
    ), telling as (
      select word, at from words where word <> all (array['a', 'an', 'and', 'at', 'co', 'corp', 'corporation', 'for',
        'in', 'inc', 'incorporated', 'llc', 'ltd', 'nonprofit', 'of', 'on', 'the'])
    )
    select coalesce((select array_agg(word order by at) from telling), (select array_agg(word order by at) from words),
      '{}'::text[])
  $$`;

const keys = (more: string): string => `
  create or replace function organization_name_keys(name text, legal_name text) returns text[]
  language sql immutable parallel safe cost 10000 as $$
    select coalesce(array_agg(distinct key), '{}'::text[])
    from (values (public.organization_name_words(name)), (public.organization_name_words(legal_name))) as said (words)
    cross join lateral (
      select key from unnest(words) as word, unnest(public.organization_word_keys(word)) as key
      union all
      select 'j:' || array_to_string(words, '') where cardinality(words) > 0
      union all${more}
      select case at when 1 then 'a:' else 'b:' end || key
      from (select word, row_number() over (order by length(word) desc, place) as at
            from unnest(words) with ordinality as each (word, place)) as longest,
        unnest(public.organization_word_keys(word)) as key
      where at <= 2
      union all
      select 'b:*' where cardinality(words) = 1
    ) as keys
  $$`;

const INDEX = `create index organizations_name_keys_idx on organizations using gin (organization_name_keys(name, legal_name))
  where merged_into_id is null`;

/** Names by their look, and what mails are about. */
export class NamesByLook1790000000052 implements MigrationInterface {
  name = 'NamesByLook1790000000052';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index organizations_name_keys_idx`);
    await runner.query(`
      create function plain_letters(name text) returns text language sql immutable parallel safe cost 100 as $$
        select lower(translate(regexp_replace(normalize(coalesce(name, ''), nfkd), '${UNCOMPARED}', '', 'g'),
          '${LETTERS}', '${LATIN}') collate "C")
      $$`);
    await runner.query(`
      create function same_look(letters text) returns text language sql immutable parallel safe as $$
        select replace(replace(translate(letters, 'i10', 'llo'), 'rn', 'm'), 'vv', 'w')
      $$`);
    await runner.query(words('public.plain_letters(name)', `[''\\u2019.]`));
    await runner.query(`
      create function organization_name_key(name text) returns text language sql immutable parallel safe cost 1000 as $$
        select public.same_look(array_to_string(public.organization_name_words(name), ''))
      $$`);
    await runner.query(
      keys(`
      select 'n:' || public.same_look(array_to_string(words, '')) where cardinality(words) > 0
      union all`),
    );
    await runner.query(INDEX);

    await runner.query(`alter table mails add column about_type text, add column about_id uuid`);
    await runner.query(`
      alter table mails add constraint mails_about_check check ((about_type is null) = (about_id is null))`);
    // What was sent before says it by the addresses and the numbers in its words.
    await runner.query(`
      update mails m set about_type = said.type, about_id = said.id from (
        select distinct on (m.id) m.id as mail_id, case found[1] when 'requests' then 'disbursement' else rtrim(found[1], 's') end as type, found[2]::uuid as id
        from mails m, regexp_matches(m.body, '/(applications|awards|requests)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})', 'g') as found
      ) said where said.mail_id = m.id`);
    await runner.query(`
      update mails m set about_type = 'application', about_id = said.id from (
        select distinct on (m.id) m.id as mail_id, a.id
        from mails m, regexp_matches(m.subject || ' ' || m.body, '[0-9]{4}-[A-Z0-9-]*[0-9]+', 'g') as found
          join applications a on a.number = found[1]
        where m.about_id is null
      ) said where said.mail_id = m.id`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table mails drop column about_type, drop column about_id`);
    await runner.query(`drop index organizations_name_keys_idx`);
    await runner.query(keys(''));
    await runner.query(`drop function organization_name_key(text)`);
    await runner.query(
      words(
        `translate(lower(regexp_replace(normalize(coalesce(name, ''), nfkd), '[\\u0300-\\u036f]', '', 'g') collate "C"),
          'ĐØÆŁŒÞÐ', 'đøæłœþð')`,
        `[''\\u2019.]`,
      ),
    );
    await runner.query(`drop function same_look(text)`);
    await runner.query(`drop function plain_letters(text)`);
    await runner.query(INDEX);
  }
}
