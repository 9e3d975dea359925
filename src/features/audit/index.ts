/** Audit: the trail of everything that was done, who may read it, and the chain that seals it. */
import { AuditEra, AuditSealRow, PersonKey } from '../../platform/audit/audit.entity.js';
import type { Feature } from '../../platform/feature.js';
import { SecretKeyRow } from '../../platform/secrets/secret-key.entity.js';
import { AuditModule } from './audit.module.js';
import { auditPermissions } from './audit.policy.js';
import { AuditSealer } from './audit-sealer.service.js';

export { AuditScopes } from './audit-scopes.js';
export { AuditModule };
export { AuditSealer, SEALING_MILLISECONDS, verifyTrail } from './audit-sealer.service.js';

export const auditFeature: Feature = {
  name: 'audit',
  module: AuditModule,
  entities: [AuditEra, AuditSealRow, PersonKey, SecretKeyRow],
  permissions: [auditPermissions],
  lifecycles: [],
  menu: [{ labelKey: 'menu.audit', href: '/audit', rank: 74, group: 'agency', permission: 'audit.read' }],
  jobs: [],
  housekeepers: [AuditSealer],
};
