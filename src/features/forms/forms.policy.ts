/** Who may do what with forms and the library of questions. */
import { anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

const officer = { program_officer: withinScope } as const;

const read = { program_officer: withinScope, auditor: anywhere, administrator: anywhere } as const;

export const formsPermissions = definePermissions({
  'form.read': { meaning: 'See the forms of a fund, with their drafts and versions', roles: read },
  'form.try_out': { meaning: 'Answer a form on trial, with nothing kept', roles: officer },
  'form.create': { meaning: 'Begin a form for a fund, empty or from a file', roles: officer },
  'form.update': { meaning: 'Change the draft of a form, and begin its next version', roles: officer },
  'form_version.publish': { meaning: 'Publish a version of a form; it does not change afterwards', roles: officer },
  'library_question.update': {
    meaning: 'Keep questions of a fund in the library, or take them out of it',
    roles: officer,
  },
});
