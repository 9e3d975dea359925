/** Forms: what a round asks: sections and questions, their versions, and the library they are taken from. */
import type { Feature } from '../../platform/feature.js';
import { Form, FormVersion, LibraryQuestion } from './form.entity.js';
import { formVersionLifecycle } from './form.lifecycle.js';
import { FormsModule } from './forms.module.js';
import { formsPermissions } from './forms.policy.js';

export { missingIn, type Missing, problemsOf } from './answer.checks.js';
export { answerLines, cellText, type LineWords } from './answer.lines.js';
export { type AnswerReading, readAnswer } from './answer.reader.js';
export { ADDRESS_PARTS, isAnswered, isTyped, labelOf, listOf, recordOf, rowsOf } from './answer.values.js';
export { visibleIn, type VisibleSection } from './form.conditions.js';
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
  QUESTION_KINDS,
  type QuestionKind,
  questionsOf,
  type TableColumn,
  type Test,
  USUAL,
} from './form.definition.js';
export { readDefinition } from './form.reader.js';
export { answerName, countOf, questionView, type QuestionView, type SchoolGroup, shownText } from './question.view.js';
export { definitionOf, findFormVersion, type FormVersionRef, formVersionsOfFund } from './form.reads.js';
export { FormPreviews, type Trial } from './form-preview.page-view.js';
export { FormLibrary } from './form-library.service.js';
export { Forms } from './forms.service.js';
export { FormsModule } from './forms.module.js';
export { countWords } from './words.js';

export const formsFeature: Feature = {
  name: 'forms',
  module: FormsModule,
  entities: [Form, FormVersion, LibraryQuestion],
  permissions: [formsPermissions],
  lifecycles: [formVersionLifecycle],
  menu: [{ labelKey: 'menu.forms', href: '/forms', rank: 25, permission: 'form.read' }],
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
