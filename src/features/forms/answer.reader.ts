/** readAnswer: turns what was sent for a question, from a form or as JSON, into what is kept; or says what is wrong. */
import type { Sentence } from '../../kernel/errors.js';
import { Calendar } from '../../kernel/calendar.js';
import { isId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import { manyLines, mixedWord, oneLine } from '../../kernel/writing.js';
import { ADDRESS_PARTS, labelOf } from './answer.values.js';
import { readDecimal } from './decimals.js';
import { type AnswerRow, type AnswerValue, MOST, type Question, type TableColumn } from './form.definition.js';

export type AnswerReading =
  | { readonly value: AnswerValue | undefined }
  /** Nothing that was typed is lost: `typed` is what to keep and to show again. */
  | { readonly problem: Sentence; readonly typed: string };

const ROW_KEY = /^[a-zA-Z][\w:.-]{0,80}$/;
const MOST_IDS = 200;
const MOST_CELLS = 60;
const MOST_BUDGET_ROWS = 300;
/** Of the amounts of a budget that everybody reads; those of partners' columns are read by the budget itself. */
const BUDGET_AMOUNTS = ['amount', 'match'];
// eslint-disable-next-line no-control-regex -- these are the characters being taken out
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/gu;

type Read = (question: Question, raw: unknown) => AnswerReading;

const READERS: Readonly<Record<Question['kind'], Read>> = {
  short_text: readLine,
  title: readLine,
  long_text: readText,
  summary: readText,
  number: (question, raw) => readFigure(question, raw, (text) => readDecimal(text, question.decimals ?? 0)),
  money: (question, raw) => readFigure(question, raw, (text) => Money.tryParse(text)?.toDecimal()),
  date: (question, raw) => readFigure(question, raw, (text) => Calendar.parseDate(text)),
  choice: readChoice,
  many: readMany,
  yes_no: readYesNo,
  file: readIds,
  schools: readIds,
  table: (question, raw) => readRows(question, raw, (row) => tableRow(question.columns ?? [], row), MOST.rows),
  address: readAddress,
  districts: (question, raw) => readRows(question, raw, districtRow, MOST.rows),
  budget: (question, raw) => readRows(question, raw, budgetRow, MOST_BUDGET_ROWS),
  // Partners are rows of their own, no answer.
  partners: () => ({ value: undefined }),
};

/** Reads one answer. What is kept already reads as itself. */
export function readAnswer(question: Question, raw: unknown): AnswerReading {
  const sent = isKeptText(raw) ? raw.typed : raw;
  if (isAbsent(sent)) return { value: undefined };
  return READERS[question.kind](question, sent);
}

const isKeptText = (raw: unknown): raw is { typed: string } =>
  isRecord(raw) && typeof raw['typed'] === 'string' && Object.keys(raw).length === 1;

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function isAbsent(raw: unknown): boolean {
  if (raw === undefined || raw === null) return true;
  if (typeof raw === 'string') return raw.trim() === '';
  return Array.isArray(raw) && raw.length === 0;
}

const problem = (
  question: Question,
  code: string,
  raw: unknown,
  params: Record<string, unknown> = {},
): AnswerReading => ({
  problem: { code: `answer.${code}`, params: { label: labelOf(question), ...params } },
  typed: asTyped(raw),
});

/** What can be kept of what was sent: without the characters that no database takes, and no longer than is read. */
function asTyped(raw: unknown): string {
  const text = typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? '');
  return text.slice(0, MOST.characters).replace(CONTROL, '');
}

const asText = (raw: unknown): string | undefined => {
  if (typeof raw === 'string') return raw;
  return typeof raw === 'number' && Number.isFinite(raw) ? String(raw) : undefined;
};

/** Text in any reading: bounded, without characters that no database takes; nothing when it is no text at all. */
function clean(question: Question, raw: unknown): { readonly text: string } | { readonly refused: AnswerReading } {
  const text = asText(raw);
  if (text === undefined) return { refused: problem(question, 'unreadable', raw) };
  if (text.length > MOST.characters) {
    return { refused: problem(question, 'too_long', raw, { most: MOST.characters, length: text.length }) };
  }
  return { text: manyLines(text.replace(CONTROL, '')) };
}

function readText(question: Question, raw: unknown): AnswerReading {
  const cleaned = clean(question, raw);
  if ('refused' in cleaned) return cleaned.refused;
  return { value: cleaned.text === '' ? undefined : cleaned.text };
}

/** Lines as one; by hand, since a pattern with blanks before and behind a break takes the square of their number. */
const joined = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');

function readLine(question: Question, raw: unknown): AnswerReading {
  const cleaned = clean(question, raw);
  if ('refused' in cleaned) return cleaned.refused;
  const line = oneLine(joined(cleaned.text));
  // A title stands in lists beside others: what passes for another letter has no place in it.
  const word = question.kind === 'title' ? mixedWord(line) : undefined;
  if (word !== undefined) return problem(question, 'mixed_letters', raw, { word });
  return { value: line === '' ? undefined : line };
}

function readFigure(question: Question, raw: unknown, read: (text: string) => string | undefined): AnswerReading {
  const cleaned = clean(question, raw);
  if ('refused' in cleaned) return cleaned.refused;
  const value = read(cleaned.text);
  if (value !== undefined) return { value };
  return problem(question, `not_a_${question.kind}`, cleaned.text, { decimals: question.decimals ?? 0 });
}

function readChoice(question: Question, raw: unknown): AnswerReading {
  const known = typeof raw === 'string' && (question.choices ?? []).some((each) => each.value === raw);
  return known ? { value: raw } : problem(question, 'not_a_choice', raw);
}

function readMany(question: Question, raw: unknown): AnswerReading {
  const sent = [raw].flat().filter((each) => each !== '');
  const choices = (question.choices ?? []).map((each) => each.value);
  if (sent.some((each) => typeof each !== 'string' || !choices.includes(each))) {
    return problem(question, 'not_a_choice', raw);
  }
  const chosen = choices.filter((each) => sent.includes(each));
  return { value: chosen.length === 0 ? undefined : chosen };
}

function readYesNo(question: Question, raw: unknown): AnswerReading {
  if (typeof raw === 'boolean') return { value: raw };
  return raw === 'yes' || raw === 'no' ? { value: raw === 'yes' } : problem(question, 'not_yes_or_no', raw);
}

/** Ids of files or schools; whether they exist and may be used is for the one who keeps the answer to say. */
function readIds(question: Question, raw: unknown): AnswerReading {
  const sent = [raw].flat().filter((each) => each !== '');
  if (sent.length > MOST_IDS || !sent.every((each) => isId(each))) return problem(question, 'not_found', raw);
  const ids = [...new Set(sent as string[])];
  return { value: ids.length === 0 ? undefined : ids };
}

const cell = (raw: unknown): string =>
  (asText(raw) ?? '').slice(0, MOST.helpCharacters).replace(/\r\n?/g, '\n').replace(CONTROL, '').trim();

function readAddress(question: Question, raw: unknown): AnswerReading {
  if (!isRecord(raw)) return problem(question, 'unreadable', raw);
  const parts = ADDRESS_PARTS.map((part): [string, string] => [part, joined(cell(raw[part]))]);
  if (parts.every(([, text]) => text === '')) return { value: undefined };
  const address = Object.fromEntries(parts);
  return { value: { ...address, state: (address['state'] ?? '').toUpperCase() } };
}

function readRows(
  question: Question,
  raw: unknown,
  read: (row: Record<string, unknown>) => AnswerRow | undefined,
  most: number,
): AnswerReading {
  if (!Array.isArray(raw) || !raw.every((each) => isRecord(each))) return problem(question, 'unreadable', raw);
  if (raw.length > most) return problem(question, 'too_many_rows', raw, { most, count: raw.length });
  const rows = raw.flatMap((each: Record<string, unknown>): AnswerRow[] => {
    const row = read(each);
    return row === undefined ? [] : [row];
  });
  return { value: rows.length === 0 ? undefined : rows };
}

/** A row without blank cells; nothing when all of them are blank. What cannot be read stays as it was typed. */
function tableRow(columns: readonly TableColumn[], raw: Record<string, unknown>): AnswerRow | undefined {
  const cells = columns.flatMap((column): [string, string][] => {
    const text = Object.hasOwn(raw, column.key) ? cell(raw[column.key]) : '';
    return text === '' ? [] : [[column.key, figureIn(column.kind, text)]];
  });
  return cells.length === 0 ? undefined : Object.fromEntries(cells);
}

function figureIn(kind: TableColumn['kind'], text: string): string {
  if (kind === 'money') return Money.tryParse(text)?.toDecimal() ?? text;
  return kind === 'number' ? (readDecimal(text, 4) ?? text) : text;
}

/** A share is kept in percent, `25` or `12.5`. A district without one is not served. */
function districtRow(raw: Record<string, unknown>): AnswerRow | undefined {
  const said = cell(raw['share']);
  const typed = said.endsWith('%') ? said.slice(0, -1).trimEnd() : said;
  const share = readDecimal(typed, 2) ?? typed;
  return share === '' || share === '0' ? undefined : { district: cell(raw['district']), share };
}

function budgetRow(raw: Record<string, unknown>): AnswerRow | undefined {
  const keys = Object.keys(raw)
    .filter((key) => ROW_KEY.test(key))
    .slice(0, MOST_CELLS);
  const cells = keys.flatMap((key): [string, string][] => {
    const text = cell(raw[key]);
    if (text === '') return [];
    return [[key, BUDGET_AMOUNTS.includes(key) ? figureIn('money', text) : text]];
  });
  return cells.length === 0 ? undefined : Object.fromEntries(cells);
}
