/** Organizations: who can apply, be funded, sponsor or partner; their members and exclusion checks. */
import type { Feature } from '../../platform/feature.js';
import { ExclusionCheck, Organization, OrganizationDistrict, OrganizationMember } from './organization.entity.js';
import { organizationPermissions } from './organization.policy.js';
import { OrganizationsModule } from './organizations.module.js';

export { ExclusionChecks, type RecordedCheck } from './exclusion-checks.service.js';
export {
  type CheckMethod,
  type CheckResult,
  MEMBER_ROLES,
  type MemberRole,
  Organization,
  ORGANIZATION_KINDS,
  type OrganizationKind,
} from './organization.entity.js';
export { EndMemberInput, ExclusionCheckInput, MemberInput, OrganizationInput } from './organization.input.js';
export { type LiveMember, memberRoles, OrganizationMembers } from './organization-members.service.js';
export { type OrganizationUse, OrganizationUses, type OrganizationUseSource } from './organization-uses.js';
export { type NamedThing, Organizations, organizationSubject, requireMemberRole } from './organizations.service.js';
export { OrganizationsModule } from './organizations.module.js';

export const organizationsFeature: Feature = {
  name: 'organizations',
  module: OrganizationsModule,
  entities: [Organization, OrganizationDistrict, OrganizationMember, ExclusionCheck],
  permissions: [organizationPermissions],
  lifecycles: [],
  menu: [{ labelKey: 'menu.organizations', href: '/organizations', rank: 60, permission: 'organization.read' }],
  jobs: [],
};
