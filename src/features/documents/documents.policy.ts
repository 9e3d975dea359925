/** Who may do what with documents. Which document somebody may open is for the feature it belongs to to say. */
import { agencyWide, anywhere, definePermissions } from '../../kernel/policy.js';

export const documentsPermissions = definePermissions({
  'document.read': {
    meaning: 'Open a document or a file of a thing they may see',
    roles: {},
    everyone: true,
  },
  'list_export.create': {
    meaning: 'Have a list that they may read made as a file, with the rows they may read',
    roles: {},
    everyone: true,
  },
  'list_export.read': { meaning: 'Open a list that they had made as a file', roles: {}, everyone: true },
  'attachment.create': {
    meaning: 'Hand in a file, to be named in a request or a claim of theirs',
    roles: { applicant: anywhere, participant: anywhere },
  },
  'quarantine.read': {
    meaning: 'See which files wait for the virus scanner or were shut away',
    roles: { administrator: agencyWide, auditor: agencyWide },
  },
  'attachment.rescan': {
    meaning: 'Have a file that was shut away checked again',
    roles: { administrator: agencyWide },
  },
  'attachment.destroy': {
    meaning: 'Destroy the content of a file that was shut away',
    roles: { administrator: agencyWide },
  },
});
