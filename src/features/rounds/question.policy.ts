/** Who may ask about a round, and who answers for everybody. */
import { anywhere, definePermissions, withinScope } from '../../kernel/policy.js';

const officer = { program_officer: withinScope } as const;

export const questionsPermissions = definePermissions({
  'question.ask': { meaning: 'Ask a question about a round', roles: {}, everyone: true },
  'question.read': {
    meaning: 'See the questions about a round, who asked them and what became of each',
    roles: { ...officer, auditor: anywhere },
  },
  'question.answer': { meaning: 'Answer a question about a round for everybody', roles: officer },
  'question.set_aside': { meaning: 'Set a question aside, telling its asker why', roles: officer },
});
