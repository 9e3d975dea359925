/** Wires the agency; global, because every page shows the agency and every feature may ask for its rules. */
import { Global, Module } from '@nestjs/common';
import { AgencyFrame } from '../../platform/pages/page-writer.js';
import { MailScopes } from './mail-scopes.js';
import { JobsApi, MailsApi } from './operations.api.js';
import { JobsPages, MailsPages } from './operations.pages.js';
import { Operations } from './operations.service.js';
import { SchoolPageViews } from './school.page-view.js';
import { SchoolsApi, SchoolsPages } from './schools.controllers.js';
import { Schools } from './schools.service.js';
import { RuleSets } from './rule-sets.service.js';
import { RuleSetsApi, SettingsApi } from './settings.api.js';
import { SettingsPages } from './settings.pages.js';
import { AgencySettings, SettingsFrame } from './settings.service.js';

@Global()
@Module({
  controllers: [
    SchoolsPages,
    SchoolsApi,
    SettingsPages,
    SettingsApi,
    RuleSetsApi,
    MailsPages,
    JobsPages,
    MailsApi,
    JobsApi,
  ],
  providers: [
    AgencySettings,
    RuleSets,
    Schools,
    SchoolPageViews,
    Operations,
    MailScopes,
    { provide: AgencyFrame, useClass: SettingsFrame },
  ],
  exports: [AgencySettings, RuleSets, Schools, AgencyFrame, MailScopes],
})
export class AgencyModule {}
