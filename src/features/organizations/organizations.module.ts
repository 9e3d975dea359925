/** Wires organizations. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { Texts } from '../../platform/texts/texts.js';
import { DocumentsModule, ListExportSources } from '../documents/index.js';
import { SignInModule } from '../sign-in/index.js';
import { ExclusionChecks, ExclusionNeeds } from './exclusion-checks.service.js';
import { JoinPages } from './join.pages.js';
import { OrganizationsAlike } from './organization-alike.js';
import { OrganizationClaimsApi, OrganizationClaimsPages } from './organization-claims.controllers.js';
import { OrganizationClaims } from './organization-claims.service.js';
import { OrganizationDocuments } from './organization-documents.service.js';
import { OrganizationGrants } from './organization-grants.js';
import { OrganizationInvitations } from './organization-invitations.service.js';
import { OrganizationMembers } from './organization-members.service.js';
import { OrganizationMerges } from './organization-merges.service.js';
import { OrganizationNews } from './organization-news.js';
import { OrganizationPeopleApi, OrganizationPeoplePages } from './organization-people.controllers.js';
import { OrganizationPeople } from './organization-people.js';
import { OrganizationReader } from './organization-reader.js';
import { OrganizationRecordsApi, OrganizationRecordsPages } from './organization-records.controllers.js';
import { OrganizationRegistration } from './organization-registration.service.js';
import { OrganizationUnmasking } from './organization-unmasking.service.js';
import { OrganizationUses } from './organization-uses.js';
import { OrganizationsApi } from './organizations.api.js';
import { organizationsExport } from './organizations.exports.js';
import { OrganizationsPages } from './organizations.pages.js';
import { Organizations } from './organizations.service.js';
import { OrganizationsPanels } from './organizations.panels.js';
import { OrganizationsTasks } from './organizations.tasks.js';
import { RegistrationApi, RegistrationPages } from './registration.controllers.js';

@Module({
  imports: [DocumentsModule, SignInModule],
  controllers: [
    RegistrationPages,
    RegistrationApi,
    OrganizationClaimsPages,
    OrganizationClaimsApi,
    OrganizationPeoplePages,
    OrganizationPeopleApi,
    OrganizationRecordsPages,
    OrganizationRecordsApi,
    JoinPages,
    OrganizationsPages,
    OrganizationsApi,
  ],
  providers: [
    Organizations,
    ExclusionChecks,
    ExclusionNeeds,
    OrganizationClaims,
    OrganizationDocuments,
    OrganizationGrants,
    OrganizationInvitations,
    OrganizationMembers,
    OrganizationMerges,
    OrganizationNews,
    OrganizationPeople,
    OrganizationReader,
    OrganizationRegistration,
    OrganizationUnmasking,
    OrganizationUses,
    OrganizationsAlike,
    OrganizationsPanels,
    OrganizationsTasks,
  ],
  exports: [
    Organizations,
    ExclusionChecks,
    ExclusionNeeds,
    OrganizationDocuments,
    OrganizationInvitations,
    OrganizationMembers,
    OrganizationRegistration,
    OrganizationUses,
  ],
})
export class OrganizationsModule implements OnModuleInit {
  constructor(
    private readonly sources: ListExportSources,
    private readonly texts: Texts,
    private readonly organizations: Organizations,
  ) {}

  onModuleInit(): void {
    this.sources.register(organizationsExport(this.texts, this.organizations));
  }
}
