/** What the platform keeps about persons - mail, text messages, the trail of what they did - and what holds keep. */
import { joinSql, type Sql, sql } from '../../platform/database/sql.js';
import type { PersonalData, RetentionClass } from '../../platform/personal-data.js';
import { heldPersons, PEOPLE } from './retention.rules.js';

/** Addresses or numbers that are this person's alone; what went to a shared one may have been for somebody else. */
const onlyTheirs = (personId: string, kind: string): Sql => sql`
  (select i.value from identifiers i where i.person_id = ${personId} and i.kind = ${kind} and not exists
     (select from identifiers o where o.kind = i.kind and o.value = i.value and o.person_id <> i.person_id))`;

export const privacyPersonalData: PersonalData = {
  sections: [
    {
      key: 'mails',
      columns: { value: 'text', subject: 'text', since: 'instant' },
      rows: (personId) => sql`
        select m.recipient as value, m.subject, m.created_at as since from mails m
        where lower(m.recipient) in ${onlyTheirs(personId, 'address')} order by m.created_at desc, m.id`,
    },
    {
      key: 'texts',
      columns: { value: 'text', since: 'instant' },
      rows: (personId) => sql`
        select t.recipient as value, t.created_at as since from text_messages t
        where t.recipient in ${onlyTheirs(personId, 'telephone')} order by t.created_at desc, t.id`,
    },
    {
      key: 'acts',
      columns: { done_at: 'instant', act: 'action', about: 'thing' },
      rows: (personId) => sql`
        select at as done_at, action as act, subject_type as about from audit_events where actor = ${`person:${personId}`} order by id desc`,
    },
  ],
  involvement: [
    // One probe of an index for each person, however long the trail is.
    sql`select p.id as person_id, (select e.at::date from audit_events e where e.actor = 'person:' || p.id
          order by e.id desc limit 1) as last_on from persons p`,
  ],
  blockers: [{ code: 'privacy.legal_hold', persons: () => heldPersons() }],
  removals: [
    {
      what: 'mails',
      remove: ({ personId }) => sql`
        delete from mails where lower(recipient) in ${onlyTheirs(personId, 'address')}`,
    },
    {
      what: 'texts',
      remove: ({ personId }) => sql`
        delete from text_messages where recipient in ${onlyTheirs(personId, 'telephone')}`,
    },
  ],
  stays: ['personal.stays.trail', 'personal.stays.free_text', 'personal.stays.shared_address'],
};

const anyOf = (ids: readonly string[]): Sql => sql`any(${[...ids]}::uuid[])`;

/** Persons first: they are what the others are about. */
export const peopleRetention: RetentionClass = { name: PEOPLE, years: 7, action: 'anonymize' };

export const messagesRetention: RetentionClass = {
  name: 'messages',
  years: 2,
  action: 'delete',
  due: ({ cutoffOn, heldPersons: held }) =>
    joinSql(
      [
        sql`select m.id, m.subject as label, m.created_at::date as ended_on from mails m
            where m.created_at < ${cutoffOn}::date and not exists (select from identifiers i
              join (${held}) h on h.person_id = i.person_id
              where i.kind = 'address' and i.value = lower(m.recipient))`,
        sql`select t.id, '' as label, t.created_at::date as ended_on from text_messages t
            where t.created_at < ${cutoffOn}::date and not exists (select from identifiers i
              join (${held}) h on h.person_id = i.person_id where i.kind = 'telephone' and i.value = t.recipient)`,
      ],
      ' union all ',
    ),
  removals: [
    { what: 'mails', remove: (ids) => sql`delete from mails where id = ${anyOf(ids)}` },
    { what: 'texts', remove: (ids) => sql`delete from text_messages where id = ${anyOf(ids)}` },
  ],
};

/** Kept: the chain of hashes over it proves that nothing was taken out. */
export const trailRetention: RetentionClass = { name: 'trail', years: 100, action: 'keep' };
