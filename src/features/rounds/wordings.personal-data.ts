/** What is kept about who proposed words for certifiers. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const wordingsPersonalData: PersonalData = {
  sections: [
    {
      key: 'wordings',
      columns: { rule_set: 'text', reason: 'text', since: 'instant' },
      rows: (personId) => sql`
        select s.name as rule_set, p.reason, p.created_at as since
        from rule_text_proposals p join rule_sets s on s.id = p.rule_set_id
        where p.proposed_by = ${personId} order by p.created_at, p.id`,
    },
  ],
  stays: ['personal.stays.wordings'],
};
