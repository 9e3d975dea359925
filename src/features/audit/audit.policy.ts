/** Who may read the trail. Nobody writes it: it writes itself. */
import { agencyWide, definePermissions } from '../../kernel/policy.js';

export const auditPermissions = definePermissions({
  'audit.read': {
    meaning: 'Read and export the audit trail: who did what, when, and what changed',
    roles: { auditor: agencyWide, administrator: agencyWide },
  },
});
