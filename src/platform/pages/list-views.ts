/** What every list page shares: its search form, sortable heads, count and next page. */
import type { ListPage, ListQuery } from '../lists/list.js';
import { MOST_COUNTED } from '../lists/list.js';
import type { Texts } from '../texts/texts.js';
import type { PagerView } from './components.js';
import { count } from './components.js';

type QueryValues = Readonly<Record<string, unknown>>;

/** The address of a list with some of its query changed; what is undefined is left out. */
export function listHref(path: string, query: QueryValues, changes: QueryValues = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...changes })) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A column's head: a link that sorts by it, the other way round when it is sorted already. */
export function sortedColumn(
  path: string,
  query: ListQuery,
  sort: string,
  key: string,
): { sortHref: string; sorted?: 'ascending' | 'descending' } {
  const isThis = sort === key || sort === `-${key}`;
  const next = sort === key ? `-${key}` : key;
  const sortHref = listHref(path, query as QueryValues, { sort: next, after: undefined });
  if (!isThis) return { sortHref };
  return { sortHref, sorted: sort.startsWith('-') ? 'descending' : 'ascending' };
}

export function pagerView(texts: Texts, path: string, query: ListQuery, page: ListPage<unknown>): PagerView {
  const isMore = page.count >= MOST_COUNTED;
  const shown = isMore ? `${count(MOST_COUNTED - 1)}+` : count(page.count);
  return {
    count: texts.t('list.count', { count: page.count, shown }),
    next: page.next === null ? undefined : listHref(path, query as QueryValues, { after: page.next }),
  };
}
