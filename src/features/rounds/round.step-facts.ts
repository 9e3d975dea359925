/** What the steps of rounds look at, read for a set of them at once. */
import type { Calendar } from '../../kernel/calendar.js';
import { Money } from '../../kernel/money.js';
import type { Queryable } from '../../platform/database/work.js';
import { sql } from '../../platform/database/sql.js';
import { countUnanswered } from './criteria.reads.js';
import { daysOff } from './day-off.js';
import type { RoundFacts } from './round-facts.js';
import type { Round } from './round.entity.js';
import type { RoundStepFacts } from './round.lifecycle.js';
import { readCriteriaCounts, readMilestones, readSetAside, receivedBy } from './rounds.reads.js';

interface AskedRow {
  readonly id: string;
  readonly questions: number;
  readonly emptySections: string[];
  readonly lacks: string[];
}

export async function readStepFacts(
  from: Queryable,
  rows: readonly Round[],
  facts: RoundFacts,
  { now, calendar }: { readonly now: Date; readonly calendar: Calendar },
): Promise<Map<string, RoundStepFacts>> {
  const ids = rows.map((row) => row.id);
  const setAside = await readSetAside(from, ids);
  const criteria = await readCriteriaCounts(from, ids);
  const counts = await facts.of(from, ids);
  const milestones = await readMilestones(from, ids);
  const unanswered = await countUnanswered(from, ids);
  const asked = await readAsked(from, rows);
  const lacksDistricts = await lacksAny(from);
  const datesOf = (row: Round) => ({
    ...{ opensOn: calendar.today(row.opensAt), dueOn: calendar.today(row.dueAt) },
    milestones: milestones.get(row.id) ?? [],
  });
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...datesOf(row),
        daysOff: daysOff(calendar, datesOf(row), calendar.today(now)),
        ...{ id: row.id, now, opensAt: row.opensAt, dueAt: row.dueAt, receivedBy: receivedBy(row) },
        ...{ ceiling: row.ceiling, setAside: setAside.get(row.id) ?? Money.zero, criteria: criteria.get(row.id) ?? 0 },
        ...{ undecided: counts.get(row.id)?.undecided ?? 0, awards: counts.get(row.id)?.awards ?? 0 },
        takesLettersOfIntent: row.takesLettersOfIntent,
        ...{ unanswered: unanswered.get(row.id) ?? 0, form: asked.get(row.id), rules: row.eligibilityRules.length },
        lacksDistricts,
      },
    ]),
  );
}

/** What the chosen forms of these rounds ask; a round with the form that fits every round is left out. */
async function readAsked(from: Queryable, rows: readonly Round[]): Promise<Map<string, AskedRow>> {
  const ids = rows.filter(({ formVersionId }) => formVersionId !== null).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const asked = await from.query<AskedRow>(sql`
    select r.id, coalesce(sum(s.questions), 0)::int as questions,
      coalesce(array_agg(s.title) filter (where s.questions = 0), '{}') as "emptySections",
      (select coalesce(array_agg(distinct q->>'kind'), '{}')
        from jsonb_array_elements(v.definition->'sections') section, jsonb_array_elements(section->'questions') q
        where (q->>'required')::boolean
          and (q->>'kind' = 'districts' and not exists (select from districts)
            or q->>'kind' = 'schools' and not exists (select from schools))) as lacks
    from rounds r join form_versions v on v.id = r.form_version_id
      left join lateral (select section->>'title' as title, jsonb_array_length(section->'questions') as questions
        from jsonb_array_elements(v.definition->'sections') as section) s on true
    where r.id = any(${ids}::uuid[]) group by r.id, v.definition`);
  return new Map(asked.map((row) => [row.id, row]));
}

async function lacksAny(from: Queryable): Promise<boolean> {
  const [row] = await from.query<{ lacks: boolean }>(sql`select not exists (select from districts) as lacks`);
  return row?.lacks ?? false;
}
