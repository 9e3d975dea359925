/** Who may see and change the agency's settings, its rule sets and what runs in the background. */
import { agencyWide, anywhere, definePermissions } from '../../kernel/policy.js';

export const agencyPermissions = definePermissions({
  'settings.read': {
    meaning: 'See the settings of the agency',
    roles: { administrator: agencyWide, auditor: agencyWide },
  },
  'settings.update': {
    meaning: 'Change the settings of the agency: name, help, calendar, districts',
    roles: { administrator: agencyWide },
  },
  'rule_set.read': {
    meaning: 'See the rule sets and where their figures come from',
    roles: {
      administrator: agencyWide,
      auditor: agencyWide,
      finance_officer: anywhere,
      finance_approver: anywhere,
      program_officer: anywhere,
    },
  },
  'rule_set.publish': {
    meaning: 'Publish a new rule set',
    roles: { administrator: agencyWide },
  },
  'school.read': { meaning: 'Look up the schools of the districts', roles: {}, everyone: true },
  'school.import': { meaning: 'Bring in the list of schools', roles: { administrator: agencyWide } },
  'mail.read': {
    meaning: 'See the mail that was written to people, with links that let somebody in hidden',
    roles: { administrator: agencyWide, auditor: agencyWide },
  },
  'job.read': {
    meaning: 'See the background work that waits or has failed',
    roles: { administrator: agencyWide, auditor: agencyWide },
  },
  'job.retry': {
    meaning: 'Have background work that was given up tried again',
    roles: { administrator: agencyWide },
  },
});
