/** Funds: sources, modifications, funds, pools, allotments and the agency's own costs. */
import type { Feature } from '../../platform/feature.js';
import { Allotment, AllotmentReturn, Fund, Pool } from './fund.entity.js';
import { FundsModule } from './funds.module.js';
import { FundsTasks } from './funds.tasks.js';
import { fundsPermissions } from './funds.policy.js';
import { OwnCost } from './own-cost.entity.js';
import { Source, SourceBudgetLine, SourceModification } from './source.entity.js';
import { sourceLifecycle } from './source.lifecycle.js';

export { FundsModule } from './funds.module.js';
export { Funds } from './funds.service.js';
export { PoolHolders } from './pool-holders.js';
export { lockPools, type PoolMoney, type PoolSource, readPool } from './pool-money.js';
export { OwnCosts } from './own-costs.service.js';
export { Pool } from './fund.entity.js';
export { Source } from './source.entity.js';
export { Sources } from './sources.service.js';

export const fundsFeature: Feature = {
  name: 'funds',
  module: FundsModule,
  entities: [Source, SourceBudgetLine, SourceModification, Fund, Pool, Allotment, AllotmentReturn, OwnCost],
  permissions: [fundsPermissions],
  lifecycles: [sourceLifecycle],
  menu: [
    { labelKey: 'menu.sources', href: '/sources', rank: 23, group: 'money', permission: 'source.read' },
    { labelKey: 'menu.funds', href: '/funds', rank: 24, group: 'money', permission: 'fund.read' },
  ],
  tasks: [FundsTasks],
  jobs: [],
  things: [
    { type: 'source', table: 'sources', title: 't.name', path: '/sources' },
    { type: 'fund', table: 'funds', title: 't.name', path: '/funds' },
    { type: 'pool', table: 'pools', title: 't.name' },
  ],
};
