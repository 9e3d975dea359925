/** What awards keep about persons: the agreements they signed. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData, RetentionClass } from '../../platform/personal-data.js';

export const awardsPersonalData: PersonalData = {
  sections: [
    {
      key: 'signatures',
      columns: { award: 'text', name: 'text', signed_at: 'instant' },
      rows: (personId) => sql`
        select a.number || ' ' || a.title as award, s.name, s.signed_at
        from award_signatures s join awards a on a.id = s.award_id
        where s.person_id = ${personId} order by s.signed_at, s.id`,
    },
  ],
  involvement: [sql`select person_id, signed_at::date as last_on from award_signatures`],
  stays: ['personal.stays.signatures'],
};

/** Kept: an agreement is nothing without who signed it. */
export const awardsRetention: RetentionClass = { name: 'awards', years: 7, action: 'keep' };
