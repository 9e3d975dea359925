/**
 * The checks as SQL over `applications a`, its round `r` and its organization `o`: what the worklist filters by. The same
 * as in `screening.checks.ts`, where they have words; a test holds the two against each other.
 */
import { rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { centsShown } from '../applications/index.js';
import type { CheckKey } from './screening.entity.js';

/** A summary shorter than this is too easily the same. */
const TELLING_CHARACTERS = 200;

const kinOfLead: Sql = sql`(select kin.id from organizations kin
  where kin.id = coalesce(o.merged_into_id, o.id) or kin.merged_into_id = coalesce(o.merged_into_id, o.id))`;

/** Whether the organization met the round's eligibility questions when it answered them last; null when it did not. */
export const eligiblePassed = (): Sql => sql`
  (select e.passed from eligibility_checks e where e.round_id = a.round_id and e.organization_id in ${kinOfLead}
   order by e.created_at desc, e.id desc limit 1)`;

/** Something of the latest exclusion check `x` of the organization or its family. */
export const latestExclusion = (what: Sql): Sql => sql`
  (select ${what} from exclusion_checks x where x.organization_id in ${kinOfLead}
   order by x.checked_on desc, x.id desc limit 1)`;

/**
 * `from` what: each `other`, of the organization `twin`, that may be the same as `a`, as both are shown to the agency; only
 * what was sent and is not over counts. Each way of being the same has an index, so that a round may have thousands.
 */
export const duplicatesOf = (seen: Sql): Sql => sql`(
    select x.id from applications x where x.round_id = a.round_id and x.organization_id in (
      select kin.id from organizations kin where kin.id = coalesce(o.merged_into_id, o.id)
      union all select kin.id from organizations kin where kin.merged_into_id = coalesce(o.merged_into_id, o.id)
      union all select kin.id from organizations kin where kin.ein_fingerprint = o.ein_fingerprint)
    union select x.id from applications x
      where x.round_id = a.round_id and lower(btrim(x.shown_title)) = lower(btrim(a.shown_title))
    union select x.id from applications x
      where x.round_id = a.round_id and length(a.shown_summary) >= ${TELLING_CHARACTERS}
        and md5(lower(btrim(x.shown_summary))) = md5(lower(btrim(a.shown_summary)))
  ) same join applications other on other.id = same.id join organizations twin on twin.id = other.organization_id
  where other.id <> a.id and other.submitted_at is not null
    and other.state not in ('draft', 'withdrawn', 'expired') and ${seen}`;

/** What the house finds: 'pass', 'look' or 'fail'. Completeness looks into the form, which SQL cannot read. */
export type SqlCheck = Exclude<CheckKey, 'completeness'>;
export const SQL_CHECKS = ['eligibility', 'exclusion', 'amount', 'duplicates'] as const satisfies readonly SqlCheck[];

function foundSql(check: SqlCheck, exclusionSince: string, seen: Sql): Sql {
  switch (check) {
    case 'eligibility':
      return sql`(case when o.kind <> all(r.who_may_lead) then 'fail'
        when jsonb_array_length(r.eligibility_rules) = 0 then 'pass'
        else coalesce(case ${eligiblePassed()} when true then 'pass' when false then 'fail' end, 'look') end)`;
    case 'exclusion':
      return sql`coalesce(${latestExclusion(sql`case when x.result = 'match' then 'fail'
        when x.checked_on < ${exclusionSince}::date then 'look' else 'pass' end`)}, 'look')`;
    case 'amount':
      return sql`(case when ${centsShown} > 0 and (${centsShown} > r.ceiling_cents
        or ${centsShown} < r.floor_cents) then 'fail' else 'pass' end)`;
    case 'duplicates':
      return sql`(case when exists (select from ${duplicatesOf(seen)})
        then 'look' else 'pass' end)`;
  }
}

/** The latest judgement of a check, as a condition: it was judged fine for what is found now. */
const judgedFine = (check: SqlCheck, found: Sql): Sql => sql`
  coalesce((select j.judgement = 'fine' and j.found = ${found} from screening_judgements j
    where j.application_id = a.id and j.check_key = ${check} order by j.created_at desc, j.id desc limit 1), false)`;

/** Whether something stands against it still: found, and not judged fine. */
export function openSql(check: SqlCheck, exclusionSince: string, seen: Sql): Sql {
  const found = foundSql(check, exclusionSince, seen);
  // Few have a mark, and without one there is nothing to find.
  const maybe =
    check === 'duplicates' ? sql`a.id in (select t.application_id from application_twins t) and` : rawSql('');
  return sql`(${maybe} ${found} <> 'pass' and not ${judgedFine(check, found)})`;
}
