/** Forms: an input's fields as a page shows them, with what was typed and what is wrong with it. */
import type { FieldProblem } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { timeInBox } from '../../kernel/time-of-day.js';
import { say } from '../http/problem.js';
import { acceptedBy } from '../files/kind-names.js';
import type { RefusedForm } from '../http/visit.js';
import { type FieldSpec, fieldsOf, type InputClass } from '../input/fields.js';
import type { Texts } from '../texts/texts.js';
import { missingWords } from './missing.js';
import type { ChoiceView, ErrorItem, FieldKind, FieldView } from './components.js';

export interface FormOptions {
  /** What is stored, by field; Money, dates and basis points as they are. */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly refused?: RefusedForm;
  /** The choices of a select, by field, with the words people read. */
  readonly choices?: Readonly<Record<string, readonly ChoiceView[]>>;
  /** What files among the values are called, by id; those of a refused form are known. */
  readonly files?: ReadonlyMap<string, string>;
  /** What the field's kind does not say: an e-mail address, fewer rows. */
  readonly overrides?: Readonly<Record<string, Partial<FieldView>>>;
  /** Only these, in this order. */
  readonly only?: readonly string[];
}

const KIND_ON_PAGE: Readonly<Record<string, FieldKind>> = {
  text: 'text',
  long_text: 'textarea',
  secret: 'password',
  money: 'money',
  date: 'date',
  time: 'text',
  integer: 'number',
  percent: 'text',
  choice: 'select',
  many: 'checkboxes',
  yes_no: 'yes',
  ref: 'select',
  file: 'file',
};

/** A date as people type it here: `10/30/2020`. What is no date stays as it is. */
export function dateInBox(date: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  return day === undefined ? date : `${month}/${day}/${year}`;
}

/** A stored value as it stands in its box. */
function shown(field: FieldSpec, value: unknown): string | readonly string[] | boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Money) return value.format({ symbol: false, cents: true });
  if (field.kind === 'date' && typeof value === 'string') return dateInBox(value);
  if (field.kind === 'time' && typeof value === 'string') return timeInBox(value);
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(String);
  if (field.kind === 'percent' && typeof value === 'number') {
    const rest = value % 100;
    return rest === 0 ? String(value / 100) : `${Math.floor(value / 100)}.${String(rest).padStart(2, '0')}`;
  }
  return String(value);
}

/** What was typed, just as it was typed. */
function typed(field: FieldSpec, raw: unknown): string | readonly string[] | boolean | undefined {
  if (field.kind === 'yes_no') return raw === 'yes';
  if (field.kind === 'many') return raw === undefined ? [] : [raw].flat().map(String);
  return typeof raw === 'string' ? raw : undefined;
}

/** The file that is there already. One that is not known by name is not this person's, or is gone. */
function keptFile(id: unknown, { files, refused }: FormOptions): FieldView['kept'] {
  const fileName = typeof id === 'string' ? (files?.get(id) ?? refused?.files?.get(id)) : undefined;
  return typeof id === 'string' && fileName !== undefined ? { id, fileName } : undefined;
}

/** The fields of an input, for `form` and `field` partials. Passphrases are never shown again; lists have no field. */
export function fieldViews(input: InputClass, texts: Texts, options: FormOptions = {}): FieldView[] {
  const problems = new Map(options.refused?.error.fields.map((problem) => [problem.field, problem]) ?? []);
  const wanted = options.only;
  const fields = fieldsOf(input).filter((field) => field.kind !== 'list');
  const chosen =
    wanted === undefined ? fields : wanted.flatMap((name) => fields.filter((field) => field.name === name));
  return chosen.map((field) => {
    const problem = problems.get(field.name);
    const value =
      options.refused === undefined
        ? shown(field, options.values?.[field.name])
        : typed(field, options.refused.values[field.name]);
    const choices =
      options.choices?.[field.name] ??
      field.choices?.map((choice) => ({ value: choice, label: texts.t(`${field.label}.${choice}`) }));
    return {
      kind: KIND_ON_PAGE[field.kind] ?? 'text',
      name: field.name,
      label: texts.t(field.label),
      hint: texts.has(`${field.label}.hint`) ? texts.t(`${field.label}.hint`) : undefined,
      value: field.kind === 'secret' || field.kind === 'file' ? undefined : value,
      error:
        problem === undefined
          ? undefined
          : problemWords(texts, problem, options.overrides?.[field.name]?.label ?? texts.t(field.label), field.kind),
      optional: field.optional && field.kind !== 'yes_no' && field.kind !== 'many',
      options: choices,
      ...(field.kind === 'file' && { accept: acceptedBy(field.accept ?? []), kept: keptFile(value, options) }),
      // Nothing is chosen for anybody: the first line asks.
      prompt: (value === undefined || value === '') && choices !== undefined ? texts.t('form.choose') : undefined,
      ...options.overrides?.[field.name],
    };
  });
}

/** The items of the summary at the top of a refused form; undefined when no field is at fault: the page's note tells then. */
export function errorItems(texts: Texts, refused: RefusedForm | undefined): readonly ErrorItem[] | undefined {
  const problems: readonly FieldProblem[] = refused?.error.fields ?? [];
  if (problems.length === 0) return undefined;
  return problems.map((problem) => ({ text: named(texts, problem), field: problem.field }));
}

/** What is said of any field says which one; a sentence of its own names what it is about. */
function named(texts: Texts, problem: FieldProblem): string {
  const sentence = say(texts, problem);
  if (problem.label === undefined || !problem.code.startsWith('field.')) return sentence;
  const label = texts.t(problem.label);
  const words = problemWords(texts, problem, label, problem.kind);
  return words === sentence ? problemOf(texts, label, sentence) : words;
}

/** What is wrong, after what it is about: a question ends as it is, and any other label with a colon. */
export function problemOf(texts: Texts, label: string, problem: string): string {
  return texts.t(/[?!.:]$/u.test(label) ? 'form.problem_of_question' : 'form.problem_of', { label, problem });
}

/** What is wrong with a field; of one that was left empty, what to enter, where its label makes a sentence. */
function problemWords(texts: Texts, problem: FieldProblem, label: string, kind: string | undefined): string {
  const missing = problem.code === 'field.required' ? missingWords(label, kind) : undefined;
  return missing === undefined ? say(texts, problem) : texts.t(missing.key, { words: missing.words });
}

export interface LineOptions {
  /** The list's field: its rows are `<name>[0]`, `<name>[1]` and so on. */
  readonly name: string;
  readonly input: InputClass;
  readonly stored: readonly object[];
  readonly refused?: RefusedForm;
  /** Empty rows at the end, so that lines can be added without a script; one after what was typed. */
  readonly spare?: number;
  /** At least this many rows. */
  readonly least?: number;
  readonly choices?: FormOptions['choices'];
  readonly files?: FormOptions['files'];
  readonly overrides?: FormOptions['overrides'];
}

const SPARE_LINES = 3;

/** The rows of a list in a form: what is typed or stored, each field under its own path, with what is wrong there. */
export function lineViews(texts: Texts, options: LineOptions): FieldView[][] {
  const { name, input, stored, refused, spare = SPARE_LINES, least = 0, choices, overrides } = options;
  const sent = refused?.values[name];
  const typed = Array.isArray(sent) ? (sent as object[]) : undefined;
  const rows = typed ?? stored;
  const problems = new Map(refused?.error.fields.map((problem) => [problem.field, problem]) ?? []);
  // What was refused comes back as long as it was, with one row to go on; it does not grow with each refusal.
  const length =
    typed === undefined
      ? Math.max(least, rows.length + spare)
      : Math.max(least, typed.length, filledRows(typed) + Math.min(spare, 1));
  return Array.from({ length }, (_, index) => {
    const values = rows[index] as Record<string, unknown> | undefined;
    return fieldViews(input, texts, { values, choices, overrides, files: refused?.files ?? options.files }).map(
      (field): FieldView => {
        const path = `${name}[${index}].${field.name}`;
        const problem = problems.get(path);
        return {
          ...field,
          name: path,
          optional: false,
          error: problem === undefined ? undefined : problemWords(texts, problem, field.label, problem.kind),
        };
      },
    );
  });
}

/** How many rows there are up to the last in which something was typed. */
const filledRows = (rows: readonly object[]): number =>
  rows.findLastIndex((row) => Object.values(row ?? {}).some((value) => value !== undefined && value !== '')) + 1;

const lastWord = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** Short fields that belong together stand side by side. */
export function inPairs(
  fields: readonly FieldView[],
  pairs: readonly (readonly [string, string])[],
): (FieldView | FieldView[])[] {
  return fields.flatMap((field): (FieldView | FieldView[])[] => {
    const name = lastWord(field.name);
    if (pairs.some(([, second]) => second === name)) return [];
    const other = pairs.find(([first]) => first === name)?.[1];
    const second = fields.find((each) => lastWord(each.name) === other);
    return [second === undefined ? field : [field, second]];
  });
}
