/** The parts of an application that can be named when it goes back, and what was said of them when it did. */
import { invalidField } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { labelOf, type QuestionKind } from '../forms/index.js';
import { type ApplicationForm, formOfApplication, readAnswers, shownIn, valuesOf } from './answers.reads.js';
import type { Application } from './application.entity.js';
import type { ReturnInput } from './application.input.js';
import { sentVersions } from './receipt.sent.js';
import type { ReturnedPart } from './return.entity.js';
import { isPartOpen, questionPart } from './return.rules.js';

export interface ReturnablePart {
  readonly key: string;
  readonly title: string;
  readonly questions: readonly { readonly key: string; readonly title: string; readonly kind: QuestionKind }[];
}

/** What is said when it goes back. */
export interface ReturnOrder {
  readonly note: string;
  readonly fixBy: string;
  /** In the order of the form; null for all of it. */
  readonly parts: readonly ReturnedPart[] | null;
}

/** The sections of the form it answers, with their questions. */
export async function partsOf(from: Queryable, id: string): Promise<ReturnablePart[]> {
  const { definition } = await formOfApplication(from, id);
  return definition.sections.map(({ key, title, questions }) => ({
    ...{ key, title },
    questions: questions.map((each) => ({ key: each.key, title: labelOf(each), kind: each.kind })),
  }));
}

/**
 * What was named, in the order of the form; null for the whole of it. Who says what to mend in a part names it. Refused
 * where there is no such part.
 */
export async function returnOrder(
  from: Queryable,
  id: string,
  { note, fixBy, parts = [], questions = [], partNotes = [] }: ReturnInput,
): Promise<ReturnOrder> {
  const known = await partsOf(from, id);
  const notes = new Map(partNotes.map((each) => [each.part, each.note?.trim() ?? '']));
  const said = (part: string): string | null => notes.get(part) || null;
  const isNamed = (part: string, chosen: boolean): boolean => chosen || said(part) !== null;
  const named: ReturnedPart[] = [];
  for (const { key, questions: asked } of known) {
    const isWhole = isNamed(key, parts.includes(key));
    if (isWhole) named.push({ part: key, note: said(key) });
    for (const question of asked) {
      const part = questionPart(key, question.key);
      // A question of a section that is open as a whole is named only where something is said of it.
      if (isWhole ? said(part) !== null : isNamed(part, questions.includes(question.key))) {
        named.push({ part, note: said(part) });
      }
    }
  }
  const all = known.flatMap(({ key, questions: asked }) => [key, ...asked.map((each) => questionPart(key, each.key))]);
  const strange = [...notes.keys()].some((part) => said(part) !== null && !all.includes(part));
  if (strange || parts.some((part) => !all.includes(part))) throw invalidField('parts', 'field.not_a_choice');
  if (questions.some((key) => !known.some((each) => each.questions.some((question) => question.key === key)))) {
    throw invalidField('questions', 'field.not_a_choice');
  }
  // All of it, and nothing said of any part: as if none was named.
  const isAll = known.every(({ key }) => named.some(({ part }) => part === key));
  const isPlain = named.length === 0 || (isAll && named.every((each) => each.note === null));
  return { note, fixBy, parts: isPlain ? null : named };
}

/** What was said when it last went back; undefined when it never did, or before that was kept. */
export async function latestReturn(from: Queryable, id: string): Promise<ReturnOrder | undefined> {
  const [row] = await from.query<ReturnOrder>(sql`
    select note, fix_by as "fixBy", parts from application_returns
    where application_id = ${id} order by created_at desc, id desc limit 1`);
  return row;
}

/** What a part is called: its section, or the question with the section it stands in. */
export function partTitle(known: readonly ReturnablePart[], part: string): string {
  const [sectionKey, questionKey] = part.split('/');
  const section = known.find(({ key }) => key === sectionKey);
  if (section === undefined) return part;
  if (questionKey === undefined) return section.title;
  const question = section.questions.find(({ key }) => key === questionKey)?.title ?? questionKey;
  return known.length > 1 ? `${section.title}: ${question}` : question;
}

/**
 * What an answer that is open brings up in a part that is closed can be answered too, or it could not be sent again. What
 * was shown when it was sent stays closed. A step of the work that wrote the answer.
 */
export async function openWhatAppeared(work: Work, application: Application, form: ApplicationForm): Promise<void> {
  const { id, state, returnedParts } = application;
  if (state !== 'returned' || returnedParts === null) return;
  const sent = (await sentVersions(work, [id])).get(id);
  if (sent === undefined) return;
  const { definition } = form;
  const before = new Set(shownIn(definition, sent.content.answers));
  const now = new Set(shownIn(definition, valuesOf(await readAnswers(work, id, form))));
  const fresh = definition.sections.flatMap(({ key, questions }) =>
    questions.filter((each) => now.has(each.key) && !before.has(each.key)).map((each) => questionPart(key, each.key)),
  );
  await openParts(work, application, fresh);
}

/** Opens more of what came back; a part that is open already stays as it is. A step of a work that holds it. */
export async function openParts(work: Work, application: Application, parts: readonly string[]): Promise<void> {
  const { id, state, returnedParts } = application;
  const closed = parts.filter((part) => !isPartOpen(application, part));
  if (state !== 'returned' || returnedParts === null || closed.length === 0) return;
  const all = [...returnedParts, ...closed];
  await work.query(sql`update applications set returned_parts = ${all}::text[] where id = ${id}`);
  Object.assign(application, { returnedParts: all });
}

/** Stands for what no section asks for: it is never named when an application goes back, and so stays closed then. */
const NO_SECTION = '';

/** The questions of its form that ask for these, as parts. */
export async function sectionsAsking(from: Queryable, id: string, kinds: readonly QuestionKind[]): Promise<string[]> {
  const asking = (await partsOf(from, id)).flatMap(({ key, questions }) =>
    questions.filter(({ kind }) => kinds.includes(kind)).map((each) => questionPart(key, each.key)),
  );
  return asking.length === 0 ? [NO_SECTION] : asking;
}
