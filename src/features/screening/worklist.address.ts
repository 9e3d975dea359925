/** The filters of the worklist as an address carries them, so that whoever leaves it comes back to the same list. */
import { listHref } from '../../platform/pages/list-views.js';
import { Money } from '../../kernel/money.js';
import type { Visit } from '../../platform/http/visit.js';

export const WORKLIST = '/screening';
const FILTERS = ['q', 'state', 'round', 'fund', 'check', 'district', 'atLeast', 'atMost', 'sort'] as const;

/** A search as an address carries it: amounts as they are typed. */
export function inAddress(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, value instanceof Money ? value.toDecimal() : value]),
  );
}

/** `?list=` of this search, for the pages after the list; nothing when it was not narrowed. */
export function listOf(query: Readonly<Record<string, unknown>>): string | undefined {
  const [, search] = listHref(WORKLIST, filtersOf(inAddress(query))).split('?');
  return search;
}

/** Where the list is that somebody came from. What else stands in an address is left out. */
export function worklistOf({ query }: Pick<Visit, 'query'>): string {
  const list = query['list'];
  if (typeof list !== 'string') return WORKLIST;
  return listHref(WORKLIST, filtersOf(Object.fromEntries(new URLSearchParams(list.slice(0, 600)))));
}

/** The same for the next page. */
export function withList(path: string, visit: Pick<Visit, 'query'>): string {
  const [, search] = worklistOf(visit).split('?');
  return search === undefined ? path : `${path}?list=${encodeURIComponent(search)}`;
}

function filtersOf(values: Readonly<Record<string, unknown>>): Record<string, string | undefined> {
  return Object.fromEntries(FILTERS.map((name) => [name, typeof values[name] === 'string' ? values[name] : undefined]));
}
