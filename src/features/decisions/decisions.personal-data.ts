/** What meetings keep about persons: whether they came, how they voted, when they stood aside. It is public record. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData, RetentionClass } from '../../platform/personal-data.js';

export const decisionsPersonalData: PersonalData = {
  sections: [
    {
      key: 'meetings',
      columns: { meeting: 'text', present: 'yes_no' },
      rows: (personId) => sql`
        select m.name as meeting, a.present from meeting_attendance a join meetings m on m.id = a.meeting_id
        where a.person_id = ${personId} order by a.created_at, a.id`,
    },
    {
      key: 'motions',
      columns: { motion: 'text', title: 'text' },
      rows: (personId) => sql`
        select number as motion, text as title from motions
        where ${personId} in (mover_id, seconder_id) order by created_at, id`,
    },
    {
      key: 'votes',
      columns: { motion: 'text', choice: (value) => `vote.field.choice.${value}`, interest: 'text', since: 'instant' },
      rows: (personId) => sql`
        select m.number as motion, v.choice, v.interest, v.created_at as since
        from votes v join motions m on m.id = v.motion_id where v.person_id = ${personId} order by v.created_at, v.id`,
    },
    {
      key: 'recusals',
      columns: { motion: 'text', interest: 'text', since: 'instant' },
      rows: (personId) => sql`
        select m.number as motion, r.interest, r.created_at as since
        from recusals r join motions m on m.id = r.motion_id
        where r.person_id = ${personId} order by r.created_at, r.id`,
    },
  ],
  involvement: [sql`select person_id, created_at::date as last_on from votes`],
  stays: ['personal.stays.votes'],
};

/** Kept: minutes and votes of a public body are kept for good. */
export const decisionsRetention: RetentionClass = { name: 'decisions', years: 100, action: 'keep' };
