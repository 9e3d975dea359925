/** What is shown of a fund: its pools with what is set aside, committed, paid and left. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { type Figures, NO_FIGURES, readFigures } from '../ledger/index.js';
import type { Fund } from './fund.entity.js';
import { PoolHolders } from './pool-holders.js';
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
    private readonly holders: PoolHolders,
  ) {}

  async one(actor: Actor, id: string): Promise<FundView> {
    const fund = await this.funds.get(actor, id);
    const [pools, allotments] = await Promise.all([this.funds.pools(id), this.funds.allotments(actor, { fundId: id })]);
    const [byPool, total] = await Promise.all([
      readFigures(this.db, {}, { members: this.holders.of('p.id', id) }),
      readFigures(this.db, {}, { members: this.holders.of('p.fund_id', id) }),
    ]);
    return {
      ...fund,
      pools: pools.map((pool) => ({ ...pool, figures: byPool.get(pool.id) ?? NO_FIGURES })),
      allotments,
      totals: total.get(id) ?? NO_FIGURES,
    };
  }
}
