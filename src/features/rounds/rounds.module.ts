/** The rounds module. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { AgencyModule } from '../agency/index.js';
import { FundsModule } from '../funds/index.js';
import { IdentityModule, ScopeDirectory, type ScopeName, type ScopeSource } from '../identity/index.js';
import { sql } from '../../platform/database/sql.js';
import { FundingPages } from './funding.pages.js';
import { FundingViews } from './funding.page-view.js';
import { RoundFacts } from './round-facts.js';
import { RoundNews } from './round-news.js';
import { RoundForms } from './round.forms.js';
import { RoundPageViews } from './round.page-view.js';
import { RoundViews } from './round.view.js';
import { RoundsApi } from './rounds.api.js';
import { RoundsPages } from './rounds.pages.js';
import { RoundsPanels } from './rounds.panels.js';
import { RoundsTasks } from './rounds.tasks.js';
import { Rounds } from './rounds.service.js';

/** Roles can be held for one round: reviewers, a committee. */
const scopesOfRounds: ScopeSource = {
  kind: 'round',
  names: (from, ids) =>
    from.query<ScopeName>(sql`select id, number || ': ' || name as name from rounds where id = any(${ids}::uuid[])`),
  choices: (from) =>
    from.query<ScopeName>(sql`select id, number || ': ' || name as name from rounds
      where state not in ('completed', 'cancelled') order by due_at desc, id limit 200`),
  parents: async (from, id) => {
    const [row] = await from.query<{ fundId: string }>(sql`select fund_id as "fundId" from rounds where id = ${id}`);
    return { fund: row?.fundId };
  },
};

@Module({
  imports: [AgencyModule, FundsModule, IdentityModule],
  controllers: [RoundsApi, RoundsPages, FundingPages],
  providers: [
    Rounds,
    RoundFacts,
    RoundNews,
    RoundViews,
    RoundPageViews,
    RoundForms,
    FundingViews,
    RoundsPanels,
    RoundsTasks,
  ],
  exports: [Rounds, RoundFacts, RoundNews, FundingViews],
})
export class RoundsModule implements OnModuleInit {
  constructor(private readonly scopes: ScopeDirectory) {}

  onModuleInit(): void {
    this.scopes.register(scopesOfRounds);
  }
}
