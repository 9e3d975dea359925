/** CSV that a spreadsheet opens without doing anything: RFC 4180 lines, and no cell that starts a formula. */
import { Money } from '../../kernel/money.js';

export type CsvCell = string | number | Money | null | undefined;

/** A spreadsheet takes text with one of these in front for a formula, also behind spaces. */
const FORMULA = /^\s*[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/u;

/** One cell: text that would start a formula gets an apostrophe in front, since people we do not know typed it. */
export function csvCell(value: CsvCell): string {
  if (value === null || value === undefined) return '';
  // Amounts and counts are made by us and must stay figures, also below zero.
  if (value instanceof Money) return value.toDecimal();
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line with its end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}
