/** What every later feature reads of answers: the form an application was begun with, and what it says to it. */
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import {
  type Answers,
  type AnswerValue,
  DEFAULT_FORM,
  definitionOf,
  type FormDefinition,
  questionsOf,
  visibleIn,
} from '../forms/index.js';
import { answersOfParts, type TypedParts } from './answer.rules.js';

export interface ApplicationForm {
  /** Null for the form that fits every round. */
  readonly formVersionId: string | null;
  readonly definition: FormDefinition;
}

/** One answer as it stands, with who entered it. */
export interface AnswerRecord {
  readonly key: string;
  readonly value: AnswerValue | undefined;
  /** 0 for what was never answered, and for what stands in the typed tables alone. */
  readonly version: number;
  readonly enteredBy: string | null;
  readonly enteredByName: string | null;
  readonly enteredAt: Date | null;
  /** Set when staff entered it for the organization. */
  readonly assistanceId: string | null;
  readonly confirmedAt: Date | null;
}

/** Published forms never change: each is read once. */
const known = new Map<string, FormDefinition>();
const MOST_KNOWN = 200;

async function definition(from: Queryable, formVersionId: string): Promise<FormDefinition> {
  const before = known.get(formVersionId);
  if (before !== undefined) return before;
  const read = await definitionOf(from, formVersionId);
  const [oldest] = known.keys();
  if (known.size >= MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  known.set(formVersionId, read);
  return read;
}

export async function formOfVersion(from: Queryable, formVersionId: string | null): Promise<ApplicationForm> {
  if (formVersionId === null) return { formVersionId, definition: DEFAULT_FORM };
  return { formVersionId, definition: await definition(from, formVersionId) };
}

/** The form that this application answers; 404 when there is no such application. */
export async function formOfApplication(from: Queryable, applicationId: string): Promise<ApplicationForm> {
  const [row] = await from.query<{ formVersionId: string | null }>(
    sql`select form_version_id as "formVersionId" from applications where id = ${applicationId}`,
  );
  if (row === undefined) throw notFound('thing.not_found');
  return formOfVersion(from, row.formVersionId);
}

/** Whether a form asks for a budget: where none does, an amount of zero is nothing to show. */
export async function asksBudget(from: Queryable, applicationId: string): Promise<boolean> {
  const { definition: form } = await formOfApplication(from, applicationId);
  return questionsOf(form).some(({ kind }) => kind === 'budget');
}

/** The answers that were kept, by their question; those of other questions than `keys` only when none are named. */
export async function readAnswerRecords(
  from: Queryable,
  applicationId: string,
  keys?: readonly string[],
): Promise<Map<string, AnswerRecord>> {
  const rows = await from.query<Omit<AnswerRecord, 'value'> & { value: AnswerValue | null }>(sql`
    select a.question_key as key, a.value, a.version, a.entered_by as "enteredBy", p.name as "enteredByName",
           a.entered_at as "enteredAt", a.assistance_id as "assistanceId", a.confirmed_at as "confirmedAt"
    from answers a left join persons p on p.id = a.entered_by
    where a.application_id = ${applicationId}
      and (${keys === undefined} or a.question_key = any(${[...(keys ?? [])]}::text[]))`);
  return new Map(rows.map(({ value, ...row }) => [row.key, { ...row, value: value ?? undefined }]));
}

/** What stands in the typed tables of an application, as answers say it. */
export async function readTypedParts(from: Queryable, applicationId: string): Promise<TypedParts & { at: Date }> {
  const [row] = await from.query<{
    title: string;
    summary: string | null;
    schools: string | null;
    at: Date;
    districts: TypedParts['districts'];
    lines: { category: string; description: string | null; amount: string; match: string }[];
  }>(sql`
    select a.title, a.summary, a.schools, a.created_at as at,
      coalesce((select json_agg(json_build_object('name', d.district, 'shareBasisPoints', d.share_basis_points)
                                order by d.district)
                from application_districts d where d.application_id = a.id), '[]'::json) as districts,
      coalesce((select json_agg(json_build_object('category', b.category, 'description', b.description,
                                  'amount', b.amount_cents::text, 'match', b.match_cents::text) order by b.position)
                from application_budget_lines b where b.application_id = a.id and b.kind = 'direct'), '[]'::json) as lines
    from applications a where a.id = ${applicationId}`);
  if (row === undefined) throw notFound('thing.not_found');
  const { lines, ...rest } = row;
  return {
    ...rest,
    budgetLines: lines.map(({ amount, match, ...line }) => ({
      ...{ ...line, amount: Money.ofCents(amount), match: Money.ofCents(match) },
    })),
  };
}

/** Every answer of an application with its version, also those that stand only in the typed tables. */
export async function readAnswers(
  from: Queryable,
  applicationId: string,
  { definition: form }: ApplicationForm,
): Promise<Map<string, AnswerRecord>> {
  const records = await readAnswerRecords(from, applicationId);
  const parts = await readTypedParts(from, applicationId);
  for (const [key, value] of Object.entries(answersOfParts(form, parts))) {
    if (!records.has(key)) records.set(key, unkept(key, value));
  }
  return records;
}

export const unkept = (key: string, value: AnswerValue | undefined): AnswerRecord => ({
  ...{ key, value, version: 0, enteredBy: null, enteredByName: null, enteredAt: null },
  ...{ assistanceId: null, confirmedAt: null },
});

export function valuesOf(records: ReadonlyMap<string, AnswerRecord>): Answers {
  return Object.fromEntries([...records].map(([key, { value }]) => [key, value]));
}

/** Questions that are shown with these answers. */
export const shownIn = (form: FormDefinition, values: Answers): string[] =>
  visibleIn(form, values).flatMap(({ questions }) => questions.map(({ key }) => key));

/**
 * All that was answered, in the order of its questions' keys: what is certified with the application. What a later answer
 * hid is not among it: nobody certifies what they are not shown.
 */
export async function sentAnswers(
  from: Queryable,
  applicationId: string,
  form: ApplicationForm,
): Promise<Record<string, AnswerValue>> {
  const shown = new Set(shownIn(form.definition, valuesOf(await readAnswers(from, applicationId, form))));
  const records = [...(await readAnswerRecords(from, applicationId))];
  const given = records.flatMap(([key, { value }]): [string, AnswerValue][] =>
    value === undefined || !shown.has(key) ? [] : [[key, value]],
  );
  return Object.fromEntries(given.sort(([left], [right]) => (left < right ? -1 : 1)));
}
