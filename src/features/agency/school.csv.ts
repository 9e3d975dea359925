/** readSchools: reads a list of schools from CSV, and says line by line what is wrong with it. */
import { CsvError, parse } from 'csv-parse/sync';
import type { Sentence } from '../../kernel/errors.js';
import { SCHOOL_LEVELS, type SchoolLevel } from './school.entity.js';

export interface SchoolLine {
  /** Where it stands in the list. */
  readonly line: number;
  readonly code: string;
  readonly name: string;
  readonly district: string;
  readonly level: SchoolLevel;
  readonly active: boolean;
}

type Column = 'code' | 'name' | 'district' | 'level' | 'active';
const NEEDED: readonly Column[] = ['code', 'name', 'district', 'level'];
const MOST_LINES = 5000;
const MOST_PROBLEMS = 30;
const MOST_CHARACTERS = 160;
// eslint-disable-next-line no-control-regex -- these are the characters being refused
const CONTROL = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;

export type SchoolReading = { readonly lines: readonly SchoolLine[] } | { readonly problems: readonly Sentence[] };

export function readSchools(text: string): SchoolReading {
  const read = recordsOf(text);
  if ('code' in read) return { problems: [read] };
  const [head, ...rows] = read.records;
  const names = (head?.cells ?? []).map((name) => name.toLowerCase());
  const missing = NEEDED.filter((column) => !names.includes(column));
  if (missing.length > 0)
    return { problems: [{ code: 'school.columns_missing', params: { columns: missing.join(', ') } }] };
  if (rows.length > MOST_LINES) return { problems: [{ code: 'school.too_many', params: { most: MOST_LINES } }] };
  const problems: Sentence[] = [];
  const seen = new Set<string>();
  const lines = rows.flatMap(({ cells, line }) => {
    const of = (column: Column): string => cells[names.indexOf(column)] ?? '';
    const problem = problemOf(of, seen);
    if (problem !== undefined) problems.push({ ...problem, params: { line, ...problem.params } });
    seen.add(of('code'));
    return problem === undefined ? [{ line, ...lineOf(of) }] : [];
  });
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) };
  return lines.length === 0 ? { problems: [{ code: 'school.none' }] } : { lines };
}

function lineOf(of: (column: Column) => string): Omit<SchoolLine, 'line'> {
  const level = of('level').toLowerCase() as SchoolLevel;
  return {
    code: of('code'),
    name: of('name'),
    district: of('district'),
    level,
    active: of('active').toLowerCase() !== 'no',
  };
}

function problemOf(of: (column: Column) => string, seen: ReadonlySet<string>): Sentence | undefined {
  for (const column of NEEDED) {
    const text = of(column);
    if (text === '') return { code: 'school.cell_empty', params: { column } };
    if (text.length > MOST_CHARACTERS || CONTROL.test(text))
      return { code: 'school.cell_unreadable', params: { column } };
  }
  const level = of('level').toLowerCase();
  if (!SCHOOL_LEVELS.some((known) => known === level)) {
    return { code: 'school.level_unknown', params: { level: of('level'), known: SCHOOL_LEVELS.join(', ') } };
  }
  if (!['', 'yes', 'no'].includes(of('active').toLowerCase())) return { code: 'school.active_unreadable' };
  return seen.has(of('code')) ? { code: 'school.code_twice', params: { school: of('code') } } : undefined;
}

interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/** The lines with their cells and numbers, without the blank ones; or what is wrong with its quotation marks. */
function recordsOf(text: string): { readonly records: readonly CsvRecord[] } | Sentence {
  try {
    const found = parse(text, {
      ...{ bom: true, info: true, trim: true },
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }) as unknown as readonly { record: string[]; info: { lines: number } }[];
    return { records: found.map(({ record, info }) => ({ cells: record, line: info.lines })) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { code: 'school.quote_open', params: { line: Number(error['lines']) } };
  }
}
