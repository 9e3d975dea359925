/** Who may ask for more time, and who may give it. */
import { anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

export const extensionPermissions = definePermissions({
  'extension_request.read': {
    meaning: 'See what applicants asked for more time, and who tried too late',
    roles: { applicant: withinScope, program_officer: withinScope, auditor: anywhere },
  },
  'extension_request.ask': { meaning: 'Ask for more time for an application', roles: { applicant: withinScope } },
  'extension_request.withdraw': { meaning: 'Take a request for more time back', roles: { applicant: withinScope } },
  'extension_request.grant': { meaning: 'Give an applicant more time', roles: { program_officer: withinScope } },
  'extension_request.deny': {
    meaning: 'Answer that the deadline stays as it is',
    roles: { program_officer: withinScope },
  },
  'application.extend': {
    meaning: 'Give one applicant more time, with the reason, also without being asked',
    roles: { program_officer: withinScope },
  },
});
