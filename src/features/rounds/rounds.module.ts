/** The rounds module. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { AgencyModule } from '../agency/index.js';
import { AnnouncementsModule } from '../announcements/index.js';
import { FundsModule } from '../funds/index.js';
import { IdentityModule, ScopeDirectory, type ScopeName, type ScopeSource } from '../identity/index.js';
import { sql } from '../../platform/database/sql.js';
import { FormsModule, FormUses } from '../forms/index.js';
import { SignInModule } from '../sign-in/index.js';
import { CommentGroups } from './comment-groups.service.js';
import { CriteriaPages, PublicCriteriaPages } from './criteria.pages.js';
import { CriteriaTasks } from './criteria.tasks.js';
import { CriteriaViews } from './criteria.page-view.js';
import { Criteria } from './criteria.service.js';
import { EligibilityViews } from './eligibility.page-view.js';
import { Eligibility } from './eligibility.service.js';
import { FundedAwards } from './funded-awards.js';
import { FundingFront } from './funding-front.view.js';
import { FundingPages } from './funding.pages.js';
import { FundingViews } from './funding.page-view.js';
import { QuestionNews } from './question-news.js';
import { QuestionPageViews } from './question.page-view.js';
import { QuestionsApi, RoundQuestionsApi } from './questions.api.js';
import { QuestionPages, RoundQuestionsPages } from './questions.pages.js';
import { Questions } from './questions.service.js';
import { QuestionsTasks } from './questions.tasks.js';
import { RoundFacts } from './round-facts.js';
import { RoundNews } from './round-news.js';
import { RehearsalViews } from './rehearsal.page-view.js';
import { RoundApplications } from './round-applications.js';
import { RoundCalendar, RoundCalendarPages } from './round-calendar.js';
import { RoundChanges } from './round-changes.view.js';
import { CriteriaApi, RoundSetUpApi } from './round-set-up.api.js';
import { RoundSetUpForms } from './round-set-up.forms.js';
import { EligibilityPages, RehearsalPages, RoundSetUpPages } from './round-set-up.pages.js';
import { RoundSetUp } from './round-set-up.service.js';
import { RoundForms } from './round.forms.js';
import { RoundPageParts } from './round.page-parts.js';
import { PublishViews } from './round-publish.page-view.js';
import { RoundPageViews } from './round.page-view.js';
import { RoundViews } from './round.view.js';
import { RoundsApi } from './rounds.api.js';
import { RoundsPages } from './rounds.pages.js';
import { RoundsPanels } from './rounds.panels.js';
import { RoundsTasks } from './rounds.tasks.js';
import { Rounds } from './rounds.service.js';
import { WordingViews } from './wording.page-view.js';
import { WordingPages, WordingsApi } from './wordings.controllers.js';
import { Wordings } from './wordings.service.js';
import { WordingsTasks } from './wordings.tasks.js';

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
  imports: [AgencyModule, AnnouncementsModule, FundsModule, IdentityModule, SignInModule, FormsModule],
  controllers: [
    RoundsApi,
    RoundSetUpApi,
    CriteriaApi,
    RoundsPages,
    RoundSetUpPages,
    RehearsalPages,
    CriteriaPages,
    PublicCriteriaPages,
    EligibilityPages,
    RoundCalendarPages,
    FundingPages,
    RoundQuestionsPages,
    QuestionPages,
    RoundQuestionsApi,
    QuestionsApi,
    WordingPages,
    WordingsApi,
  ],
  providers: [
    Rounds,
    RoundSetUp,
    RoundSetUpForms,
    RoundChanges,
    RoundCalendar,
    RehearsalViews,
    Eligibility,
    EligibilityViews,
    CommentGroups,
    Criteria,
    CriteriaViews,
    CriteriaTasks,
    RoundApplications,
    RoundFacts,
    RoundNews,
    RoundViews,
    RoundPageViews,
    PublishViews,
    RoundPageParts,
    RoundForms,
    FundingViews,
    FundingFront,
    FundedAwards,
    Questions,
    QuestionNews,
    QuestionPageViews,
    QuestionsTasks,
    RoundsPanels,
    RoundsTasks,
    Wordings,
    WordingViews,
    WordingsTasks,
  ],
  exports: [
    Rounds,
    RoundSetUp,
    Eligibility,
    RoundApplications,
    RoundFacts,
    RoundNews,
    FundingViews,
    FundedAwards,
    Questions,
  ],
})
export class RoundsModule implements OnModuleInit {
  constructor(
    private readonly scopes: ScopeDirectory,
    private readonly formUses: FormUses,
    private readonly rounds: Rounds,
  ) {}

  onModuleInit(): void {
    this.scopes.register(scopesOfRounds);
    this.formUses.register(
      (actor, versionIds) => this.rounds.usingForms(actor, versionIds),
      (actor, fundId, versionId) => this.rounds.couldUseForm(actor, fundId, versionId),
    );
  }
}
