/**
 * PoolHolders: who holds the money that was set aside for a pool - the pool itself, and what later features made from it,
 * such as awards. They register at start; this feature imports none of them.
 */
import { Injectable } from '@nestjs/common';
import { joinSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';

@Injectable()
export class PoolHolders {
  private readonly sources: Sql[] = [sql`select id as pool_id, 'pool' as holder_kind, id as holder_id from pools`];

  /** A query of ours that gives one row (pool_id, holder_kind, holder_id) for each holder. */
  register(source: Sql): void {
    this.sources.push(source);
  }

  /** The holders of a fund's pools as members of the ledger's figures, under this key; `key` is trusted text of ours. */
  of(key: 'p.id' | 'p.fund_id', fundId: string): Sql {
    return sql`
      select ${rawSql(key)}::text as key, h.holder_kind, h.holder_id
      from pools p join (${joinSql(this.sources, ' union all ')}) as h on h.pool_id = p.id where p.fund_id = ${fundId}`;
  }
}
