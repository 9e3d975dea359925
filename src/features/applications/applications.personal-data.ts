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
  ],
  stays: ['personal.stays.applications'],
};

/** Kept: what was asked for, how it was read and what was decided are one record. */
export const applicationsRetention: RetentionClass = { name: 'applications', years: 7, action: 'keep' };
