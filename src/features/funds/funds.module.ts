/** The funds module: what answers, and how the books call sources and pools. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { AgencyModule } from '../agency/index.js';
import { IdentityModule, ScopeDirectory } from '../identity/index.js';
import { LedgerDirectory, LedgerModule } from '../ledger/index.js';
import { FundPageViews } from './fund.page-view.js';
import { FundViews } from './fund.view.js';
import { AllotmentsApi, FundsApi } from './funds.api.js';
import { AllotmentsPages, FundsPages } from './funds.pages.js';
import { FundsTasks } from './funds.tasks.js';
import { namesOfPools, namesOfSources, scopesOfFunds } from './funds.names.js';
import { Funds } from './funds.service.js';
import { OwnCostPageViews } from './own-cost.page-view.js';
import { OwnCostsApi, OwnCostsPages } from './own-costs.controllers.js';
import { OwnCosts } from './own-costs.service.js';
import { PoolHolders } from './pool-holders.js';
import { SourcePageViews } from './source.page-view.js';
import { SourceViews } from './source.view.js';
import { SourcesApi } from './sources.api.js';
import { SourcesPages } from './sources.pages.js';
import { Sources } from './sources.service.js';

@Module({
  imports: [AgencyModule, IdentityModule, LedgerModule],
  controllers: [
    SourcesApi,
    FundsApi,
    AllotmentsApi,
    OwnCostsApi,
    SourcesPages,
    FundsPages,
    AllotmentsPages,
    OwnCostsPages,
  ],
  providers: [
    ...[Sources, Funds, OwnCosts, PoolHolders, FundsTasks],
    ...[SourceViews, FundViews, SourcePageViews, FundPageViews, OwnCostPageViews],
  ],
  exports: [Sources, Funds, OwnCosts, PoolHolders],
})
export class FundsModule implements OnModuleInit {
  constructor(
    private readonly directory: LedgerDirectory,
    private readonly scopes: ScopeDirectory,
  ) {}

  onModuleInit(): void {
    this.directory.register('source', namesOfSources);
    this.directory.register('pool', namesOfPools);
    this.scopes.register(scopesOfFunds);
  }
}
