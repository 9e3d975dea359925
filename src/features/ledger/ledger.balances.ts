/** Balances as they stand, by source and stage: what a step of a lifecycle decides by. */
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { Stage } from './ledger.glossary.js';

export type StageBalances = (sourceId: string, stage: Stage) => Money;

/** What each source holds at each stage, over all its holders. */
export async function readStageBalances(from: Queryable, sourceIds: readonly string[]): Promise<StageBalances> {
  const rows = await from.query<{ source: string; stage: Stage; cents: string }>(
    sql`select source_id as source, stage, sum(balance_cents)::text as cents from ledger_accounts
        where source_id = any(${sourceIds}::uuid[]) group by source_id, stage`,
  );
  const balances = new Map(rows.map((row) => [`${row.source}:${row.stage}`, Money.ofCents(row.cents)]));
  return (sourceId, stage) => balances.get(`${sourceId}:${stage}`) ?? Money.zero;
}

/** What one pool holds of one source at a stage. */
export async function readPoolBalance(from: Queryable, sourceId: string, poolId: string, stage: Stage): Promise<Money> {
  const [row] = await from.query<{ cents: string }>(
    sql`select coalesce(sum(balance_cents), 0)::text as cents from ledger_accounts where source_id = ${sourceId}
          and holder_kind = 'pool' and holder_id = ${poolId} and stage = ${stage}`,
  );
  return Money.ofCents(row?.cents ?? '0');
}
