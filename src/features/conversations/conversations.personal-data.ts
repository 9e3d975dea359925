/** What conversations keep about persons: what they wrote. It stays, as part of the record of the thing. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const conversationsPersonalData: PersonalData = {
  sections: [
    {
      key: 'messages',
      columns: { written_about: 'text', text: 'text', written_at: 'instant' },
      rows: (personId) => sql`
        select c.subject_type as written_about, m.body as text, m.created_at as written_at
        from conversation_messages m join conversations c on c.id = m.conversation_id
        where m.author_id = ${personId} order by m.created_at, m.id`,
    },
    {
      key: 'internal_notes',
      columns: { written_about: 'text', text: 'text', written_at: 'instant' },
      rows: (personId) => sql`
        select n.subject_type as written_about, n.body as text, n.created_at as written_at from internal_notes n
        where n.author_id = ${personId} order by n.created_at, n.id`,
    },
  ],
  stays: ['personal.stays.messages'],
};
