/** What awards are called elsewhere: in the books, and where an organization appears. */
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import type { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { LedgerName, NameSource } from '../ledger/index.js';
import type { OrganizationUseSource } from '../organizations/index.js';
import { stateFor } from './award.labels.js';
import type { RoundFactSource } from '../rounds/index.js';
import type { Awards } from './awards.service.js';

export const namesOfAwards: NameSource = async (from, ids) => {
  const rows = await from.query<{ id: string } & LedgerName>(sql`
    select id, number || ' ' || title as label, '/awards/' || id as href from awards where id = any(${ids}::uuid[])`);
  return new Map(rows.map(({ id, label, href }) => [id, { label, href }]));
};

/** How many awards of each round live: a round that has one is not canceled. */
export const awardsOfRounds: RoundFactSource = async (from, roundIds) => {
  const rows = await from.query<{ roundId: string; awards: number }>(sql`
    select round_id as "roundId", count(*)::int as awards from awards
    where round_id = any(${[...roundIds]}::uuid[]) and state not in ('declined', 'lapsed', 'rescinded')
    group by round_id`);
  return new Map(rows.map(({ roundId, awards }) => [roundId, { awards }]));
};

/** The awards that were made from each pool hold its money on. */
export const holdersOfPools = sql`select pool_id, 'award' as holder_kind, id as holder_id from awards`;

interface UseRow {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly state: string;
  readonly cents: string;
}

/** The awards of an organization that this actor may see, newest first. */
export const usesOfOrganizations =
  (db: Database, awards: Awards): OrganizationUseSource =>
  async (actor: Actor, organizationId: string) => {
    const rows = await db.query<UseRow>(sql`
      select a.id, a.number, a.title, a.state, a.amount_cents::text as cents from awards a
      where (a.organization_id = ${organizationId}
          or exists (select 1 from award_partners p where p.award_id = a.id and p.organization_id = ${organizationId}))
        and ${awards.readable(actor)} order by a.number desc limit 50`);
    return rows.map(({ id, number, title, state, cents }) => ({
      title: `${title}, ${number}`,
      href: `/awards/${id}`,
      note: `${Money.ofCents(cents).format()} · ${stateFor(actor, state).label}`,
    }));
  };

/** Those whose federal money is offered or still running: their exclusion checks must not run out. */
export async function recipientsOfFederalMoney(from: Queryable): Promise<string[]> {
  const rows = await from.query<{ id: string }>(sql`
    select distinct coalesce(o.merged_into_id, o.id) as id
    from awards a join organizations o on o.id = a.organization_id
    where a.state in ('offered', 'accepted', 'active', 'suspended') and exists (
      select from award_sources l join sources s on s.id = l.source_id
      where l.award_id = a.id and s.kind = 'federal')`);
  return rows.map(({ id }) => id);
}
