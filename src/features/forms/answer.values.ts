/** What an answer is: whether there is one, and whether it is text that could not be read. */
import type { AnswerRow, AnswerValue, Question } from './form.definition.js';

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text that could not be read as what the question asks for, kept as it was typed. */
export function isTyped(value: AnswerValue | undefined): value is { typed: string } {
  return isObject(value) && isText(value['typed']) && Object.keys(value).length === 1;
}

export function rowsOf(value: AnswerValue | undefined): readonly AnswerRow[] {
  return Array.isArray(value) ? value.filter((each): each is AnswerRow => isObject(each)) : [];
}

export function listOf(value: AnswerValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter(isText) : [];
}

export function recordOf(value: AnswerValue | undefined): AnswerRow {
  return isObject(value) && !isTyped(value) ? value : {};
}

/** Whether anything was answered; `no` is an answer too. */
export function isAnswered(value: AnswerValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return true;
  if (isText(value)) return value.trim() !== '';
  if (Array.isArray(value)) return value.length > 0;
  return Object.values(value).some((each) => each.trim() !== '');
}

export const ADDRESS_PARTS = ['line1', 'line2', 'city', 'state', 'zip'] as const;

const MOST_LABEL = 80;

/** What a sentence calls a question. */
export function labelOf({ label }: Pick<Question, 'label'>): string {
  const short = label.length <= MOST_LABEL ? label : `${label.slice(0, MOST_LABEL - 1).trimEnd()}…`;
  return short.replace(/[.:]$/, '');
}
