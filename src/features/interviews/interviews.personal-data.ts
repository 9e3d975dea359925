/** What interviews keep about persons: the panels they sat on. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const interviewsPersonalData: PersonalData = {
  sections: [
    {
      key: 'interviews',
      columns: { application: 'text', since: 'instant' },
      rows: (personId) => sql`
        select a.number as application, i.created_at as since
        from interview_panelists i join interviews v on v.id = i.interview_id
        join applications a on a.id = v.application_id
        where i.person_id = ${personId} order by i.created_at, i.id`,
    },
    {
      key: 'interview_scores',
      columns: { application: 'text', score: 'text', reason: 'text' },
      rows: (personId) => sql`
        select a.number as application, s.score::text as score, s.reason
        from interview_scores s join interviews v on v.id = s.interview_id
        join applications a on a.id = v.application_id
        where s.person_id = ${personId} order by s.created_at, s.id`,
    },
  ],
};
