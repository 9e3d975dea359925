/** What organizations keep about persons: whom they belong to, and what they asked for. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const organizationsPersonalData: PersonalData = {
  sections: [
    {
      key: 'memberships',
      columns: {
        organization: 'text',
        role: (value) => `organization_member.field.role.${value}`,
        from_on: 'date',
        ended_at: 'instant',
      },
      rows: (personId) => sql`
        select o.name as organization, m.role, m.since as from_on, m.ended_at
        from organization_members m join organizations o on o.id = m.organization_id
        where m.person_id = ${personId} order by m.created_at, m.id`,
    },
    {
      key: 'claims',
      columns: { organization: 'text', message: 'text', since: 'instant' },
      rows: (personId) => sql`
        select o.name as organization, c.message, c.created_at as since
        from organization_claims c join organizations o on o.id = c.organization_id
        where c.person_id = ${personId} order by c.created_at, c.id`,
    },
    {
      key: 'organization_invitations',
      columns: { organization: 'text', value: 'text', since: 'instant' },
      rows: (personId) => sql`
        select o.name as organization, v.address as value, v.sent_at as since
        from organization_invitations v join organizations o on o.id = v.organization_id
        where v.person_id = ${personId} order by v.sent_at, v.id`,
    },
  ],
  involvement: [
    sql`select person_id, coalesce(ended_at::date, since) as last_on from organization_members`,
    sql`select person_id, created_at::date as last_on from organization_claims`,
  ],
  blockers: [
    {
      code: 'privacy.is_member',
      persons: () => sql`select person_id from organization_members where ended_at is null`,
    },
    {
      code: 'privacy.asks_to_join',
      persons: () => sql`select person_id from organization_claims where state = 'asked'`,
    },
  ],
  removals: [
    {
      what: 'claims',
      remove: ({ personId }) => sql`
        update organization_claims set message = null, version = version + 1
        where person_id = ${personId} and message is not null`,
    },
    {
      // An invitation was sent: that stays, and the address goes.
      what: 'organization_invitations',
      remove: ({ personId, now }) => sql`
        update organization_invitations v set address = v.id::text, version = version + 1,
          withdrawn_at = case when v.accepted_at is null then coalesce(v.withdrawn_at, ${now}) end
        where v.person_id = ${personId} or v.address in
          (select i.value from identifiers i where i.person_id = ${personId} and i.kind = 'address' and not exists
             (select from identifiers o where o.value = i.value and o.person_id <> i.person_id))`,
    },
    {
      what: 'organization_contacts',
      remove: ({ personId }) => sql`
        update organizations o set contact_name = null, contact_telephone = null, contact_address = null,
          version = version + 1
        where exists (select from identifiers i where i.person_id = ${personId} and i.kind = 'address'
                        and i.value = lower(o.contact_address))`,
    },
  ],
  stays: ['personal.stays.memberships'],
};
