/** The roles people hold, and the kinds of things a role can be held for. */
export const ROLES = [
  'applicant',
  'reviewer',
  'program_officer',
  'committee_member',
  'clerk',
  'agency_signatory',
  'finance_officer',
  'finance_approver',
  'participant',
  'facilitator',
  'auditor',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

export const SCOPE_KINDS = ['agency', 'fund', 'round', 'collaborative', 'organization', 'application'] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];
