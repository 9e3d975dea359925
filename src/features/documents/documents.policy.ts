/** Who may do what with documents. Which document somebody may open is for the feature it belongs to to say. */
import { definePermissions } from '../../kernel/policy.js';

export const documentsPermissions = definePermissions({
  'document.read': {
    meaning: 'Open a document or a file of a thing they may see',
    roles: {},
    everyone: true,
  },
});
