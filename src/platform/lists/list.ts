/**
 * Lists: one convention for page and API - `?q=&state=&sort=-dueAt&after=<cursor>&limit=` - over one SQL query with the
 * policy's filter. Cursors are keyset: they carry the sort, the last values and a hash of the filter.
 */
import { createHash } from 'node:crypto';
import { Calendar } from '../../kernel/calendar.js';
import { invalidField } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import type { Queryable } from '../database/work.js';
import { joinSql, rawSql, type Sql, sql } from '../database/sql.js';
import { Integer, Text } from '../input/fields.js';

export class ListQuery {
  @Text({ label: 'list.search', optional: true })
  q?: string;

  @Text({ label: 'list.sort', optional: true, max: 40 })
  sort?: string;

  // Holds the sort's value, so it must have room for the longest name there is.
  @Text({ label: 'list.after', optional: true, max: 2000 })
  after?: string;

  @Integer({ label: 'list.limit', optional: true, min: 1, max: 200 })
  limit?: number;
}

type SortType = 'text' | 'bigint' | 'date' | 'timestamptz';

/**
 * A search over several tables, said in two ways that mean the same: each table by its index, which is quick where few are
 * found, and row by row, which is quick where so many are that a page of them is soon together.
 */
export interface ListSearch {
  readonly byIndex: Sql;
  readonly byRow: Sql;
}

export interface ListSpec {
  /** What follows `select`. */
  readonly columns: Sql;
  /** What follows `from`. */
  readonly from: Sql;
  /** The same rows without the tables that only give columns: what is counted, where the conditions need no more. */
  readonly countFrom?: Sql;
  readonly where: readonly Sql[];
  readonly search?: ListSearch;
  /**
   * A filter that is long to answer and keeps nothing from anybody: what was counted by it, when it is not too many, is not
   * asked again for the page.
   */
  readonly filter?: Sql;
  /** What one may sort by: SQL of ours that is never null, and its type. */
  readonly sorts: Readonly<Record<string, { readonly expression: string | Sql; readonly type: SortType }>>;
  /** Such as `name` or `-createdAt`. */
  readonly defaultSort: string;
  /** The id column, the last word when values are equal. */
  readonly id: string;
}

export interface ListPage<T> {
  readonly items: readonly T[];
  /** An opaque cursor for `after`, or null at the end. */
  readonly next: string | null;
  /** How many in all, counted up to 1,001. */
  readonly count: number;
  /** The sort in force, for the table's head. */
  readonly sort: string;
}

interface Cursor {
  readonly s: string;
  readonly v: string;
  readonly i: string;
  readonly h: string;
}

export const MOST_COUNTED = 1001;

const filterHash = (where: readonly Sql[]): string =>
  createHash('sha256')
    .update(JSON.stringify(joinSql(where, ' and ').compile()))
    .digest('base64url')
    .slice(0, 12);

/** What a cursor's value may look like; anything else would only be refused by the database. */
const CURSOR_VALUES: Readonly<Record<SortType, RegExp>> = {
  // eslint-disable-next-line no-control-regex -- the one character that no text in PostgreSQL can have
  text: /^[^\u0000]*$/,
  bigint: /^-?\d{1,18}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  timestamptz: /^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?\+00$/,
};

function readCursor(text: string, sort: string, hash: string, type: SortType): Cursor {
  try {
    const { s, v, i, h } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor;
    const isOfThisList = s === sort && h === hash && typeof v === 'string' && typeof i === 'string';
    if (isOfThisList && CURSOR_VALUES[type].test(v) && isId(i)) {
      const isDay = type === 'text' || type === 'bigint' || Calendar.isDate(v.slice(0, 10));
      if (isDay) return { s, v, i, h };
    }
  } catch {
    // Not a cursor of ours: told below, like one of another list.
  }
  throw invalidField('after', 'list.cursor_of_another_list');
}

/** Runs the list and gives one page of it. The rows come with the columns the select names. */
export async function readList<T extends object>(
  from: Queryable,
  spec: ListSpec,
  query: ListQuery,
): Promise<ListPage<T>> {
  const sort = query.sort ?? spec.defaultSort;
  const descending = sort.startsWith('-');
  const key = descending ? sort.slice(1) : sort;
  const by = Object.hasOwn(spec.sorts, key) ? spec.sorts[key] : undefined;
  if (by === undefined) throw invalidField('sort', 'list.sort_unknown', { known: Object.keys(spec.sorts).join(', ') });
  const limit = query.limit ?? 50;
  const { search } = spec;
  const filters = spec.filter === undefined ? [] : [spec.filter];
  const hash = filterHash([...spec.where, ...(search === undefined ? [] : [search.byRow]), ...filters]);
  const counted = [...spec.where, ...(search === undefined ? [] : [search.byIndex]), ...filters];
  const where = [...spec.where];
  const sorted = typeof by.expression === 'string' ? rawSql(by.expression) : by.expression;
  const direction = rawSql(descending ? 'desc' : 'asc');
  if (query.after !== undefined) {
    const cursor = readCursor(query.after, sort, hash, by.type);
    const compare = rawSql(descending ? '<' : '>');
    where.push(sql`(${sorted}, ${rawSql(spec.id)}) ${compare} (${cursor.v}::${rawSql(by.type)}, ${cursor.i}::uuid)`);
  }
  const condition = (parts: readonly Sql[]): Sql =>
    parts.length === 0 ? rawSql('') : sql`where ${joinSql(parts, ' and ')}`;
  const [{ count, few } = { count: 0, few: null }] = await from.query<{ count: number; few: string[] | null }>(
    sql`select count(*)::int as count, case when count(*) < ${MOST_COUNTED} then array_agg(id) end as few
        from (select ${rawSql(spec.id)} as id from ${spec.countFrom ?? spec.from} ${condition(counted)}
              limit ${MOST_COUNTED}) counted`,
  );
  if (search !== undefined) where.push(search.byRow);
  // What a search found is not searched for again. The conditions stay: what may be seen is decided where it is read.
  const isNarrow = query.q !== undefined || filters.length > 0;
  if (few !== null && isNarrow) where.push(sql`${rawSql(spec.id)} = any(${few}::uuid[])`);
  else where.push(...filters);
  const page = sql`select ${spec.columns}, (${sorted})::text as list_sort, ${rawSql(spec.id)} as list_id
    from ${spec.from} ${condition(where)}
    order by ${sorted} ${direction}, ${rawSql(spec.id)} ${direction} limit ${limit + 1}`;
  const rows = count === 0 ? [] : await from.query<T & { list_sort: string; list_id: string }>(page);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(({ list_sort: _sort, list_id: _id, ...item }) => item as unknown as T);
  const next =
    rows.length > limit && last !== undefined
      ? Buffer.from(
          JSON.stringify({ s: sort, v: String(last.list_sort), i: last.list_id, h: hash } satisfies Cursor),
        ).toString('base64url')
      : null;
  return { items, next, count, sort };
}
