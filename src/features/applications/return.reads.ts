/** The parts of an application that can be named when it goes back: the sections of the form it answers. */
import { invalidField } from '../../kernel/errors.js';
import type { Queryable } from '../../platform/database/work.js';
import type { QuestionKind } from '../forms/index.js';
import { formOfApplication } from './answers.reads.js';

export interface ReturnablePart {
  readonly key: string;
  readonly title: string;
}

export async function partsOf(from: Queryable, id: string): Promise<ReturnablePart[]> {
  const { definition } = await formOfApplication(from, id);
  return definition.sections.map(({ key, title }) => ({ key, title }));
}

/** What was named, in the order of the form; null for the whole of it. Refused where there is no such part. */
export async function returnableParts(
  from: Queryable,
  id: string,
  named: readonly string[] | undefined,
): Promise<string[] | null> {
  if (named === undefined || named.length === 0) return null;
  const keys = (await partsOf(from, id)).map(({ key }) => key);
  if (named.some((each) => !keys.includes(each))) throw invalidField('parts', 'field.not_a_choice');
  return keys.length === named.length ? null : keys.filter((key) => named.includes(key));
}

/** Stands for what no section asks for: it is never named when an application goes back, and so stays closed then. */
const NO_SECTION = '';

/** The sections of its form that ask for these. */
export async function sectionsAsking(from: Queryable, id: string, kinds: readonly QuestionKind[]): Promise<string[]> {
  const { definition } = await formOfApplication(from, id);
  const asking = definition.sections.flatMap(({ key, questions }) =>
    questions.some(({ kind }) => kinds.includes(kind)) ? [key] : [],
  );
  return asking.length === 0 ? [NO_SECTION] : asking;
}
