/** What collaboratives keep about persons: their seats, and when they came. */
import { sql } from '../../platform/database/sql.js';
import type { PersonalData } from '../../platform/personal-data.js';

export const collaborativesPersonalData: PersonalData = {
  sections: [
    {
      key: 'seats',
      columns: { team: 'text', seat_role: (value) => `seat.field.role.${value}`, from_on: 'date', ended_on: 'date' },
      rows: (personId) => sql`
        select t.name as team, s.role as seat_role, s.starts_on as from_on, s.ended_on
        from seats s join teams t on t.id = s.team_id
        where s.person_id = ${personId} order by s.starts_on, s.id`,
    },
    {
      key: 'attendances',
      columns: {
        convening: 'text',
        held_at: 'instant',
        state: (value) => `lifecycle.attendance.state.${value}`,
        minutes: 'text',
      },
      rows: (personId) => sql`
        select c.name as convening, c.starts_at as held_at, a.state, a.minutes::text as minutes
        from attendances a join convenings c on c.id = a.convening_id
        where a.person_id = ${personId} order by c.starts_at desc, a.id`,
    },
  ],
  involvement: [
    sql`select s.person_id, least(s.ended_on, y.ends_on) as last_on
        from seats s join teams t on t.id = s.team_id join collaborative_years y on y.id = t.year_id`,
    sql`select a.person_id, c.ends_at::date as last_on from attendances a join convenings c on c.id = a.convening_id`,
  ],
  blockers: [
    {
      code: 'privacy.has_seat',
      persons: ({ today }) => sql`
        select s.person_id from seats s join teams t on t.id = s.team_id
        join collaborative_years y on y.id = t.year_id
        where s.ended_on is null and y.ends_on >= ${today}::date`,
    },
  ],
  stays: ['personal.stays.attendance'],
};
