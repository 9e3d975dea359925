/** The awards module: what answers, and what the other features are told about awards. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { EffectHandlers } from '../../platform/database/effects.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { AgencyModule, MailScopes } from '../agency/index.js';
import { AuditScopes } from '../audit/index.js';
import { notConflicted } from '../conflicts/index.js';
import { ApplicationsModule } from '../applications/index.js';
import { ConversationsModule, ConversationSubjects } from '../conversations/index.js';
import { AWARD_DRAFT, type AwardDraftEffect, DecisionsModule } from '../decisions/index.js';
import { DocumentKinds, DocumentReaders, DocumentsModule, ListExportSources } from '../documents/index.js';
import { FundsModule, PoolHolders } from '../funds/index.js';
import { LedgerDirectory, LedgerModule } from '../ledger/index.js';
import { ExclusionNeeds, OrganizationsModule, OrganizationUses } from '../organizations/index.js';
import { FundedAwards, RoundFacts, RoundsModule } from '../rounds/index.js';
import { AwardDocuments } from './award-documents.js';
import { AwardDrafts } from './award-drafts.js';
import { AwardFacts } from './award-facts.js';
import { awardConversations } from './award.conversations.js';
import { AwardForms } from './award.forms.js';
import { AWARD_DOCUMENTS } from './award-letters.js';
import { AwardNews } from './award-news.js';
import { AwardPaceViews } from './award-pace.view.js';
import { AwardPreviewViews } from './award-preview.view.js';
import { AwardPageViews } from './award.page-view.js';
import { AwardStepFactsLoader } from './award-step-facts.js';
import { AwardTerms } from './award-terms.service.js';
import { AwardViews } from './award.view.js';
import { AwardsApi } from './awards.api.js';
import {
  awardsOfRounds,
  holdersOfPools,
  namesOfAwards,
  usesOfOrganizations,
  recipientsOfFederalMoney,
} from './awards.names.js';
import { closedAward } from './award-reads.js';
import { awardsExport } from './awards.exports.js';
import { fundedAwards } from './awards.funded.js';
import { AwardsPages } from './awards.pages.js';
import { Awards } from './awards.service.js';
import { AwardsPanels } from './awards.panels.js';
import { AwardsTasks } from './awards.tasks.js';

@Module({
  imports: [
    AgencyModule,
    ApplicationsModule,
    ConversationsModule,
    DecisionsModule,
    DocumentsModule,
    FundsModule,
    LedgerModule,
    OrganizationsModule,
    RoundsModule,
  ],
  controllers: [AwardsApi, AwardsPages],
  providers: [
    Awards,
    AwardTerms,
    AwardDrafts,
    AwardDocuments,
    AwardFacts,
    AwardStepFactsLoader,
    AwardNews,
    AwardViews,
    AwardPageViews,
    AwardPaceViews,
    AwardPreviewViews,
    AwardForms,
    AwardsPanels,
    AwardsTasks,
  ],
  exports: [Awards, AwardFacts],
})
export class AwardsModule implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly awards: Awards,
    private readonly drafts: AwardDrafts,
    private readonly effects: EffectHandlers,
    private readonly books: LedgerDirectory,
    private readonly uses: OrganizationUses,
    private readonly kinds: DocumentKinds,
    private readonly readers: DocumentReaders,
    private readonly rounds: RoundFacts,
    private readonly holders: PoolHolders,
    private readonly needs: ExclusionNeeds,
    private readonly policy: Policy,
    private readonly funded: FundedAwards,
    private readonly conversations: ConversationSubjects,
    private readonly trail: AuditScopes,
    private readonly mailScopes: MailScopes,
    private readonly exports: ListExportSources,
  ) {}

  onModuleInit(): void {
    this.funded.register(fundedAwards(this.db));
    this.exports.register(awardsExport(this.db, this.awards));
    this.trail.register('award', (actor, id) =>
      notConflicted(actor, sql`(select a.application_id from awards a where a.id = ${id})`),
    );
    this.mailScopes.register('award', closedAward);
    this.conversations.register('award', awardConversations(this.db, this.policy));
    this.effects.register<AwardDraftEffect>(AWARD_DRAFT, (work, effects) => this.drafts.draw(work, effects));
    this.books.register('award', namesOfAwards);
    this.rounds.register(awardsOfRounds);
    this.holders.register(holdersOfPools);
    this.needs.register(recipientsOfFederalMoney);
    this.uses.register(usesOfOrganizations(this.db, this.awards));
    for (const kind of AWARD_DOCUMENTS) this.kinds.register(kind);
    this.readers.register('award', async (actor, awardId) => this.awards.mayRead(actor, awardId));
  }
}
