/** Forms: what a round asks: sections and questions, their versions, and the library they are taken from. */
import type { Feature } from '../../platform/feature.js';
import { Form, FormVersion, LibraryQuestion, LibraryQuestionUse } from './form.entity.js';
import { formVersionLifecycle } from './form.lifecycle.js';
import { FormsModule } from './forms.module.js';
import { formsPermissions } from './forms.policy.js';

export { missingIn, problemsOf } from './answer.checks.js';
export { answerLines } from './answer.lines.js';
export { readAnswer } from './answer.reader.js';
export { isAnswered, labelOf, listOf, recordOf, rowsOf } from './answer.values.js';
export { visibleIn } from './form.conditions.js';
export { followingOf } from './form.following.js';
export {
  type AnswerRow,
  type Answers,
  type AnswerValue,
  type Condition,
  DEFAULT_FORM,
  definitionHash,
  findQuestion,
  type FormDefinition,
  type FormSection,
  MOST,
  partOf,
  type Question,
  type QuestionKind,
  questionsOf,
  type Test,
  USUAL,
} from './form.definition.js';
export { answerName, countOf, questionView, type QuestionView, type SchoolGroup } from './question.view.js';
export { definitionOf, findFormVersion, formVersionsOfFund, freeFormName } from './form.reads.js';
export { FormLibrary } from './form-library.service.js';
export { type FormUse, FormUses } from './form-uses.js';
export { Forms } from './forms.service.js';
export { FormsModule } from './forms.module.js';
export { countWords } from './words.js';

export const formsFeature: Feature = {
  name: 'forms',
  module: FormsModule,
  entities: [Form, FormVersion, LibraryQuestion, LibraryQuestionUse],
  permissions: [formsPermissions],
  lifecycles: [formVersionLifecycle],
  menu: [{ labelKey: 'menu.forms', href: '/forms', rank: 11, group: 'rounds', permission: 'form.read' }],
  jobs: [],
  things: [
    { type: 'form', table: 'forms', title: 't.name', path: '/forms' },
    {
      type: 'form_version',
      table: 'form_versions',
      title: "concat((select f.name from forms f where f.id = t.form_id), ' v', t.number)",
      path: '/form-versions',
    },
  ],
};
