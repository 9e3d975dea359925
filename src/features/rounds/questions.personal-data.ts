/** What rounds keep about persons: the questions they asked. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const questionsPersonalData: PersonalData = {
  sections: [
    {
      key: 'questions',
      columns: { asked_in: 'text', asked_question: 'text', asked_at: 'instant' },
      rows: (personId) => sql`
        select r.number as asked_in, q.body as asked_question, q.created_at as asked_at
        from round_questions q join rounds r on r.id = q.round_id
        where q.person_id = ${personId} order by q.created_at, q.id`,
    },
  ],
  stays: ['personal.stays.questions'],
};
