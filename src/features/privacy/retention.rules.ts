/** How long records stay: which classes there are, what of them is due, and the day it is reckoned from. */
import type { Calendar } from '../../kernel/calendar.js';
import { joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import type { AtDay, PersonalData, PersonBlocker, RetentionClass } from '../../platform/personal-data.js';

/** The class of persons themselves: what is due is gathered from what every feature knows of them. */
export const PEOPLE = 'people';
/** The class of what was paid: a name stays beside a payment for these years. */
export const PAYMENTS = 'payments';

/** What ended before this day has been kept for so many years. */
export function cutoff(calendar: Calendar, today: string, years: number): string {
  return calendar.addMonths(today, -12 * years);
}

/** Ids of persons about whom a legal hold in force keeps everything; selects `person_id`. */
export function heldPersons(): Sql {
  return sql`
    select h.subject_id as person_id from legal_holds h where h.state = 'in_force' and h.subject_kind = 'person'
    union select m.person_id from legal_holds h join organizations o on o.id = h.subject_id
      join organizations kin on coalesce(kin.merged_into_id, kin.id) = coalesce(o.merged_into_id, o.id)
      join organization_members m on m.organization_id = kin.id
      where h.state = 'in_force' and h.subject_kind = 'organization'
    union select m.person_id from legal_holds h join awards a on a.id = h.subject_id
      join organization_members m on m.organization_id = a.organization_id
      where h.state = 'in_force' and h.subject_kind = 'award'
    union select s.person_id from legal_holds h join award_signatures s on s.award_id = h.subject_id
      where h.state = 'in_force' and h.subject_kind = 'award'
    union select m.person_id from legal_holds h join applications a on a.round_id = h.subject_id
      join organization_members m on m.organization_id = a.organization_id
      where h.state = 'in_force' and h.subject_kind = 'round'
    union select r.reviewer_id from legal_holds h join applications a on a.round_id = h.subject_id
      join reviews r on r.application_id = a.id where h.state = 'in_force' and h.subject_kind = 'round'
    union select p.id from persons p
      where exists (select from legal_holds h where h.state = 'in_force' and h.subject_kind = 'agency')`;
}

/** A hold on everything stops every disposal. */
export const EVERYTHING_HELD = sql`
  exists (select from legal_holds h where h.state = 'in_force' and h.subject_kind = 'agency')`;

export interface DuePeople extends AtDay {
  /** Whoever last took part before this date; everybody when absent. */
  readonly cutoffOn?: string;
  /** Only these are looked at: a piece of a disposal, rather than everybody. */
  readonly only?: readonly string[];
}

/** Persons of whom nothing keeps the name any more; selects `id`, `label` and `ended_on`. */
export function duePeople(sources: readonly PersonalData[], blockers: readonly PersonBlocker[], at: DuePeople): Sql {
  const involvement = sources.flatMap((source) => source.involvement ?? []);
  const tookPart = joinSql(
    [sql`select id as person_id, created_at::date as last_on from persons`, ...involvement],
    UNION,
  );
  const kept = joinSql(
    [sql`select person_id from anonymized_persons`, ...blockers.map((blocker) => blocker.persons(at))],
    UNION,
  );
  // Said inside as well as outside: the planner takes it down to each part.
  const only = at.only === undefined ? rawSql('true') : sql`person_id = any(${[...at.only]}::uuid[])`;
  const before = at.cutoffOn === undefined ? rawSql('true') : sql`t.last_on < ${at.cutoffOn}::date`;
  return sql`
    select p.id, p.name as label, t.last_on as ended_on from persons p
    join (select person_id, max(last_on) as last_on from (${tookPart}) parts where ${only} group by person_id) t on t.person_id = p.id
    where ${before} and not exists (select from (${kept}) kept where kept.person_id = p.id and ${only})`;
}

const UNION = ' union all ';

/** The words of a class of which none were written down by the agency. */
export const basisKey = ({ name }: Pick<RetentionClass, 'name'>): string => `retention.${name}.basis`;
