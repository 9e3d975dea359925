/** What a step of an application looks at in its answers; read only for those that can be sent. */
import type { Sentence } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { askedParts, formMissing, type Progress, progressOf } from './answer-progress.js';
import { type ApplicationForm, formOfApplication, formOfVersion, readAnswers, valuesOf } from './answers.reads.js';
import { partOf } from '../forms/index.js';
import { rowsIn } from './answer.rules.js';
import type { Application } from './application.entity.js';
import type { ApplicationFacts } from './application.rules.js';
import { budgetBlockers } from './proposed-budget.reads.js';

export type AnswerFacts = Pick<ApplicationFacts, 'asked' | 'missing' | 'unconfirmed'>;

export const NOTHING_ASKED: AnswerFacts = { asked: {}, missing: [], unconfirmed: 0 };

export async function answerFactsOf(
  from: Queryable,
  rows: readonly Pick<Application, 'id' | 'state'>[],
): Promise<Map<string, AnswerFacts>> {
  const facts = new Map<string, AnswerFacts>();
  const ids = rows.filter(({ state }) => state === 'draft' || state === 'returned').map(({ id }) => id);
  if (ids.length === 0) return facts;
  const forms = await from.query<{ id: string; formVersionId: string | null; unconfirmed: number }>(sql`
    select a.id, a.form_version_id as "formVersionId",
      (select count(*)::int from answers e where e.application_id = a.id and e.assistance_id is not null
        and e.confirmed_at is null and e.value is not null)
      + (select count(*)::int from application_partners p where p.application_id = a.id
        and p.assistance_id is not null and p.part_confirmed_at is null) as unconfirmed
    from applications a where a.id = any(${ids}::uuid[])`);
  for (const { id, formVersionId, unconfirmed } of forms) {
    const form = await formOfVersion(from, formVersionId);
    const answers = valuesOf(await readAnswers(from, id, form));
    const missing = formMissing(form.definition, answers).map(({ sentence }) => sentence);
    const asked = askedParts(form.definition, answers);
    const budget = partOf(form.definition, 'budget');
    if (asked.budget !== undefined && budget !== undefined) {
      missing.push(...(await budgetBlockers(from, id, rowsIn(answers[budget.key]))));
    }
    facts.set(id, { asked, missing, unconfirmed });
  }
  return facts;
}

/** How far an application is; with `blockers`, also by what the rules of its round say. Without a look at who asks. */
export async function readProgress(
  from: Queryable,
  id: string,
  options: { readonly form?: ApplicationForm; readonly blockers?: readonly Sentence[] } = {},
): Promise<Progress> {
  const form = options.form ?? (await formOfApplication(from, id));
  const answers = valuesOf(await readAnswers(from, id, form));
  const [row] = await from.query<{ partners: number }>(
    sql`select count(*)::int as partners from application_partners where application_id = ${id}`,
  );
  return progressOf(form.definition, answers, { partners: row?.partners ?? 0 }, options.blockers);
}
