/** answerLines: an answer as lines of text, for print, PDF and spreadsheets. */
import { Calendar } from '../../kernel/calendar.js';
import { Money } from '../../kernel/money.js';
import { ADDRESS_PARTS, isAnswered, isTyped, listOf, recordOf, rowsOf } from './answer.values.js';
import { isDecimal, showDecimal } from './decimals.js';
import type { AnswerRow, AnswerValue, Question, QuestionChoice, TableColumn } from './form.definition.js';

export interface LineWords {
  readonly yes: string;
  readonly no: string;
  /** What schools and files are called, by id. */
  readonly names?: ReadonlyMap<string, string>;
}

const ENGLISH: LineWords = { yes: 'Yes', no: 'No' };
/** Dates are written the same in every zone. */
const PAPER = new Calendar({ timeZone: 'UTC', holidays: [] });

/** Nothing at all when it is not answered. Ids that have no name in `words` stay ids. */
export function answerLines(question: Question, value: AnswerValue | undefined, words: LineWords = ENGLISH): string[] {
  if (value === undefined || !isAnswered(value)) return [];
  if (isTyped(value)) return value.typed.split('\n');
  switch (question.kind) {
    case 'yes_no':
      return [value === true ? words.yes : words.no];
    case 'number':
      return [typeof value === 'string' ? showFigure(value) : ''];
    case 'money':
      return [dollars(String(value))];
    case 'date':
      return [typeof value === 'string' && Calendar.isDate(value) ? PAPER.formatDate(value, 'long') : String(value)];
    case 'choice':
      return [labelIn(question.choices, String(value))];
    case 'many':
      return listOf(value).map((each) => labelIn(question.choices, each));
    case 'file':
    case 'schools':
      return listOf(value).map((id) => words.names?.get(id) ?? id);
    case 'table':
      return rowsOf(value).map((row) => tableLine(question.columns ?? [], row));
    case 'address':
      return addressLines(recordOf(value));
    case 'districts':
      return rowsOf(value).map((row) => `${row['district'] ?? ''}: ${row['share'] ?? ''}%`);
    case 'budget':
      return rowsOf(value).map(budgetLine);
    default:
      return typeof value === 'string' ? value.split('\n') : [];
  }
}

const labelIn = (choices: readonly QuestionChoice[] | undefined, value: string): string =>
  choices?.find((each) => each.value === value)?.label ?? value;

const showFigure = (text: string): string => (isDecimal(text) ? showDecimal(text) : text);

const dollars = (text: string): string => Money.tryParse(text)?.format({ cents: 'auto' }) ?? text;

function tableLine(columns: readonly TableColumn[], row: AnswerRow): string {
  return columns
    .flatMap((column) => {
      const text = row[column.key];
      return text === undefined ? [] : [`${column.label}: ${cellText(column, text)}`];
    })
    .join('; ');
}

/** One cell of a table as people read it. */
function cellText(column: TableColumn, text: string): string {
  if (column.kind === 'choice') return labelIn(column.choices, text);
  if (column.kind === 'money') return dollars(text);
  return column.kind === 'number' ? showFigure(text) : text;
}

function addressLines(row: AnswerRow): string[] {
  const [line1 = '', line2 = '', city = '', state = '', zip = ''] = ADDRESS_PARTS.map((part) => row[part]);
  const place = [city, [state, zip].filter((each) => each !== '').join(' ')].filter((each) => each !== '').join(', ');
  return [line1, line2, place].filter((each) => each !== '');
}

function budgetLine(row: AnswerRow): string {
  const { category = '', description = '', amount = '' } = row;
  const what = [category, description].filter((each) => each !== '').join(' - ');
  return amount === '' ? what : `${what}: ${dollars(amount)}`;
}
