/** What the checks look at, read for many applications at once. */
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import type { Policy } from '../../kernel/policy.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { applicationReadFilter, formOfVersion, type SentVersion, shownAsSent } from '../applications/index.js';
import {
  type Answers,
  type AnswerValue,
  type FormDefinition,
  labelOf,
  missingIn,
  partOf,
  questionsOf,
} from '../forms/index.js';
import type { CheckFacts, Duplicate } from './screening.checks.js';
import { duplicatesOf, eligiblePassed, latestExclusion } from './screening.sql.js';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly formVersionId: string | null;
  readonly leadKind: string;
  readonly whoMayLead: string[];
  readonly rules: number;
  readonly eligible: boolean | null;
  readonly exclusion: CheckFacts['exclusion'];
  readonly requested: string;
  readonly floor: string;
  readonly ceiling: string | null;
  readonly partnersWaiting: string[];
  readonly unconfirmed: number;
  readonly answers: Record<string, AnswerValue> | null;
  readonly title: string;
  readonly summary: string | null;
  readonly schools: string | null;
  readonly districts: { district: string; share: number }[] | null;
  readonly lines: { category: string; description: string | null; amount: string; match: string }[] | null;
  readonly duplicates: Duplicate[] | null;
}

export interface FactsGiven {
  readonly ids: readonly string[];
  /** The first day on which an exclusion check counts still. */
  readonly exclusionSince: string;
}

/** By application. What the actor may not see among others is no duplicate to them. */
export async function readCheckFacts(
  from: Queryable,
  actor: Actor,
  policy: Policy,
  { ids, exclusionSince }: FactsGiven,
): Promise<Map<string, CheckFacts>> {
  const seen = applicationReadFilter(actor, policy, 'other');
  const rows = await from.query<Row>(sql`${COLUMNS}, ${duplicatesColumn(seen)}
    from applications a join rounds r on r.id = a.round_id join organizations o on o.id = a.organization_id
    where a.id = any(${[...ids]}::uuid[])`);
  const facts = new Map<string, CheckFacts>();
  const sent = await shownAsSent(from, rows);
  for (const live of rows) {
    const was = sent.get(live.id);
    const row = was === undefined ? live : asItWasSent(live, was);
    const { definition } = await formOfVersion(from, row.formVersionId);
    facts.set(row.id, factsOf(row, definition, exclusionSince));
  }
  return facts;
}

/** What is back with its applicant is looked at as it was sent, not as it is being mended. */
function asItWasSent(row: Row, { content }: SentVersion): Row {
  const { title, summary, schools, districts, budgetLines, partners, answers } = content;
  const cents = (amount: unknown): string => Money.fromJSON(amount).cents.toString();
  const named = new Set(partners.map(({ name }) => name));
  return {
    ...{ ...row, title, summary, schools, answers, unconfirmed: 0, requested: cents(content.requested) },
    partnersWaiting: row.partnersWaiting.filter((name) => named.has(name)),
    districts: districts.map(({ name, shareBasisPoints }) => ({ district: name, share: shareBasisPoints })),
    lines: budgetLines.map(({ category, description, amount, match }) => ({
      ...{ category, description, amount: cents(amount), match: cents(match) },
    })),
  };
}

function factsOf(row: Row, definition: FormDefinition, exclusionSince: string): CheckFacts {
  const labels = new Map(questionsOf(definition).map((question) => [question.key, labelOf(question)]));
  const keys = new Set(missingIn(definition, answersOf(row, definition)).map(({ questionKey }) => questionKey));
  const { leadKind, whoMayLead, rules, eligible, exclusion, partnersWaiting, unconfirmed } = row;
  return {
    ...{ leadKind, whoMayLead, rules, eligible, exclusion, partnersWaiting, unconfirmed, exclusionSince },
    missing: [...keys].map((key) => labels.get(key) ?? key),
    requested: Money.ofCents(row.requested),
    floor: Money.ofCents(row.floor),
    ceiling: row.ceiling === null ? null : Money.ofCents(row.ceiling),
    duplicates: row.duplicates ?? [],
  };
}

/** The answers that were kept; for parts of the proposal that have none, what stands in their tables. */
function answersOf(row: Row, definition: FormDefinition): Answers {
  const kept = row.answers ?? {};
  const parts: Partial<Record<'title' | 'summary' | 'districts' | 'budget', AnswerValue | undefined>> = {
    title: row.title,
    summary: row.summary ?? undefined,
    districts: row.districts?.map(({ district, share }) => ({ district, share: String(share / 100) })),
    budget: row.lines?.map(({ description, amount, match, category }) => ({
      ...{ category, description: description ?? '' },
      amount: Money.ofCents(amount).toDecimal(),
      match: Money.ofCents(match).toDecimal(),
    })),
  };
  const filled: Record<string, AnswerValue | undefined> = {};
  for (const [part, value] of Object.entries(parts)) {
    const question = partOf(definition, part as keyof typeof parts);
    if (question !== undefined) filled[question.key] = value;
  }
  const schools = questionsOf(definition).find(({ key }) => key === 'schools');
  if (schools !== undefined && row.schools !== null) filled['schools'] = row.schools;
  return { ...filled, ...kept };
}

const COLUMNS: Sql = sql`
  select a.id, a.state, a.form_version_id as "formVersionId", o.kind as "leadKind", r.who_may_lead as "whoMayLead",
    jsonb_array_length(r.eligibility_rules) as rules, ${eligiblePassed()} as eligible,
    ${latestExclusion(sql`json_build_object('checkedOn', x.checked_on, 'result', x.result)`)} as exclusion,
    a.requested_cents::text as requested, r.floor_cents::text as floor, r.ceiling_cents::text as ceiling,
    array(select p.name from application_partners p where p.application_id = a.id and p.confirmed_at is null
          order by p.position) as "partnersWaiting",
    (select count(*)::int from answers n where n.application_id = a.id and n.assistance_id is not null
      and n.confirmed_at is null and n.value is not null) as unconfirmed,
    (select jsonb_object_agg(n.question_key, n.value) from answers n
      where n.application_id = a.id and n.value is not null) as answers,
    a.title, a.summary, a.schools,
    (select json_agg(json_build_object('district', d.district, 'share', d.share_basis_points))
      from application_districts d where d.application_id = a.id) as districts,
    (select json_agg(json_build_object('category', b.category, 'description', b.description,
        'amount', b.amount_cents::text, 'match', b.match_cents::text) order by b.position)
      from application_budget_lines b where b.application_id = a.id) as lines`;

const duplicatesColumn = (seen: Sql): Sql => sql`
  (select json_agg(json_build_object('id', other.id, 'number', other.number, 'organizationName', twin.name,
      'by', case when ${sameFamily} then 'organization' when twin.ein_fingerprint = o.ein_fingerprint then 'ein'
                 when ${sameTitle} then 'title' else 'summary' end) order by other.number)
    from ${duplicatesOf(seen)}) as duplicates`;

const sameFamily: Sql = sql`coalesce(twin.merged_into_id, twin.id) = coalesce(o.merged_into_id, o.id)`;
const sameTitle: Sql = sql`lower(btrim(other.shown_title)) = lower(btrim(a.shown_title))`;
