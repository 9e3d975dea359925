/** What is kept about a person's conflicts of interest. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const conflictsPersonalData: PersonalData = {
  sections: [
    {
      key: 'conflicts',
      columns: {
        application: 'text',
        conflict_type: (value) => `conflict.field.type.${value}`,
        state: (value) => `lifecycle.conflict.state.${value}`,
        note: 'text',
        since: 'instant',
      },
      rows: (personId) => sql`
        select a.number as application, c.type as conflict_type, c.state, c.note, c.created_at as since
        from conflicts c join applications a on a.id = c.application_id
        where c.person_id = ${personId} order by c.created_at, c.id`,
    },
  ],
};
