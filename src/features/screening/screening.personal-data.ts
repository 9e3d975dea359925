/** What screening keeps about persons: letters they sent, help they asked for and gave, and what they judged. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const screeningPersonalData: PersonalData = {
  sections: [
    {
      key: 'letters_of_intent',
      columns: { title: 'text', round: 'text', since: 'instant' },
      rows: (personId) => sql`
        select l.title, r.name as round, l.sent_at as since from letters_of_intent l join rounds r on r.id = l.round_id
        where l.sent_by = ${personId} order by l.sent_at, l.id`,
    },
    {
      key: 'help_asked',
      columns: { application: 'text', question: 'text', since: 'instant' },
      rows: (personId) => sql`
        select a.number as application, t.question, t.created_at as since
        from technical_assistances t join applications a on a.id = t.application_id
        where t.asked_by = ${personId} order by t.created_at, t.id`,
    },
    {
      key: 'help_given',
      columns: { application: 'text', given_on: 'date', minutes: 'text', note: 'text' },
      rows: (personId) => sql`
        select a.number as application, e.given_on, e.minutes::text as minutes, e.note
        from technical_assistance_entries e join technical_assistances t on t.id = e.technical_assistance_id
          join applications a on a.id = t.application_id
        where e.advisor_id = ${personId} order by e.given_on, e.id`,
    },
    {
      key: 'screening_judgements',
      columns: { application: 'text', reason: 'text', since: 'instant' },
      rows: (personId) => sql`
        select a.number as application, j.reason, j.created_at as since
        from screening_judgements j join applications a on a.id = j.application_id
        where j.judged_by = ${personId} order by j.created_at, j.id`,
    },
    {
      key: 'screening_runs',
      columns: { what: (value) => `screening.field.action.${value}`, note: 'text', since: 'instant' },
      rows: (personId) => sql`
        select action as what, note, created_at as since from screening_runs
        where asked_by = ${personId} order by created_at, id`,
    },
  ],
  stays: ['personal.stays.screening'],
};
