/** Who may write and read what about a thing. The thing itself decides besides whether they see it, and from which side. */
import { anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

const agency = {
  program_officer: withinScope,
  finance_officer: anywhere,
  finance_approver: anywhere,
} as const;

export const conversationsPermissions = definePermissions({
  'conversation.read': {
    meaning: 'Read what agency and organization wrote to each other about an application, an award or a request',
    roles: { ...agency, applicant: withinScope, auditor: anywhere },
  },
  'conversation.write': {
    meaning: 'Write to the other side about an application, an award or a request',
    roles: { ...agency, applicant: withinScope },
  },
  'internal_note.read': {
    meaning: "Read the agency's own notes about an application, an award or a request",
    roles: { ...agency, auditor: anywhere },
  },
  'internal_note.write': {
    meaning: 'Write a note for the agency only',
    roles: agency,
  },
});
