/** Who may screen, read letters of intent and help applicants. Conflicts of interest come on top: see `conflicts`. */
import { anywhere, definePermissions, inStates, withinScope } from '../../kernel/policy.js';

const officer = { program_officer: withinScope } as const;

export const screeningPermissions = definePermissions({
  'screening.read': {
    meaning: 'See the checks of applications that were sent, and what was judged of them',
    roles: { program_officer: withinScope, auditor: anywhere },
  },
  'screening.judge': { meaning: 'Judge what a check found, with the reason', roles: officer },
  'screening.run': { meaning: 'Take one step for many applications at once', roles: officer },
});

export const letterOfIntentPermissions = definePermissions({
  'letter_of_intent.read': {
    meaning: 'See letters of intent: of their own organization, or sent to rounds they look after',
    roles: { applicant: withinScope, program_officer: withinScope, auditor: anywhere },
  },
  'letter_of_intent.send': { meaning: 'Say that an organization means to apply', roles: { applicant: withinScope } },
  'letter_of_intent.update': {
    meaning: 'Change a letter of intent until its day',
    roles: { applicant: inStates('sent', 'acknowledged') },
  },
  'letter_of_intent.withdraw': { meaning: 'Take a letter of intent back', roles: { applicant: withinScope } },
  'letter_of_intent.acknowledge': { meaning: 'Tell the sender that a letter was read', roles: officer },
});

export const technicalAssistancePermissions = definePermissions({
  'technical_assistance.read': {
    meaning: 'See help that was asked for: on their own applications, or in rounds they look after',
    roles: { applicant: withinScope, program_officer: withinScope, auditor: anywhere },
  },
  'technical_assistance.ask': {
    meaning: 'Ask for help with an application',
    roles: { applicant: withinScope },
  },
  'technical_assistance.cancel': { meaning: 'Take a request for help back', roles: { applicant: withinScope } },
  'technical_assistance.take': {
    meaning: 'Help an applicant, or hand it to a colleague; whoever helps no longer decides about the application',
    roles: officer,
  },
  'technical_assistance.log': { meaning: 'Note what help was given and for how long', roles: officer },
  'technical_assistance.close': { meaning: 'Close a request for help', roles: officer },
  'technical_assistance.reopen': { meaning: 'Open a request for help again', roles: officer },
});
