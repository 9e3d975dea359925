/** A question as its form in the builder sends it, turned into what is kept; and the other way round. */
import { Calendar } from '../../kernel/calendar.js';
import { Money } from '../../kernel/money.js';
import { dateInBox } from '../../platform/pages/forms.js';
import { readDecimal } from './decimals.js';
import { freeKey } from './form.edits.js';
import { testsOf } from './form.conditions.js';
import {
  type Condition,
  findQuestion,
  type FormDefinition,
  type FormSection,
  type Question,
  type QuestionChoice,
  type QuestionKind,
  questionsOf,
  type TableColumn,
  type Test,
} from './form.definition.js';
import type { ColumnInput, FormQuestionInput, FormSectionInput, TestInput } from './form.input.js';
import { EXTRAS } from './form.reader.js';

type PlainInput = Omit<FormQuestionInput, 'section' | 'criterion' | 'join' | 'tests'>;

/** The question that was sent. `key` is the one it has already; a new one gets its own from its words. */
export function questionFrom(input: FormQuestionInput, definition: FormDefinition, key?: string): Question {
  const taken = questionsOf(definition).map((question) => question.key);
  const own = plainQuestion(input, key ?? freeKey(input.label, taken));
  return defined({ ...own, showWhen: conditionFrom(input, definition), criterion: input.criterion });
}

/** A question by itself, as the library keeps it. */
export function plainQuestion(input: PlainInput, key: string): Question {
  const { kind, label, help, required } = input;
  const extras = Object.fromEntries(
    Object.entries(extrasFrom(input)).filter(([name]) => EXTRAS[kind].some((extra) => extra === name)),
  );
  return defined({ ...{ key, kind, label, help, required: required ? true : undefined }, ...extras });
}

export function sectionFrom(
  input: FormSectionInput,
  definition: FormDefinition,
  key?: string,
): Omit<FormSection, 'questions'> {
  const { title, help } = input;
  const taken = definition.sections.map((section) => section.key);
  return defined({ key: key ?? freeKey(title, taken), title, help, showWhen: conditionFrom(input, definition) });
}

function extrasFrom(input: PlainInput): Partial<Question> {
  const { kind, mostWords, mostChosen, decimals, mostRows, mostFiles, accept = [] } = input;
  return {
    ...{ mostWords, mostChosen, decimals, mostRows, mostFiles },
    choices: choicesFrom(input.choices ?? ''),
    least: boundFrom(kind, input.least),
    most: boundFrom(kind, input.most),
    columns: columnsFrom(input.columns),
    accept: accept.length === 0 ? undefined : accept,
  };
}

/** As people write it; what cannot be read stays, and is said by the reader of forms. */
function boundFrom(kind: QuestionKind, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (kind === 'date') return Calendar.parseDate(text) ?? text;
  return kind === 'money' ? (Money.tryParse(text)?.toDecimal() ?? text) : (readDecimal(text, 4) ?? text);
}

/** `value = words` on each line, or the words alone. */
function choicesFrom(text: string): QuestionChoice[] {
  const taken: string[] = [];
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^([a-z0-9_-]{1,60})\s*=\s*(.+)$/.exec(line);
      const label = match?.[2] ?? line;
      const value = match?.[1] ?? freeKey(label, taken);
      taken.push(value);
      return { value, label };
    });
}

function choicesText(choices: readonly QuestionChoice[] = []): string {
  return choices.map(({ value, label }) => `${value} = ${label}`).join('\n');
}

function columnsFrom(lines: readonly ColumnInput[]): TableColumn[] | undefined {
  if (lines.length === 0) return undefined;
  const taken = lines.flatMap((line) => line.key ?? []);
  return lines.map(({ key, label, kind = 'text', choices }) => {
    const own = key ?? freeKey(label, taken);
    taken.push(own);
    const given = kind === 'choice' ? choicesFrom((choices ?? '').replaceAll(',', '\n')) : undefined;
    return defined({ key: own, label, kind, choices: given });
  });
}

function conditionFrom(
  { join, tests }: { readonly join?: 'all' | 'any'; readonly tests: readonly TestInput[] },
  definition: FormDefinition,
): Condition | undefined {
  const read = tests.map((test) => testFrom(test, definition));
  if (read.length === 0) return undefined;
  return join === 'any' ? { any: read } : { all: read };
}

/** A choice may be named by its words, an amount or a date as people write it. */
function testFrom({ question: key, is, value }: TestInput, definition: FormDefinition): Test {
  const question = findQuestion(definition, key);
  if (value === undefined || is === 'answered' || is === 'not_answered') return { question: key, is };
  const text = value.trim();
  const chosen = question?.choices?.find(
    (each) => each.value === text || each.label.toLowerCase() === text.toLowerCase(),
  );
  if (chosen !== undefined) return { question: key, is, value: chosen.value };
  if (question?.kind === 'yes_no') return { question: key, is, value: text.toLowerCase() };
  const isFigure = question !== undefined && ['number', 'money', 'date'].includes(question.kind);
  return { question: key, is, value: isFigure ? (boundFrom(question.kind, text) ?? text) : text };
}

/** A question as its form shows it, by field. */
export function questionValues(question: Question, section: string): Record<string, unknown> {
  const bound = (text: string | undefined): string | undefined =>
    question.kind === 'date' && text !== undefined ? dateInBox(text) : text;
  return {
    ...question,
    ...{ section, choices: choicesText(question.choices), least: bound(question.least), most: bound(question.most) },
    ...conditionValues(question.showWhen),
  };
}

export function conditionValues(condition: Condition | undefined): { join: 'all' | 'any' } {
  return { join: condition !== undefined && 'any' in condition ? 'any' : 'all' };
}

/** The conditions as lines of a form, with choices by their words. */
export function testLines(condition: Condition | undefined, definition: FormDefinition): object[] {
  return testsOf(condition).map((test) => ({ ...test, value: shownValue(test, definition) }));
}

export function shownValue({ question: key, value }: Test, definition: FormDefinition): string | undefined {
  const question = findQuestion(definition, key);
  if (value === undefined || question === undefined) return value;
  if (question.kind === 'date') return dateInBox(value);
  return question.choices?.find((each) => each.value === value)?.label ?? value;
}

export function columnLines(question: Question | undefined): object[] {
  return (question?.columns ?? []).map((column) => ({
    ...column,
    choices: column.choices?.map((each) => each.label).join(', '),
  }));
}

/** Without what was left out. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
