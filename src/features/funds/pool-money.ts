/** What a pool holds and how money is taken from it: source by source, in the order in which they were set aside. */
import { conflict, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Pool } from './fund.entity.js';

export interface SourceShare {
  readonly sourceId: string;
  /** More than zero. */
  readonly amount: Money;
}

export interface PoolSource {
  readonly sourceId: string;
  readonly sourceName: string;
  readonly sourceState: string;
  /** Net of what was given back. */
  readonly setAside: Money;
  /** Neither held nor committed. */
  readonly available: Money;
}

export interface PoolMoney {
  readonly id: string;
  readonly fundId: string;
  readonly fundName: string;
  readonly name: string;
  readonly kind: string;
  readonly setAside: Money;
  readonly available: Money;
  /** In the order in which they are drawn. */
  readonly sources: readonly PoolSource[];
}

interface SourceRow {
  readonly sourceId: string;
  readonly sourceName: string;
  readonly sourceState: string;
  readonly setAside: string;
  readonly available: string;
}

async function poolSources(from: Queryable, poolId: string): Promise<PoolSource[]> {
  const rows = await from.query<SourceRow>(sql`
    select s.id as "sourceId", s.name as "sourceName", s.state as "sourceState",
           (sum(a.amount_cents) - coalesce((select sum(r.amount_cents) from allotment_returns r
              where r.pool_id = ${poolId} and r.source_id = s.id), 0))::text as "setAside",
           coalesce((select l.balance_cents from ledger_accounts l where l.source_id = s.id and l.holder_kind = 'pool'
              and l.holder_id = ${poolId} and l.stage = 'allotted' and l.category = ''), 0)::text as available
    from allotments a join sources s on s.id = a.source_id
    where a.pool_id = ${poolId} group by s.id, s.name, s.state order by min(a.created_at), s.id`);
  return rows.map((row) => ({
    ...row,
    setAside: Money.ofCents(row.setAside),
    available: Money.ofCents(row.available),
  }));
}

/** One pool with what is set aside for it and what of that is left. */
export async function readPool(from: Queryable, poolId: string): Promise<PoolMoney> {
  const [pool] = await from.query<{ id: string; fundId: string; fundName: string; name: string; kind: string }>(sql`
    select p.id, p.fund_id as "fundId", f.name as "fundName", p.name, p.kind
    from pools p join funds f on f.id = p.fund_id where p.id = ${poolId}`);
  if (pool === undefined) throw notFound('thing.not_found');
  const sources = await poolSources(from, poolId);
  return {
    ...pool,
    sources,
    setAside: Money.sum(sources.map((each) => each.setAside)),
    available: Money.sum(sources.map((each) => each.available)),
  };
}

/**
 * Locks pools for whoever draws from them: their sources first, as allotments do, so that none stops taking obligations
 * under them; then the pools. Sources are shared: many draw at once. A source that was set aside for a pool meanwhile is
 * locked afterwards.
 */
export async function lockPools(work: Work, ids: readonly string[]): Promise<Pool[]> {
  const shareSources = async (): Promise<unknown> =>
    work.query(sql`
      select s.id from sources s
      where s.id in (select a.source_id from allotments a where a.pool_id = any(${[...ids]}::uuid[]))
      order by s.id for share of s`);
  await shareSources();
  const pools = await work.lock(Pool, ids);
  await shareSources();
  return pools;
}

/**
 * Says which sources of the pool bear this amount; the pool and its sources stay locked, so that two at once cannot both
 * take the last dollar, and none of the sources ends meanwhile. A source that takes no new obligations is passed over. Throws conflict `pool.not_enough` (pool, left,
 * amount).
 */
export async function drawFromPool(work: Work, poolId: string, amount: Money): Promise<SourceShare[]> {
  const [pool] = await lockPools(work, [poolId]);
  if (pool === undefined) throw notFound('thing.not_found');
  const open = (await poolSources(work, poolId)).filter((each) => each.sourceState === 'active');
  const shares: SourceShare[] = [];
  let missing = amount;
  for (const { sourceId, available } of open) {
    if (!missing.isPositive) break;
    const taken = available.compare(missing) < 0 ? available : missing;
    if (!taken.isPositive) continue;
    shares.push({ sourceId, amount: taken });
    missing = missing.subtract(taken);
  }
  if (missing.isPositive) {
    throw conflict('pool.not_enough', { params: { pool: pool.name, left: amount.subtract(missing), amount } });
  }
  return shares;
}
