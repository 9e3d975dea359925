/** Answers as lines of text, with the files and schools they name: for print, PDF, comparing and pages that only show. */
import type { Queryable } from '../../platform/database/work.js';
import type { Schools } from '../agency/index.js';
import type { Attachments } from '../documents/index.js';
import { answerLines, type AnswerValue, listOf, type Question, rowsOf } from '../forms/index.js';
import type { AnswerRecord } from './answers.reads.js';
import { evidenceIn } from './proposed-budget.reads.js';
import { isIndirectRow } from './proposed-budget.shapes.js';

/** One answer as people read it; the row of a rate is told with the totals, not as a line. */
export function answerText(
  question: Question,
  value: AnswerValue | undefined,
  names?: ReadonlyMap<string, string>,
): string[] {
  const shown = question.kind === 'budget' ? rowsOf(value).filter((row) => !isIndirectRow(row)) : value;
  return answerLines(
    question,
    shown as AnswerValue | undefined,
    names === undefined ? undefined : { yes: 'Yes', no: 'No', names },
  );
}

/** The files that these questions' answers name. */
export function fileIdsOf(questions: readonly Question[], records: ReadonlyMap<string, AnswerRecord>): string[] {
  return questions.flatMap(({ key, kind }) => {
    const value = records.get(key)?.value;
    if (kind === 'file') return [...listOf(value)];
    return kind === 'budget' ? evidenceIn(rowsOf(value)) : [];
  });
}

/** What files and schools of answers are called, by id. */
export async function namesIn(
  from: Queryable,
  { attachments, schools }: { readonly attachments: Attachments; readonly schools: Schools },
  questions: readonly Question[],
  values: readonly (AnswerValue | undefined)[],
): Promise<Map<string, string>> {
  const ofKind = (kind: Question['kind']): string[] =>
    questions.flatMap((question, index) => (question.kind === kind ? [...listOf(values[index])] : []));
  const files = ofKind('file');
  const picked = ofKind('schools');
  const names = picked.length === 0 ? new Map<string, string>() : new Map(await schools.names(from, picked));
  if (files.length > 0) for (const [id, { fileName }] of await attachments.views(from, files)) names.set(id, fileName);
  return names;
}
