/** What identity keeps about persons: their name, how to reach them, the roles they held. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

/** Roles by which somebody acts for the public. What they did stands under their name. */
const OFFICIALS = [
  'reviewer',
  'program_officer',
  'committee_member',
  'clerk',
  'agency_signatory',
  'finance_officer',
  'finance_approver',
  'auditor',
  'administrator',
];

export const identityPersonalData: PersonalData = {
  sections: [
    {
      key: 'person',
      columns: { name: 'text', locale: (value) => `personal.language.${value}`, since: 'instant' },
      rows: (personId) => sql`select name, locale, created_at as since from persons where id = ${personId}`,
    },
    {
      key: 'identifiers',
      columns: { kind: (value) => `personal.identifier.${value}`, value: 'text', since: 'instant' },
      rows: (personId) => sql`
        select kind, value, created_at as since from identifiers where person_id = ${personId} order by created_at, id`,
    },
    {
      key: 'roles',
      columns: {
        role: (value) => `role.${value}`,
        from_on: 'date',
        until_on: 'date',
        ended_at: 'instant',
        reason: 'text',
      },
      rows: (personId) => sql`
        select role, starts_on as from_on, ends_on as until_on, ended_at, coalesce(end_reason, reason) as reason
        from role_grants where person_id = ${personId} order by created_at, id`,
    },
    {
      key: 'assistances',
      columns: { organization: 'text', from_on: 'date', until_on: 'date', reason: 'text' },
      rows: (personId) => sql`
        select organization_name as organization, starts_on as from_on, ends_on as until_on, reason
        from assistances where person_id = ${personId} order by created_at, id`,
    },
    {
      key: 'delegations',
      columns: {
        giver: 'text',
        holder: 'text',
        from_on: 'date',
        until_on: 'date',
        ended_at: 'instant',
        reason: 'text',
      },
      rows: (personId) => sql`
        select giver.name as giver, holder.name as holder, d.starts_on as from_on, d.ends_on as until_on, d.ended_at,
               coalesce(d.end_reason, d.reason) as reason
        from delegations d join persons giver on giver.id = d.giver_id join persons holder on holder.id = d.holder_id
        where ${personId} in (d.giver_id, d.holder_id) order by d.created_at, d.id`,
    },
  ],
  involvement: [
    sql`select person_id, least(ended_at::date, ends_on) as last_on from role_grants
        where ended_at is not null or ends_on is not null`,
    sql`select person_id, starts_on as last_on from role_grants`,
    sql`select giver_id as person_id, coalesce(ended_at::date, ends_on) as last_on from delegations`,
    sql`select holder_id as person_id, coalesce(ended_at::date, ends_on) as last_on from delegations`,
  ],
  blockers: [
    {
      // An applicant's role follows from a membership and a participant's from a seat: those are asked about themselves.
      code: 'privacy.holds_role',
      persons: ({ today }) => sql`
        select person_id from role_grants where role not in ('applicant', 'participant')
          and ended_at is null and (ends_on is null or ends_on >= ${today}::date)`,
    },
  ],
  removals: [
    {
      what: 'roles',
      remove: ({ personId, now }) => sql`
        update role_grants set ended_at = ${now}, end_reason = 'The name was removed', version = version + 1
        where person_id = ${personId} and ended_at is null`,
    },
    {
      what: 'delegations',
      remove: ({ personId, now }) => sql`
        update delegations set ended_at = ${now}, end_reason = 'The name was removed', version = version + 1
        where ${personId} in (giver_id, holder_id) and ended_at is null`,
    },
    {
      what: 'accounts',
      remove: ({ personId, now }) => sql`
        update accounts set passphrase_hash = null, disabled_at = coalesce(disabled_at, ${now}), version = version + 1
        where person_id = ${personId}`,
    },
    { what: 'identifiers', remove: ({ personId }) => sql`delete from identifiers where person_id = ${personId}` },
    {
      what: 'names',
      remove: ({ personId, name }) => sql`
        update persons set name = ${name}, locale = 'en', version = version + 1
        where id = ${personId} and not exists
          (select from role_grants g where g.person_id = ${personId} and g.role = any(${OFFICIALS}::text[])
             and (g.confirmed_at is not null or not g.needs_confirmation))`,
    },
  ],
  stays: ['personal.stays.officials', 'personal.stays.roles'],
};
