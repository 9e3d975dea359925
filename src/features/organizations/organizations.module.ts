/** Wires organizations. */
import { Module } from '@nestjs/common';
import { ExclusionChecks } from './exclusion-checks.service.js';
import { OrganizationGrants } from './organization-grants.js';
import { OrganizationMembers } from './organization-members.service.js';
import { OrganizationReader } from './organization-reader.js';
import { OrganizationUses } from './organization-uses.js';
import { OrganizationsApi } from './organizations.api.js';
import { OrganizationsPages } from './organizations.pages.js';
import { Organizations } from './organizations.service.js';

@Module({
  controllers: [OrganizationsPages, OrganizationsApi],
  providers: [
    Organizations,
    ExclusionChecks,
    OrganizationMembers,
    OrganizationGrants,
    OrganizationReader,
    OrganizationUses,
  ],
  exports: [Organizations, ExclusionChecks, OrganizationMembers, OrganizationUses],
})
export class OrganizationsModule {}
