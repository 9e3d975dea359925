/** What reviews keep about persons: what they reviewed and wrote. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const reviewsPersonalData: PersonalData = {
  sections: [
    {
      key: 'reviews',
      columns: {
        application: 'text',
        state: (value) => `lifecycle.review.state.${value}`,
        comment: 'text',
        sent_at: 'instant',
      },
      rows: (personId) => sql`
        select a.number as application, r.state, r.comment, r.submitted_at as sent_at
        from reviews r join applications a on a.id = r.application_id
        where r.reviewer_id = ${personId} order by r.created_at, r.id`,
    },
  ],
  involvement: [sql`select reviewer_id as person_id, coalesce(submitted_at, created_at)::date as last_on from reviews`],
};
