/** Who may do what with applications. Conflicts of interest come on top: see `conflicts`. */
import { anywhere, definePermissions, inStates, withinScope } from '../../kernel/policy.js';

const SENT = [
  'submitted',
  'returned',
  'eligible',
  'ineligible',
  'appealed',
  'shortlisted',
  'waitlisted',
  'approved',
  'declined',
  'withdrawn',
] as const;
const SCREENED = ['eligible', 'shortlisted', 'waitlisted', 'approved', 'declined'] as const;

const officer = { program_officer: withinScope } as const;

export const applicationsPermissions = definePermissions({
  'application.read': {
    meaning: 'See an application: of their own organization, or what was sent to the agency',
    roles: {
      applicant: withinScope,
      program_officer: inStates(...SENT),
      clerk: inStates(...SENT),
      reviewer: inStates(...SCREENED),
      committee_member: inStates(...SCREENED),
      auditor: anywhere,
    },
  },
  'application.create': { meaning: 'Begin an application for an organization', roles: { applicant: withinScope } },
  'application.update': {
    meaning: 'Write an application, by its owners and editors',
    roles: { applicant: inStates('draft', 'returned') },
  },
  'application.submit': { meaning: 'Certify and send an application', roles: { applicant: withinScope } },
  'application.withdraw': { meaning: 'Withdraw an application', roles: { applicant: withinScope } },
  'application.appeal': { meaning: 'Appeal that an application was screened out', roles: { applicant: withinScope } },
  'application.return': { meaning: 'Send an application back for a fix', roles: officer },
  'application.screen_in': { meaning: 'Find an application eligible', roles: officer },
  'application.screen_out': { meaning: 'Find an application ineligible', roles: officer },
  'application.uphold': { meaning: 'Uphold that an application is ineligible', roles: officer },
  'application.allow': { meaning: 'Allow an appeal', roles: officer },
  'application.shortlist': { meaning: 'Put an application on the shortlist', roles: officer },
  'application.decide': { meaning: 'Record what a carried motion decided', roles: { clerk: withinScope } },
  'application.expire': { meaning: 'Close the drafts of a round that is over', roles: officer },
});
