/** What stipends and claims are called in the books: by their convening, never by the person. */
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { NameSource } from '../ledger/index.js';

/** `Team session, Nov 12, 2015`: what stands behind the word on what is owed and on the stub of a check. */
export async function conveningTitles(work: Work, conveningIds: readonly string[]): Promise<(id: string) => string> {
  const rows = await work.query<{ id: string; name: string; startsAt: Date }>(sql`
    select id, name, starts_at as "startsAt" from convenings where id = any(${[...new Set(conveningIds)]}::uuid[])`);
  const { calendar } = work;
  const titles = new Map(
    rows.map(({ id, name, startsAt }) => [id, `${name}, ${calendar.formatDate(calendar.today(startsAt), 'long')}`]),
  );
  return (id) => titles.get(id) ?? '';
}

export const namesOfStipends: NameSource = async (from, ids) => {
  const rows = await from.query<{ id: string; label: string }>(sql`
    select s.id, 'Stipend, ' || v.name as label from stipends s join convenings v on v.id = s.convening_id
    where s.id = any(${[...ids]}::uuid[])`);
  return new Map(rows.map(({ id, label }) => [id, { label, href: `/support/stipends/${id}` }]));
};

export const namesOfClaims: NameSource = async (from, ids) => {
  const rows = await from.query<{ id: string; label: string }>(sql`
    select c.id, 'Childcare, ' || v.name as label from childcare_claims c join convenings v on v.id = c.convening_id
    where c.id = any(${[...ids]}::uuid[])`);
  return new Map(rows.map(({ id, label }) => [id, { label, href: `/support/claims/${id}` }]));
};
