/** The applications module: what answers, what it counts in a round, and where an organization appears. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { AgencyModule, MailScopes } from '../agency/index.js';
import { ConflictsModule } from '../conflicts/index.js';
import { ConversationsModule, ConversationSubjects } from '../conversations/index.js';
import { DocumentsModule } from '../documents/index.js';
import { OrganizationsModule, OrganizationUses } from '../organizations/index.js';
import { RoundApplications, RoundFacts, RoundNews, RoundsModule } from '../rounds/index.js';
import { ANSWER_CONTROLLERS, ANSWER_PROVIDERS } from './answers.wiring.js';
import { Answers } from './answers.service.js';
import { countApplications } from './application-counts.js';
import { ApplicationLinks } from './application-links.js';
import { ApplicationListViews } from './application-list.view.js';
import { ApplicationNext } from './application-next.service.js';
import { ApplicationMails } from './application-mails.js';
import { RoundDateMails } from './round-date-mails.js';
import { ApplicationQuestionNews } from './application-question-news.js';
import { applicationReadFilter, closedApplication, ownOf } from './application-reads.js';
import { ApplicationSections } from './application-sections.service.js';
import { applicationConversations } from './application.conversations.js';
import { ApplicationForms } from './application.forms.js';
import { ApplicationPageViews } from './application.page-view.js';
import { ApplicationViews } from './application.view.js';
import { ApplicationsApi } from './applications.api.js';
import { ApplicationsPages } from './applications.pages.js';
import { Applications } from './applications.service.js';
import { ApplicationsPanels } from './applications.panels.js';
import { ApplicationsTasks } from './applications.tasks.js';
import { titleShown } from './receipt.sent.js';
import { ApplicationReturnsApi, ApplicationReturnsPages } from './return.controllers.js';
import { ReturnChanges } from './return.changes.js';
import { ReturnPageViews } from './return.page-view.js';
import { begunApplications } from './application-begun.js';
import { TEAM_CONTROLLERS, TEAM_MODULES, TEAM_PROVIDERS } from './application-team.wiring.js';

@Module({
  imports: [
    AgencyModule,
    DocumentsModule,
    OrganizationsModule,
    RoundsModule,
    ConflictsModule,
    ConversationsModule,
    ...TEAM_MODULES,
  ],
  controllers: [
    ...ANSWER_CONTROLLERS,
    ...TEAM_CONTROLLERS,
    ApplicationReturnsApi,
    ApplicationReturnsPages,
    ApplicationsApi,
    ApplicationsPages,
  ],
  providers: [
    ...ANSWER_PROVIDERS,
    Applications,
    ApplicationMails,
    RoundDateMails,
    ApplicationLinks,
    ApplicationListViews,
    ApplicationNext,
    ApplicationQuestionNews,
    ApplicationSections,
    ApplicationViews,
    ApplicationPageViews,
    ApplicationForms,
    ApplicationsPanels,
    ApplicationsTasks,
    ReturnChanges,
    ReturnPageViews,
    ...TEAM_PROVIDERS,
  ],
  exports: [Answers, ApplicationLinks, Applications, ApplicationSections],
})
export class ApplicationsModule implements OnModuleInit {
  constructor(
    private readonly facts: RoundFacts,
    private readonly begun: RoundApplications,
    private readonly news: RoundNews,
    private readonly uses: OrganizationUses,
    private readonly applications: Applications,
    private readonly mails: ApplicationMails,
    private readonly dateMails: RoundDateMails,
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly conversations: ConversationSubjects,
    private readonly mailScopes: MailScopes,
  ) {}

  onModuleInit(): void {
    this.conversations.register('application', applicationConversations(this.db, this.policy));
    this.mailScopes.register('application', closedApplication);
    this.facts.register(countApplications);
    this.begun.register((actor, roundIds) => begunApplications(this.db, this.policy, actor, roundIds));
    this.news.listen(async (work, event) => {
      if (event.kind === 'review_began') await this.applications.expireDrafts(work, event.roundId);
      if (event.kind === 'extended') await this.mails.extension(work, event.roundId, event.reason);
      if (event.kind === 'dates_changed') await this.dateMails.changed(work, event);
    });
    this.uses.register((actor, organizationId) => {
      const own = ownOf(actor);
      const title = own === undefined ? titleShown : sql`(case when ${own} then a.title else ${titleShown} end)`;
      return this.db.query(sql`
        select 'Application ' || a.number as title, '/applications/' || a.id as href, ${title} as note
        from applications a where a.organization_id = ${organizationId}
          and ${applicationReadFilter(actor, this.policy, 'a')} order by a.number desc limit 20`);
    });
  }
}
