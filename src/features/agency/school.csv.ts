/** readSchools: reads a list of schools from CSV, and says of every line at once what is wrong with it. */
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
const MOST_PROBLEMS = 200;
const MOST_CHARACTERS = 160;
// eslint-disable-next-line no-control-regex -- these are the characters being refused
const CONTROL = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;

export type SchoolReading = { readonly lines: readonly SchoolLine[] } | { readonly problems: readonly Sentence[] };

/** With the names of the districts in lower case, also says which lines name another one. */
export function readSchools(text: string, districts?: ReadonlySet<string>): SchoolReading {
  const read = recordsOf(text);
  if ('code' in read) return { problems: [read] };
  const [head, ...rows] = read.records;
  const names = (head?.cells ?? []).map((name) => name.toLowerCase());
  const missing = NEEDED.filter((column) => !names.includes(column));
  if (missing.length > 0)
    return { problems: [{ code: 'school.columns_missing', params: { columns: missing.join(', ') } }] };
  if (rows.length > MOST_LINES) return { problems: [{ code: 'school.too_many', params: { most: MOST_LINES } }] };
  const problems: Sentence[] = [];
  const seen = new Map<string, number>();
  const lines = rows.flatMap(({ cells, line }) => {
    const of = (column: Column): string => cells[names.indexOf(column)] ?? '';
    const found = problemsOf(of, seen.get(of('code')), districts);
    problems.push(...found.map((problem) => ({ ...problem, params: { line, ...problem.params } })));
    if (!seen.has(of('code'))) seen.set(of('code'), line);
    return found.length === 0 ? [{ line, ...lineOf(of) }] : [];
  });
  if (problems.length > 0) return { problems: atMost(problems) };
  return lines.length === 0 ? { problems: [{ code: 'school.none' }] } : { lines };
}

/** Nobody mends thousands of lines by hand: what is left over is counted. */
function atMost(problems: readonly Sentence[]): Sentence[] {
  const rest = problems.length - MOST_PROBLEMS;
  if (rest <= 0) return [...problems];
  return [...problems.slice(0, MOST_PROBLEMS), { code: 'school.more_problems', params: { count: rest } }];
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

/** Everything that is wrong with one line, cell by cell. */
function problemsOf(
  of: (column: Column) => string,
  codeBefore: number | undefined,
  districts: ReadonlySet<string> | undefined,
): Sentence[] {
  const problems: Sentence[] = [];
  const readable = new Set<Column>();
  for (const column of NEEDED) {
    const text = of(column);
    if (text === '') problems.push({ code: 'school.cell_empty', params: { column } });
    else if (text.length > MOST_CHARACTERS || CONTROL.test(text))
      problems.push({ code: 'school.cell_unreadable', params: { column } });
    else readable.add(column);
  }
  if (readable.has('code') && codeBefore !== undefined)
    problems.push({ code: 'school.code_twice', params: { school: of('code'), before: codeBefore } });
  if (readable.has('district') && districts?.has(of('district').toLowerCase()) === false)
    problems.push({ code: 'school.district_unknown', params: { district: of('district') } });
  const level = of('level').toLowerCase();
  if (readable.has('level') && !SCHOOL_LEVELS.some((known) => known === level))
    problems.push({ code: 'school.level_unknown', params: { level: of('level'), known: SCHOOL_LEVELS.join(', ') } });
  if (!['', 'yes', 'no'].includes(of('active').toLowerCase())) problems.push({ code: 'school.active_unreadable' });
  return problems;
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
