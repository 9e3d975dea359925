/** What is shown of a fund: its pools with what is set aside, committed, paid and left. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { type Figures, NO_FIGURES, readFigures } from '../ledger/index.js';
import type { Fund } from './fund.entity.js';
import { type AllotmentRow, Funds, type PoolRow } from './funds.service.js';

export interface FundView extends Fund {
  readonly pools: readonly (PoolRow & { readonly figures: Figures })[];
  readonly allotments: readonly AllotmentRow[];
  readonly totals: Figures;
}

@Injectable()
export class FundViews {
  constructor(
    private readonly db: Database,
    private readonly funds: Funds,
  ) {}

  async one(actor: Actor, id: string): Promise<FundView> {
    const fund = await this.funds.get(actor, id);
    const [pools, allotments] = await Promise.all([this.funds.pools(id), this.funds.allotments(actor, { fundId: id })]);
    const [byPool, total] = await Promise.all([
      readFigures(this.db, {}, { members: poolMembers(id) }),
      readFigures(this.db, {}, { members: fundMembers(id) }),
    ]);
    return {
      ...fund,
      pools: pools.map((pool) => ({ ...pool, figures: byPool.get(pool.id) ?? NO_FIGURES })),
      allotments,
      totals: total.get(id) ?? NO_FIGURES,
    };
  }
}

/** The holders of each pool of a fund. */
export const poolMembers = (fundId: string): Sql =>
  sql`select p.id::text as key, 'pool' as holder_kind, p.id as holder_id from pools p where p.fund_id = ${fundId}`;

/** The holders of a whole fund. */
export const fundMembers = (fundId: string): Sql =>
  sql`select p.fund_id::text as key, 'pool' as holder_kind, p.id as holder_id from pools p where p.fund_id = ${fundId}`;
