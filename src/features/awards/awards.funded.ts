/** What is funded, as the public pages show it: awards that both sides signed, with nothing in them that is a secret. */
import { Money } from '../../kernel/money.js';
import type { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { readList } from '../../platform/lists/list.js';
import type { FundedAward, FundedSource } from '../rounds/index.js';

/** From the agency's signature on; an award that was only offered is not yet anybody's. */
const PUBLIC: Sql = sql`a.state in ('active', 'suspended', 'closing', 'closed')`;

type Row = Omit<FundedAward, 'amount'> & { readonly cents: string };

export function fundedAwards(db: Database): FundedSource {
  return {
    async list(query) {
      const where = [PUBLIC];
      if (query.q !== undefined) where.push(found(query.q));
      const page = await readList<Row>(
        db,
        {
          columns: sql`a.id, a.number, a.title, o.name as recipient, r.name as "roundName",
            a.amount_cents::text as cents, a.starts_on as "startsOn", a.ends_on as "endsOn",
            array(select d.district from award_districts d where d.award_id = a.id order by d.district) as districts`,
          from: sql`awards a join organizations o on o.id = a.organization_id join rounds r on r.id = a.round_id`,
          where,
          sorts: {
            amount: { expression: 'a.amount_cents', type: 'bigint' },
            title: { expression: 'lower(a.title)', type: 'text' },
          },
          defaultSort: '-amount',
          id: 'a.id',
        },
        query,
      );
      const items = page.items.map(({ cents, ...row }) => ({ ...row, amount: Money.ofCents(cents) }));
      return { ...page, items };
    },

    async totals() {
      const [sum] = await db.query<{ count: number; cents: string; since: string | null }>(sql`
        select count(*)::int as count, coalesce(sum(a.amount_cents), 0)::text as cents,
          to_char(min(a.starts_on), 'YYYY') as since
        from awards a where ${PUBLIC}`);
      const districts = await db.query<{ name: string; cents: string }>(sql`
        select k.name, coalesce(sum(a.amount_cents * d.basis_points / 10000), 0)::bigint::text as cents
        from districts k left join award_districts d on d.district = k.name
          left join awards a on a.id = d.award_id and ${PUBLIC}
        group by k.name, k.position order by k.position, k.name`);
      return {
        count: sum?.count ?? 0,
        amount: Money.ofCents(sum?.cents ?? '0'),
        since: sum?.since ?? null,
        districts: districts.map(({ name, cents }) => ({ name, amount: Money.ofCents(cents) })),
      };
    },
  };
}

function found(text: string): Sql {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(a.title ilike ${pattern} or o.name ilike ${pattern} or r.name ilike ${pattern}
    or exists (select 1 from award_schools s where s.award_id = a.id and s.name ilike ${pattern})
    or exists (select 1 from award_partners p where p.award_id = a.id and p.name ilike ${pattern})
    or exists (select 1 from award_districts d where d.award_id = a.id and d.district ilike ${pattern}))`;
}
