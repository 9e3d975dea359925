/** What documents keep about persons: the files they handed in. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const documentsPersonalData: PersonalData = {
  sections: [
    {
      key: 'files',
      columns: { file_name: 'text', since: 'instant' },
      rows: (personId) => sql`
        select file_name, created_at as since from attachments where uploaded_by = ${personId}
        order by created_at desc, id`,
    },
    {
      key: 'list_exports',
      columns: { list: 'text', since: 'instant' },
      rows: (personId) => sql`
        select list, created_at as since from list_exports where requested_by = ${personId}
        order by created_at desc, id`,
    },
  ],
  stays: ['personal.stays.files'],
};
