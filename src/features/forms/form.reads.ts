/** What later features read of forms: a definition, and the versions that a round of a fund can take. */
import { notFound } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { FormDefinition } from './form.definition.js';

/** What a version asks; throws not found. Who may see it is for the caller to say. */
export async function definitionOf(from: Queryable, formVersionId: string): Promise<FormDefinition> {
  const [row] = await from.query<{ definition: FormDefinition }>(
    sql`select definition from form_versions where id = ${formVersionId}`,
  );
  if (row === undefined) throw notFound('thing.not_found');
  return row.definition;
}

export interface FormVersionRef {
  readonly id: string;
  readonly formId: string;
  readonly formName: string;
  readonly fundId: string;
  readonly number: number;
  readonly state: string;
  readonly questions: number;
}

const COLUMNS = sql`v.id, v.form_id as "formId", f.name as "formName", v.fund_id as "fundId", v.number, v.state,
  (select coalesce(sum(jsonb_array_length(section -> 'questions')), 0)::int
    from jsonb_array_elements(v.definition -> 'sections') section) as questions`;

/** The versions of a fund's forms, newest first within each form: what a round of it can take. */
export function formVersionsOfFund(from: Queryable, fundId: string): Promise<FormVersionRef[]> {
  return from.query<FormVersionRef>(
    sql`select ${COLUMNS} from form_versions v join forms f on f.id = v.form_id where v.fund_id = ${fundId}
        order by lower(f.name), f.id, v.number desc`,
  );
}

/** One version with its form's name and fund; undefined when there is none. */
export async function findFormVersion(from: Queryable, id: string): Promise<FormVersionRef | undefined> {
  const [row] = await from.query<FormVersionRef>(
    sql`select ${COLUMNS} from form_versions v join forms f on f.id = v.form_id where v.id = ${id}`,
  );
  return row;
}

/** This name, or the next one where a form of the fund has it already. */
export async function freeFormName(from: Queryable, fundId: string, name: string): Promise<string> {
  const rows = await from.query<{ name: string }>(
    sql`select name from forms where fund_id = ${fundId} and starts_with(name, ${name})`,
  );
  const taken = new Set(rows.map((row) => row.name));
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name} (${number})`;
  return free;
}
