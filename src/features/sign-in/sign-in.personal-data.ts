/** What signing in leaves behind: sessions, links, cards, second steps, identities elsewhere. And how long it stays. */
import { joinSql, type Sql, sql } from '../../platform/database/sql.js';
import type { PersonalData, RetentionClass } from '../../platform/personal-data.js';

const accountOf = (personId: string): Sql => sql`(select id from accounts where person_id = ${personId})`;

export const signInPersonalData: PersonalData = {
  sections: [
    {
      key: 'sessions',
      columns: {
        method: (value) => `personal.method.${value}`,
        opened_at: 'instant',
        last_seen_at: 'instant',
        device: 'text',
        network_address: 'text',
      },
      rows: (personId) => sql`
        select method, opened_at, last_seen_at, agent as device, address as network_address from account_sessions
        where account_id = ${accountOf(personId)} order by opened_at desc, id`,
    },
    {
      key: 'links',
      columns: { value: 'text', since: 'instant', used_at: 'instant' },
      rows: (personId) => sql`
        select address as value, created_at as since, used_at from mailed_links
        where person_id = ${personId} order by created_at desc, id`,
    },
    {
      key: 'cards',
      columns: { since: 'instant', used_at: 'instant', ended_at: 'instant' },
      rows: (personId) => sql`
        select created_at as since, last_used_at as used_at, revoked_at as ended_at from entry_cards
        where person_id = ${personId} order by created_at, id`,
    },
    {
      key: 'second_steps',
      columns: { since: 'instant', ended_at: 'instant' },
      rows: (personId) => sql`
        select created_at as since, ended_at from second_factors
        where account_id = ${accountOf(personId)} order by created_at, id`,
    },
    {
      key: 'second_step_resets',
      columns: { reason: 'text', since: 'instant' },
      rows: (personId) => sql`
        select reason, created_at as since from second_factor_resets
        where person_id = ${personId} order by created_at, id`,
    },
    {
      key: 'admissions',
      columns: { value: 'text', since: 'instant', used_at: 'instant' },
      rows: (personId) => sql`
        select address as value, created_at as since, used_at from external_admissions
        where person_id = ${personId} order by created_at, id`,
    },
    {
      key: 'identities',
      columns: { issuer: 'text', value: 'text', since: 'instant', used_at: 'instant', ended_at: 'instant' },
      rows: (personId) => sql`
        select issuer, address as value, created_at as since, last_used_at as used_at, ended_at
        from external_identities where account_id = ${accountOf(personId)} order by created_at, id`,
    },
  ],
  involvement: [
    sql`select a.person_id, s.last_seen_at::date as last_on
        from account_sessions s join accounts a on a.id = s.account_id`,
  ],
  removals: [
    {
      what: 'web_sessions',
      remove: ({ personId }) => sql`
        delete from web_sessions where sess #>> '{account,accountId}' = ${accountOf(personId)}::text
          or sess #>> '{waiting,accountId}' = ${accountOf(personId)}::text`,
    },
    {
      what: 'confirmation_codes',
      remove: ({ personId }) => sql`
        delete from confirmation_codes where session_id in
          (select id from account_sessions where account_id = ${accountOf(personId)})`,
    },
    {
      what: 'sessions',
      remove: ({ personId }) => sql`delete from account_sessions where account_id = ${accountOf(personId)}`,
    },
    {
      what: 'links',
      remove: ({ personId }) => sql`
        delete from mailed_links where person_id = ${personId} or person_id is null and address in
          (select i.value from identifiers i where i.person_id = ${personId} and not exists
             (select from identifiers o where o.value = i.value and o.person_id <> i.person_id))`,
    },
    { what: 'cards', remove: ({ personId }) => sql`delete from entry_cards where person_id = ${personId}` },
    {
      what: 'recovery_codes',
      remove: ({ personId }) => sql`
        delete from recovery_codes where second_factor_id in
          (select id from second_factors where account_id = ${accountOf(personId)})`,
    },
    {
      what: 'second_steps',
      remove: ({ personId, now }) => sql`
        update second_factors set secret_sealed = null, key_version = null, ended_at = coalesce(ended_at, ${now}),
          end_reason = coalesce(end_reason, 'removed'), version = version + 1
        where account_id = ${accountOf(personId)}`,
    },
    {
      what: 'identities',
      remove: ({ personId, now }) => sql`
        update external_identities set subject = id::text, address = null, ended_at = coalesce(ended_at, ${now}),
          end_reason = coalesce(end_reason, 'removed'), version = version + 1
        where account_id = ${accountOf(personId)}`,
    },
    {
      what: 'admissions',
      remove: ({ personId }) => sql`delete from external_admissions where person_id = ${personId}`,
    },
  ],
};

const sessionsOf = (ids: readonly string[]): Sql => sql`any(${[...ids]}::uuid[])`;

/** Where and when people signed in is needed to look into misuse, and not for long. */
export const signInRetention: RetentionClass = {
  name: 'sign_in_traces',
  years: 1,
  action: 'delete',
  due: ({ cutoffOn, heldPersons }) =>
    joinSql(
      [
        sql`select s.id, s.agent as label, s.last_seen_at::date as ended_on
            from account_sessions s join accounts a on a.id = s.account_id
            where s.ended_at is not null and s.last_seen_at < ${cutoffOn}::date
              and not exists (select from (${heldPersons}) h where h.person_id = a.person_id)`,
        sql`select l.id, l.purpose as label, l.expires_at::date as ended_on from mailed_links l
            where l.expires_at < ${cutoffOn}::date
              and not exists (select from (${heldPersons}) h where h.person_id = l.person_id)`,
      ],
      ' union all ',
    ),
  removals: [
    {
      what: 'confirmation_codes',
      remove: (ids) => sql`delete from confirmation_codes where session_id = ${sessionsOf(ids)}`,
    },
    { what: 'sessions', remove: (ids) => sql`delete from account_sessions where id = ${sessionsOf(ids)}` },
    { what: 'links', remove: (ids) => sql`delete from mailed_links where id = ${sessionsOf(ids)}` },
  ],
};
