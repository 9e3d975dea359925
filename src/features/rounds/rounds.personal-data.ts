/** What rounds keep about persons: what they asked and said about criteria, and how they answered before a form. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';
import { questionsPersonalData } from './questions.personal-data.js';
import { wordingsPersonalData } from './wordings.personal-data.js';

export const roundsPersonalData: PersonalData = {
  sections: [
    ...(questionsPersonalData.sections ?? []),
    ...(wordingsPersonalData.sections ?? []),
    {
      key: 'criteria_comments',
      columns: { round: 'text', comment: 'text', name: 'text', organization: 'text', since: 'instant' },
      rows: (personId) => sql`
        select r.name as round, c.body as comment, c.name, c.organization, c.created_at as since
        from rubric_comments c join rounds r on r.id = c.round_id
        where c.person_id = ${personId} order by c.created_at, c.id`,
    },
    {
      key: 'eligibility_checks',
      columns: { round: 'text', organization: 'text', passed: 'yes_no', since: 'instant' },
      rows: (personId) => sql`
        select r.name as round, o.name as organization, e.passed, e.at as since
        from eligibility_checks e join rounds r on r.id = e.round_id left join organizations o on o.id = e.organization_id
        where e.person_id = ${personId} order by e.at, e.id`,
    },
  ],
  removals: [
    {
      // What was said and answered is part of how the criteria came about; who said it goes.
      what: 'criteria_comments',
      remove: ({ personId }) => sql`
        update rubric_comments set name = null, organization = null, version = version + 1
        where person_id = ${personId} and (name is not null or organization is not null)`,
    },
  ],
  stays: [
    ...(questionsPersonalData.stays ?? []),
    ...(wordingsPersonalData.stays ?? []),
    'personal.stays.criteria_comments',
  ],
};
