/** What sources and pools are called in the books. */
import { sql } from '../../platform/database/sql.js';
import type { ScopeName, ScopeSource } from '../identity/index.js';
import type { LedgerName, NameSource } from '../ledger/index.js';

interface Row {
  readonly id: string;
  readonly label: string;
  readonly href: string;
}

const byId = (rows: readonly Row[]): Map<string, LedgerName> =>
  new Map(rows.map(({ id, label, href }) => [id, { label, href }]));

export const namesOfSources: NameSource = async (from, ids) =>
  byId(
    await from.query<Row>(
      sql`select id, name as label, '/sources/' || id as href from sources where id = any(${ids}::uuid[])`,
    ),
  );

export const namesOfPools: NameSource = async (from, ids) =>
  byId(
    await from.query<Row>(
      sql`select p.id, f.name || ': ' || p.name as label, '/funds/' || f.id as href
          from pools p join funds f on f.id = p.fund_id where p.id = any(${ids}::uuid[])`,
    ),
  );

/** Roles can be granted for one fund. */
export const scopesOfFunds: ScopeSource = {
  kind: 'fund',
  names: (from, ids) => from.query<ScopeName>(sql`select id, name from funds where id = any(${ids}::uuid[])`),
  choices: (from) => from.query<ScopeName>(sql`select id, name from funds order by name limit 200`),
};
