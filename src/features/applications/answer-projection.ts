/**
 * AnswerProjection: puts the answers that the whole of Granary reads - title, summary, schools, districts and budget -
 * into the typed tables beside them, in the same work. Only whole rows are put there; the answer keeps what was typed.
 */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { AnswerValue, FormDefinition, Question } from '../forms/index.js';
import { districtsIn, idsIn, projectedPart, questionOfPart, rowsIn, textIn } from './answer.rules.js';
import { type ApplicationForm, readAnswerRecords, readAnswers, shownIn, valuesOf } from './answers.reads.js';
import { type Application, ApplicationDistrict } from './application.entity.js';
import { projectBudget } from './proposed-budget.reads.js';

/** As many as a title may have that is sent. */
const TITLE_CHARACTERS = 200;

interface ChangedAnswer {
  readonly question: Question;
  readonly value: AnswerValue | undefined;
}

@Injectable()
export class AnswerProjection {
  async project(
    work: Work,
    application: Application,
    form: ApplicationForm,
    changes: readonly ChangedAnswer[],
  ): Promise<void> {
    for (const { question, value } of changes) {
      const part = projectedPart(question);
      // Of several school pickers the first is the one that lists and letters name.
      if (part === undefined || questionOfPart(form.definition, part)?.key !== question.key) continue;
      if (part === 'districts') await this.districts(work, application, value);
      else if (part === 'budget') await projectBudget(work, application, rowsIn(value));
      else await this.text(work, application, part, await textOf(work, question, value));
    }
  }

  /** What the answers now show or hide: a part that is not asked any more says nothing to anybody, as if it was empty. */
  async settle(work: Work, application: Application, form: ApplicationForm): Promise<void> {
    const conditional = conditionalParts(form.definition);
    if (conditional.length === 0) return;
    const records = await readAnswerRecords(work, application.id);
    const shown = shownIn(form.definition, valuesOf(await readAnswers(work, application.id, form)));
    const changes = conditional.flatMap((question): ChangedAnswer[] => {
      const isShown = shown.includes(question.key);
      // What stands in the typed tables alone is right as it is, while it is asked for.
      if (isShown && !records.has(question.key)) return [];
      return [{ question, value: isShown ? records.get(question.key)?.value : undefined }];
    });
    await this.project(work, application, form, changes);
  }

  /** The version of the application stays: what is written here has versions of its own. */
  private async text(
    work: Work,
    application: Application,
    part: 'title' | 'summary' | 'schools',
    text: string | null,
  ): Promise<void> {
    const { id } = application;
    // An application is never without a title: one that was taken away is missed when it is sent.
    if (part === 'title' && text === null) return;
    // One that is too long is kept as an answer, and cut where lists, letters and mails name the application.
    const kept = part === 'title' && text !== null ? [...text].slice(0, TITLE_CHARACTERS).join('').trim() : text;
    if (part === 'title') await work.query(sql`update applications set title = ${kept} where id = ${id}`);
    else if (part === 'summary') await work.query(sql`update applications set summary = ${text} where id = ${id}`);
    else await work.query(sql`update applications set schools = ${text} where id = ${id}`);
    Object.assign(application, { [part]: kept });
  }

  private async districts(work: Work, { id }: Application, value: AnswerValue | undefined): Promise<void> {
    const names = await work.query<{ name: string }>(sql`select name from districts`);
    const known = new Set(names.map(({ name }) => name));
    await work.query(sql`delete from application_districts where application_id = ${id}`);
    await work.insert(
      ApplicationDistrict,
      districtsIn(value, known).map((each) => ({ applicationId: id, ...each })),
    );
  }
}

/** Parts of the proposal that are asked for only with some answers. */
function conditionalParts(definition: FormDefinition): Question[] {
  return definition.sections.flatMap(({ showWhen, questions }) =>
    questions.filter((question) => projectedPart(question) !== undefined && (showWhen ?? question.showWhen)),
  );
}

async function textOf(work: Work, question: Question, value: AnswerValue | undefined): Promise<string | null> {
  if (question.kind !== 'schools') return textIn(value);
  const ids = idsIn(value);
  if (ids.length === 0) return null;
  const rows = await work.query<{ name: string }>(
    sql`select name from schools where id = any(${[...ids]}::uuid[]) order by name`,
  );
  return rows.map(({ name }) => name).join(', ') || null;
}
