/** Who may do what with documents. Which document somebody may open is for the feature it belongs to to say. */
import { anywhere, definePermissions } from '../../kernel/policy.js';

export const documentsPermissions = definePermissions({
  'document.read': {
    meaning: 'Open a document or a file of a thing they may see',
    roles: {},
    everyone: true,
  },
  'attachment.create': {
    meaning: 'Hand in a file, to be named in a request or a claim of theirs',
    roles: { applicant: anywhere, participant: anywhere },
  },
});
