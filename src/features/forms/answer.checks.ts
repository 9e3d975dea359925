/** problemsOf and missingIn: what is wrong with an answer that was read, and what a form still waits for. */
import { Calendar } from '../../kernel/calendar.js';
import type { Sentence } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { isAnswered, isTyped, labelOf, listOf, recordOf, rowsOf } from './answer.values.js';
import { readAnswer } from './answer.reader.js';
import { compareDecimals, isDecimal, showDecimal } from './decimals.js';
import {
  type AnswerRow,
  type AnswerValue,
  type Answers,
  type FormDefinition,
  MOST,
  type Question,
  type TableColumn,
  USUAL,
} from './form.definition.js';
import { visibleIn } from './form.conditions.js';
import { countWords } from './words.js';

/** The title of an application is a line of lists and letters. */
const TITLE_CHARACTERS = 200;
const WHOLE = 10_000n;

type Say = (code: string, params?: Record<string, unknown>) => Sentence;
type Check = (question: Question, value: AnswerValue, say: Say) => Sentence[];

const CHECKS: Partial<Record<Question['kind'], Check>> = {
  short_text: (question, value, say) => [
    ...checkLength(value, MOST.shortCharacters, say),
    ...checkWords(question, value, say),
  ],
  title: (_question, value, say) => checkLength(value, TITLE_CHARACTERS, say),
  long_text: checkWords,
  summary: checkWords,
  number: (question, value, say) => checkRange(question, value, say, showDecimal),
  money: (question, value, say) => checkRange({ least: '0', ...question }, value, say, dollars),
  date: checkDate,
  many: (question, value, say) => checkMost(listOf(value).length, question.mostChosen, 'too_many_chosen', say),
  schools: (question, value, say) => checkMost(listOf(value).length, question.mostChosen, 'too_many_chosen', say),
  file: (question, value, say) =>
    checkMost(listOf(value).length, question.mostFiles ?? USUAL.files, 'too_many_files', say),
  table: checkTable,
  address: checkAddress,
  districts: checkDistricts,
  budget: checkBudget,
};

/**
 * What is wrong with an answer: it is missing, unreadable, too long, out of range. Partners are no answer: nothing is
 * said of them here.
 */
export function problemsOf(question: Question, value: AnswerValue | undefined): Sentence[] {
  const say: Say = (code, params) => ({ code: `answer.${code}`, params: { label: labelOf(question), ...params } });
  if (question.kind === 'partners') return [];
  if (value === undefined || !isAnswered(value)) return question.required === true ? [say('required')] : [];
  if (isTyped(value)) {
    const reading = readAnswer(question, value.typed);
    return 'problem' in reading ? [reading.problem] : problemsOf(question, reading.value);
  }
  return CHECKS[question.kind]?.(question, value, say) ?? [];
}

export interface Missing {
  readonly sectionKey: string;
  readonly questionKey: string;
  readonly sentence: Sentence;
}

/** What stands between these answers and a whole form, in its order: one line for each thing that is wrong. */
export function missingIn(definition: FormDefinition, answers: Answers): Missing[] {
  return visibleIn(definition, answers).flatMap(({ section, questions }) =>
    questions.flatMap((question) =>
      problemsOf(question, Object.hasOwn(answers, question.key) ? answers[question.key] : undefined).map(
        (sentence): Missing => ({ sectionKey: section.key, questionKey: question.key, sentence }),
      ),
    ),
  );
}

const textOf = (value: AnswerValue): string => (typeof value === 'string' ? value : '');

function checkLength(value: AnswerValue, most: number, say: Say): Sentence[] {
  const length = [...textOf(value)].length;
  return length > most ? [say('too_long', { most, length })] : [];
}

function checkWords(question: Question, value: AnswerValue, say: Say): Sentence[] {
  const words = countWords(textOf(value));
  const most = question.mostWords;
  return most !== undefined && words > most ? [say('too_many_words', { words, most, over: words - most })] : [];
}

function checkRange(
  { least, most }: Pick<Question, 'least' | 'most'>,
  value: AnswerValue,
  say: Say,
  show: (text: string) => string,
): Sentence[] {
  const text = textOf(value);
  if (least !== undefined && (compareDecimals(text, least) ?? 0) < 0)
    return [say('below_least', { least: show(least) })];
  if (most !== undefined && (compareDecimals(text, most) ?? 0) > 0) return [say('above_most', { most: show(most) })];
  return [];
}

function checkDate({ least, most }: Question, value: AnswerValue, say: Say): Sentence[] {
  const date = textOf(value);
  if (least !== undefined && date < least) return [say('too_early', { least: dateWords(least) })];
  return most !== undefined && date > most ? [say('too_late', { most: dateWords(most) })] : [];
}

const dollars = (text: string): string => Money.tryParse(text)?.format({ cents: 'auto' }) ?? text;
const dateWords = (date: string): string => (Calendar.isDate(date) ? PAPER.formatDate(date, 'long') : date);
/** Dates are written the same in every zone. */
const PAPER = new Calendar({ timeZone: 'UTC', holidays: [] });

function checkMost(count: number, most: number | undefined, code: string, say: Say): Sentence[] {
  return most !== undefined && count > most ? [say(code, { count, most })] : [];
}

function checkTable(question: Question, value: AnswerValue, say: Say): Sentence[] {
  const rows = rowsOf(value);
  const cells = rows.flatMap((row, index) =>
    (question.columns ?? []).flatMap((column, at) => checkCell(column, row, { index, isFirst: at === 0 }, say)),
  );
  return [...checkMost(rows.length, question.mostRows ?? USUAL.rows, 'too_many_rows', say), ...cells];
}

/** The first column says what a row is about; others may stay empty. */
function checkCell(
  column: TableColumn,
  row: AnswerRow,
  { index, isFirst }: { index: number; isFirst: boolean },
  say: Say,
): Sentence[] {
  const text = Object.hasOwn(row, column.key) ? (row[column.key] ?? '') : '';
  const params = { row: index + 1, column: column.label, text: text.slice(0, 40) };
  if (text === '') return isFirst ? [say('cell_empty', params)] : [];
  if (column.kind === 'number' && !isDecimal(text)) return [say('cell_not_a_number', params)];
  if (column.kind === 'money' && !isAmount(text)) return [say('cell_not_money', params)];
  const isChosen = column.kind !== 'choice' || (column.choices ?? []).some((each) => each.value === text);
  return isChosen ? [] : [say('cell_not_a_choice', params)];
}

const isAmount = (text: string): boolean => Money.tryParse(text)?.isNegative === false;

function checkAddress(_question: Question, value: AnswerValue, say: Say): Sentence[] {
  const { line1 = '', city = '', state = '', zip = '' } = recordOf(value);
  if (line1 === '' || city === '') return [say('address_incomplete')];
  if (!/^[A-Z]{2}$/.test(state)) return [say('address_state')];
  return /^\d{5}(?:-\d{4})?$/.test(zip) ? [] : [say('address_zip')];
}

function checkDistricts(_question: Question, value: AnswerValue, say: Say): Sentence[] {
  const rows = rowsOf(value);
  const shares = rows.map((row) => ({
    district: row['district'] ?? '',
    share: row['share'] ?? '',
    points: pointsOf(row),
  }));
  const unread = shares.find(({ points }) => points === undefined);
  if (unread !== undefined)
    return [say('share_unreadable', { district: unread.district, share: unread.share.slice(0, 20) })];
  if (shares.some(({ district }) => district === '')) return [say('district_missing')];
  const twice = shares.find(({ district }, index) => shares.findIndex((each) => each.district === district) < index);
  if (twice !== undefined) return [say('district_twice', { district: twice.district })];
  const total = shares.reduce((sum, { points }) => sum + (points ?? 0n), 0n);
  return total === WHOLE ? [] : [say('shares_not_whole', { share: Number(total) / 100 })];
}

/** Basis points of a share in percent; nothing when it is none. */
function pointsOf(row: AnswerRow): bigint | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(row['share'] ?? '');
  return match === null ? undefined : BigInt((match[1] ?? '0') + (match[2] ?? '').padEnd(2, '0'));
}

/** Only what every budget needs; what its money may be for is said by the budget of the application. */
function checkBudget(_question: Question, value: AnswerValue, say: Say): Sentence[] {
  return rowsOf(value).flatMap((row, index) => {
    const text = row['amount'] ?? '';
    const unread = text !== '' && !isAmount(text);
    return unread ? [say('cell_not_money', { row: index + 1, column: 'amount', text: text.slice(0, 40) })] : [];
  });
}
