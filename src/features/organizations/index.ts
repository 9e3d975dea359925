/** Organizations: who can apply, be funded, sponsor or partner; their members, papers and exclusion checks. */
import type { Feature } from '../../platform/feature.js';
import { OrganizationClaim, OrganizationInvitation } from './organization-claim.entity.js';
import { organizationClaimLifecycle } from './organization-claim.lifecycle.js';
import { OrganizationDocument, OrganizationDocumentReminder } from './organization-document.entity.js';
import { OrganizationDocuments } from './organization-documents.service.js';
import { ExclusionCheck, Organization, OrganizationDistrict, OrganizationMember } from './organization.entity.js';
import { organizationPermissions } from './organization.policy.js';
import { OrganizationsModule } from './organizations.module.js';
import { OrganizationsPanels } from './organizations.panels.js';
import { OrganizationsTasks } from './organizations.tasks.js';
import { organizationsPersonalData } from './organizations.personal-data.js';

export { ExclusionChecks, ExclusionNeeds } from './exclusion-checks.service.js';
export {
  type CheckResult,
  MEMBER_ROLES,
  type MemberRole,
  Organization,
  ORGANIZATION_KINDS,
} from './organization.entity.js';
export { ExclusionCheckInput, OrganizationInput } from './organization.input.js';
export { OrganizationClaims } from './organization-claims.service.js';
export { OrganizationDocumentInput } from './organization-document.input.js';
export { organizationsCalled } from './organization-alike.js';
export { leftOf } from './organization-family.js';
export { OrganizationInvitations } from './organization-invitations.service.js';
export { actsAs, memberRoles, OrganizationMembers } from './organization-members.service.js';
export { OrganizationMerges } from './organization-merges.service.js';
export { OrganizationRegistration } from './organization-registration.service.js';
export { OrganizationUnmasking } from './organization-unmasking.service.js';
export { ueiCheckDigit } from './organization.rules.js';
export { OrganizationUses, type OrganizationUseSource } from './organization-uses.js';
export { Organizations, requireMemberRole } from './organizations.service.js';
export { InvitationsInput, RegistrationInput } from './registration.input.js';
export { OrganizationsModule } from './organizations.module.js';

export { OrganizationDocuments };

export const organizationsFeature: Feature = {
  name: 'organizations',
  module: OrganizationsModule,
  entities: [
    Organization,
    OrganizationDistrict,
    OrganizationMember,
    ExclusionCheck,
    OrganizationClaim,
    OrganizationInvitation,
    OrganizationDocument,
    OrganizationDocumentReminder,
  ],
  permissions: [organizationPermissions],
  lifecycles: [organizationClaimLifecycle],
  menu: [
    {
      labelKey: 'menu.organizations',
      href: '/organizations',
      rank: 60,
      group: 'community',
      permission: 'organization.read',
    },
  ],
  tasks: [OrganizationsTasks],
  panels: [OrganizationsPanels],
  jobs: [],
  things: [{ type: 'organization', table: 'organizations', title: 't.name', path: '/organizations' }],
  housekeepers: [OrganizationDocuments],
  personalData: organizationsPersonalData,
};
