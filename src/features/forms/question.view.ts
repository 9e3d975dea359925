/** QuestionView: a question of any kind as a page shows it to be answered; drawn by `templates/components/question.hbs`. */
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { acceptedBy, FILE_KINDS, wordsOf } from '../../platform/files/kind-names.js';
import { say } from '../../platform/http/problem.js';
import type { FieldView } from '../../platform/pages/components.js';
import { dateInBox } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import { ADDRESS_PARTS, isTyped, listOf, recordOf, rowsOf } from './answer.values.js';
import { type AnswerRow, type AnswerValue, type Question, type TableColumn, USUAL } from './form.definition.js';
import { countWords } from './words.js';

/** The schools of one district, as they are offered. */
export interface SchoolGroup {
  readonly district: string;
  readonly schools: readonly { readonly id: string; readonly name: string; readonly note?: string }[];
}

export interface QuestionOptions {
  readonly texts: Texts;
  readonly value?: AnswerValue;
  readonly problems?: readonly Sentence[];
  /** The names of the agency's districts, for shares. */
  readonly districts?: readonly string[];
  readonly schools?: readonly SchoolGroup[];
  /** "Saved 2:14 p.m." */
  readonly saved?: string;
}

/** What stands above a group of boxes. */
interface GroupHead {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly error?: string;
  readonly optional: boolean;
}

export interface QuestionView {
  readonly key: string;
  readonly kind: Question['kind'];
  /** What links lead to, such as a summary of what is missing. */
  readonly id: string;
  /** One box. */
  readonly field?: FieldView;
  /** Boxes that make one answer: the lines of an address. */
  readonly group?: GroupHead & { readonly fields: readonly FieldView[] };
  /** Rows of boxes: a table, shares of districts. */
  readonly grid?: GroupHead & {
    readonly rows: readonly { readonly label: string; readonly fields: readonly FieldView[] }[];
  };
  /** Many of a long list, folded by district. */
  readonly picker?: GroupHead & {
    readonly search: string;
    readonly groups: readonly {
      readonly label: string;
      readonly count: string;
      readonly open: boolean;
      readonly options: readonly { readonly value: string; readonly label: string; readonly chosen: boolean }[];
    }[];
  };
  /** Budget and partners have a page or table of their own: what is said in their place. */
  readonly part?: GroupHead & { readonly text: string };
}

/** Up to so many choices stand under each other; more are a list that unfolds. */
const MOST_RADIOS = 8;
const SPARE_ROWS = 2;
const LEAST_ROWS = 3;
/** Words of a line of a text box, about. */
const WORDS_PER_LINE = 14;

/** The name of a question's box in a form; its problems are said under it too. */
export const answerName = (key: string): string => `answers.${key}`;

export function questionView(question: Question, options: QuestionOptions): QuestionView {
  const base = { key: question.key, kind: question.kind, id: `q-${question.key}` };
  switch (question.kind) {
    case 'address':
      return { ...base, group: { ...headOf(question, options), fields: addressFields(question, options) } };
    case 'table':
      return { ...base, grid: { ...headOf(question, options), rows: tableRows(question, options) } };
    case 'districts':
      return { ...base, grid: { ...headOf(question, options), rows: districtRows(question, options) } };
    case 'schools':
      return { ...base, picker: schoolPicker(question, options) };
    case 'budget':
    case 'partners':
      return {
        ...base,
        part: { ...headOf(question, options), text: options.texts.t(`form_builder.part.${question.kind}`) },
      };
    default:
      return { ...base, field: { ...headOf(question, options), ...boxOf(question, options), saved: options.saved } };
  }
}

function headOf(question: Question, { texts, problems = [] }: QuestionOptions): GroupHead {
  const [problem] = problems;
  return {
    name: answerName(question.key),
    label: question.label,
    hint: hintOf(question, texts),
    error: problem === undefined ? undefined : say(texts, problem),
    optional: question.required !== true,
  };
}

function hintOf(question: Question, texts: Texts): string | undefined {
  const files = question.kind === 'file' ? texts.t('answer.file.hint', fileParams(question)) : undefined;
  const most =
    question.mostChosen === undefined ? undefined : texts.t('answer.most_chosen.hint', { most: question.mostChosen });
  const parts = [question.help, files, most].filter((each) => each !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

const fileParams = ({ accept = FILE_KINDS, mostFiles = USUAL.files }: Question): Record<string, unknown> => ({
  kinds: wordsOf(accept),
  count: mostFiles,
});

function boxOf(question: Question, { texts, value }: QuestionOptions): Pick<FieldView, 'kind'> & Partial<FieldView> {
  const text = shownText(question, value);
  switch (question.kind) {
    case 'long_text':
    case 'summary':
      return { kind: 'textarea', value: text, rows: rowsFor(question), count: countOf(question, text, texts) };
    case 'money':
      return { kind: 'money', value: text, width: 'short' };
    case 'number':
      return { kind: 'text', inputmode: 'decimal', value: text, width: 'short' };
    case 'date':
      return { kind: 'date', value: text, width: 'short' };
    case 'yes_no': {
      const choices = ['yes', 'no'].map((each) => ({ value: each, label: texts.t(`answer.${each}`) }));
      return {
        kind: 'radios',
        options: choices,
        value: typeof value === 'boolean' ? (value ? 'yes' : 'no') : undefined,
      };
    }
    case 'choice': {
      const isLong = (question.choices ?? []).length > MOST_RADIOS;
      const kind = isLong ? 'select' : 'radios';
      return { kind, options: question.choices, value: text, prompt: isLong ? texts.t('form.choose') : undefined };
    }
    case 'many':
      return { kind: 'checkboxes', options: question.choices, value: listOf(value) };
    case 'file':
      return { kind: 'file', accept: acceptedBy(question.accept ?? FILE_KINDS) };
    default:
      return { kind: 'text', value: text, count: countOf(question, text, texts) };
  }
}

/** An answer as it stands in its box: money with cents, dates as people type them, and what could not be read as it is. */
function shownText(question: Question, value: AnswerValue | undefined): string {
  if (isTyped(value)) return value.typed;
  if (typeof value !== 'string') return '';
  if (question.kind === 'date') return dateInBox(value);
  return question.kind === 'money' ? amountInBox(value) : value;
}

const amountInBox = (text: string): string => Money.tryParse(text)?.format({ symbol: false, cents: 'auto' }) ?? text;

function rowsFor({ mostWords }: Question): number {
  return Math.min(12, Math.max(4, Math.ceil((mostWords ?? 150) / WORDS_PER_LINE)));
}

/** "62 of 150 words"; nothing where there is no limit. */
export function countOf({ mostWords }: Question, text: string, texts: Texts): string | undefined {
  return mostWords === undefined ? undefined : texts.t('answer.words', { words: countWords(text), most: mostWords });
}

function addressFields(question: Question, { texts, value }: QuestionOptions): FieldView[] {
  const address = recordOf(value);
  return ADDRESS_PARTS.map((part) => ({
    kind: 'text',
    name: `${answerName(question.key)}.${part}`,
    label: texts.t(`answer.address.${part}`),
    value: address[part] ?? '',
    optional: part === 'line2' || question.required !== true,
    autocomplete: {
      line1: 'address-line1',
      line2: 'address-line2',
      city: 'address-level2',
      state: 'address-level1',
      zip: 'postal-code',
    }[part],
    width: part === 'state' || part === 'zip' ? ('short' as const) : undefined,
  }));
}

function tableRows(question: Question, { texts, value }: QuestionOptions): { label: string; fields: FieldView[] }[] {
  const rows = rowsOf(value);
  const most = question.mostRows ?? USUAL.rows;
  const length = Math.max(rows.length, Math.min(most, Math.max(LEAST_ROWS, rows.length + SPARE_ROWS)));
  return Array.from({ length }, (_, index) => ({
    label: texts.t('answer.row', { row: index + 1 }),
    fields: (question.columns ?? []).map((column) =>
      cellField(column, rows[index] ?? {}, `${answerName(question.key)}[${index}].${column.key}`, texts),
    ),
  }));
}

function cellField(column: TableColumn, row: AnswerRow, name: string, texts: Texts): FieldView {
  const text = Object.hasOwn(row, column.key) ? (row[column.key] ?? '') : '';
  const base = { name, label: column.label, value: text, optional: true };
  const isChosen = (column.choices ?? []).some((each) => each.value === text);
  switch (column.kind) {
    case 'money':
      return { ...base, kind: 'money', value: amountInBox(text) };
    case 'number':
      return { ...base, kind: 'text', inputmode: 'decimal' };
    case 'choice':
      return {
        ...base,
        kind: 'select',
        options: column.choices,
        prompt: isChosen ? undefined : texts.t('form.choose'),
      };
    default:
      return { ...base, kind: 'text' };
  }
}

/** A row for each district of the agency, with its share; what was answered of others stays. */
function districtRows(
  question: Question,
  { texts, value, districts = [] }: QuestionOptions,
): { label: string; fields: FieldView[] }[] {
  const shares = new Map(rowsOf(value).map((row) => [row['district'] ?? '', row['share'] ?? '']));
  const names = [...new Set([...districts, ...shares.keys()])];
  return names.map((district, index) => {
    const name = `${answerName(question.key)}[${index}]`;
    return {
      label: district,
      fields: [
        { kind: 'hidden', name: `${name}.district`, label: '', value: district },
        {
          ...{ kind: 'text', name: `${name}.share`, label: texts.t('answer.share_of', { district }) },
          ...{ value: shares.get(district) ?? '', optional: true, inputmode: 'decimal', bare: true },
        },
      ],
    };
  });
}

function schoolPicker(question: Question, options: QuestionOptions): NonNullable<QuestionView['picker']> {
  const { texts, value, schools = [] } = options;
  const chosen = new Set(listOf(value));
  return {
    ...headOf(question, options),
    search: texts.t('answer.schools.search'),
    groups: schools.map((group) => {
      const count = group.schools.filter((school) => chosen.has(school.id)).length;
      return {
        label: group.district,
        count: texts.t('answer.schools.chosen', { count, of: group.schools.length }),
        open: count > 0,
        options: group.schools.map(({ id, name, note }) => ({
          value: id,
          label: note === undefined ? name : `${name} (${note})`,
          chosen: chosen.has(id),
        })),
      };
    }),
  };
}
