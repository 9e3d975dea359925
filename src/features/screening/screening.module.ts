/** ScreeningModule: wires the feature. When it starts it tells which of its lists can be had as files. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import { AgencyModule, MailScopes } from '../agency/index.js';
import { ApplicationLinks, ApplicationsModule } from '../applications/index.js';
import { AuditScopes } from '../audit/index.js';
import { ConflictsModule, notConflicted } from '../conflicts/index.js';
import { ListExportSources } from '../documents/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { BroadcastsModule } from './broadcasts.module.js';
import { LetterOfIntentPageViews } from './letter-of-intent.page-view.js';
import { LetterOfIntentViews } from './letter-of-intent.view.js';
import { LettersOfIntentApi, LettersOfIntentPages } from './letters-of-intent.controllers.js';
import { closedLetter, LettersOfIntent } from './letters-of-intent.service.js';
import { ScreeningApi } from './screening.api.js';
import { ScreeningExports } from './screening.exports.js';
import { ScreeningLinks } from './screening.links.js';
import { ScreeningPageViews } from './screening.page-view.js';
import { ScreeningPages } from './screening.pages.js';
import { Screening } from './screening.service.js';
import { ScreeningTasks } from './screening.tasks.js';
import { ScreeningViews } from './screening.view.js';
import { ScreeningRunPageViews } from './screening-run.page-view.js';
import { ScreeningRuns } from './screening-runs.service.js';
import { TechnicalAssistancePageViews } from './technical-assistance.page-view.js';
import { TechnicalAssistanceViews } from './technical-assistance.view.js';
import { TechnicalAssistancesApi, TechnicalAssistancesPages } from './technical-assistances.controllers.js';
import { TechnicalAssistances } from './technical-assistances.service.js';

@Module({
  imports: [AgencyModule, OrganizationsModule, ConflictsModule, ApplicationsModule, BroadcastsModule],
  controllers: [
    ScreeningApi,
    ScreeningPages,
    LettersOfIntentApi,
    LettersOfIntentPages,
    TechnicalAssistancesApi,
    TechnicalAssistancesPages,
  ],
  providers: [
    Screening,
    ScreeningRuns,
    ScreeningViews,
    ScreeningPageViews,
    ScreeningRunPageViews,
    ScreeningExports,
    ScreeningLinks,
    ScreeningTasks,
    LettersOfIntent,
    LetterOfIntentViews,
    LetterOfIntentPageViews,
    TechnicalAssistances,
    TechnicalAssistanceViews,
    TechnicalAssistancePageViews,
  ],
  exports: [Screening, ScreeningRuns, LettersOfIntent, TechnicalAssistances],
})
export class ScreeningModule implements OnModuleInit {
  constructor(
    private readonly exports: ScreeningExports,
    private readonly sources: ListExportSources,
    private readonly trail: AuditScopes,
    private readonly links: ScreeningLinks,
    private readonly mails: MailScopes,
    private readonly besideApplications: ApplicationLinks,
  ) {}

  onModuleInit(): void {
    this.besideApplications.register((...asked) => this.links.of(...asked));
    this.mails.register('letter_of_intent', closedLetter);
    this.trail.register('extension_request', (actor, id) =>
      notConflicted(actor, sql`(select x.application_id from extension_requests x where x.id = ${id})`),
    );
    this.trail.register('application_submission', (actor, id) =>
      notConflicted(actor, sql`(select n.application_id from application_submissions n where n.id = ${id})`),
    );
    this.trail.register('letter_of_intent', (actor, id) => sql`not ${closedLetter(actor, id)}`);
    for (const list of this.exports.lists()) this.sources.register(list);
    this.trail.register('technical_assistance', (actor, id) =>
      notConflicted(actor, sql`(select t.application_id from technical_assistances t where t.id = ${id})`),
    );
  }
}
