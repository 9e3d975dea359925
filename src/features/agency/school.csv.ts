/** readSchools: reads a list of schools from CSV, and says line by line what is wrong with it. */
import type { Sentence } from '../../kernel/errors.js';
import { SCHOOL_LEVELS, type SchoolLevel } from './school.entity.js';

export interface SchoolLine {
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
  const [head, ...rows] = cellsOf(text.replace(/^\ufeff/, ''));
  const names = (head ?? []).map((name) => name.trim().toLowerCase());
  const missing = NEEDED.filter((column) => !names.includes(column));
  if (missing.length > 0)
    return { problems: [{ code: 'school.columns_missing', params: { columns: missing.join(', ') } }] };
  if (rows.length > MOST_LINES) return { problems: [{ code: 'school.too_many', params: { most: MOST_LINES } }] };
  const problems: Sentence[] = [];
  const seen = new Set<string>();
  const lines = rows.flatMap((cells, index) => {
    const line = index + 2;
    const of = (column: Column): string => (cells[names.indexOf(column)] ?? '').trim();
    const problem = problemOf(of, seen);
    if (problem !== undefined) problems.push({ ...problem, params: { line, ...problem.params } });
    seen.add(of('code'));
    return problem === undefined ? [lineOf(of)] : [];
  });
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) };
  return lines.length === 0 ? { problems: [{ code: 'school.none' }] } : { lines };
}

function lineOf(of: (column: Column) => string): SchoolLine {
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

/** The lines of RFC 4180 with their cells; blank lines are none. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const end = (): void => {
    row.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    end();
    if (row.some((each) => each.trim() !== '')) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (character === ',') end();
    else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  endRow();
  return rows;
}
