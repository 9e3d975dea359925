/** What applications keep about persons: which ones they certified and sent. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData, RetentionClass } from '../../platform/personal-data.js';

export const applicationsPersonalData: PersonalData = {
  sections: [
    {
      key: 'applications',
      columns: { application: 'text', title: 'text', sent_at: 'instant' },
      rows: (personId) => sql`
        select number as application, title, submitted_at as sent_at from applications
        where certified_by = ${personId} order by submitted_at, id`,
    },
    {
      key: 'application_colleagues',
      columns: { application: 'text', title: 'text', value: 'text', since: 'instant' },
      rows: (personId) => sql`
        select a.number as application, a.title, c.address as value, c.sent_at as since
        from application_colleagues c join applications a on a.id = c.application_id
        where c.person_id = ${personId} order by c.sent_at, c.id`,
    },
    {
      key: 'application_writers',
      columns: { application: 'text', title: 'text', since: 'instant' },
      rows: (personId) => sql`
        select a.number as application, a.title, w.created_at as since
        from application_writers w join applications a on a.id = w.application_id
        where w.person_id = ${personId} order by w.created_at, w.id`,
    },
    {
      key: 'late_attempts',
      columns: { application: 'text', title: 'text', since: 'instant' },
      rows: (personId) => sql`
        select a.number as application, a.title, l.arrived_at as since
        from application_late_attempts l join applications a on a.id = l.application_id
        where l.person_id = ${personId} order by l.arrived_at, l.id`,
    },
    {
      key: 'partner_confirmations',
      columns: { application: 'text', organization: 'text', since: 'instant' },
      rows: (personId) => sql`
        select a.number as application, p.name as organization, p.confirmed_at as since
        from application_partners p join applications a on a.id = p.application_id
        where p.confirmed_by = ${personId} order by p.confirmed_at, p.id`,
    },
    {
      key: 'extension_requests',
      columns: { application: 'text', message: 'text', since: 'instant' },
      rows: (personId) => sql`
        select a.number as application, x.reason as message, x.created_at as since
        from extension_requests x join applications a on a.id = x.application_id
        where x.asked_by = ${personId} order by x.created_at, x.id`,
    },
  ],
  involvement: [
    sql`select person_id, coalesce(ended_at, accepted_at)::date as last_on from application_colleagues
        where person_id is not null`,
    sql`select asked_by as person_id, created_at::date as last_on from extension_requests where asked_by is not null`,
  ],
  blockers: [
    {
      code: 'privacy.works_on_application',
      persons: () => sql`
        select c.person_id from application_colleagues c join applications a on a.id = c.application_id
        where c.person_id is not null and c.ended_at is null and a.state in ('draft', 'returned')`,
    },
  ],
  removals: [
    {
      // That somebody was asked stays, and the address goes.
      what: 'application_colleagues',
      remove: ({ personId, now }) => sql`
        update application_colleagues set address = id::text, ended_at = coalesce(ended_at, ${now}),
          version = version + 1 where person_id = ${personId}`,
    },
  ],
  stays: ['personal.stays.applications'],
};

/** Kept: what was asked for, how it was read and what was decided are one record. */
export const applicationsRetention: RetentionClass = { name: 'applications', years: 7, action: 'keep' };
