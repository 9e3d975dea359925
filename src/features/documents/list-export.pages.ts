/** What lists that can be had as a file have in common: turning their pages to the end, and the link beside the table. */
import type { ListPage, ListQuery } from '../../platform/lists/list.js';
import type { LinkView } from '../../platform/pages/components.js';
import { listHref } from '../../platform/pages/list-views.js';
import type { SheetCell } from '../../platform/spreadsheets/sheet.js';

const AT_ONCE = 200;

/** Page after page until the end, as somebody would turn them. */
export async function* pagesOf<Query extends ListQuery, Row>(
  query: Query,
  list: (query: Query) => Promise<ListPage<Row>>,
  cells: (row: Row) => readonly SheetCell[],
): AsyncIterable<readonly (readonly SheetCell[])[]> {
  for (let after: string | undefined; ;) {
    const page = await list({ ...query, limit: AT_ONCE, after });
    yield page.items.map(cells);
    if (page.next === null) return;
    after = page.next;
  }
}

/** Where this list, searched as it is now, is asked for as a file. */
export function exportLink(
  t: (key: string) => string,
  list: string,
  { after: _after, limit: _limit, ...asked }: ListQuery,
): LinkView {
  return { label: t('list_export.link'), href: listHref('/exports/new', { list, ...asked }) };
}
