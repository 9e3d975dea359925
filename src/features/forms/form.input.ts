/** What is sent about forms. A definition travels as JSON text, so that a form and the API send the same. */
import { FILE_KINDS, type FileKindName } from '../../platform/files/kind-names.js';
import { Choice, Integer, List, Many, Ref, Text, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import {
  COLUMN_KINDS,
  type ColumnKind,
  MOST,
  QUESTION_KINDS,
  type QuestionKind,
  TEST_KINDS,
  type TestKind,
} from './form.definition.js';

export class FormInput {
  @Ref({ label: 'form_builder.field.fund' })
  fundId: string;

  @Text({ label: 'form_builder.field.name', max: 120 })
  name: string;
}

export class RenameFormInput {
  @Text({ label: 'form_builder.field.name', max: 120 })
  name: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class ImportFormInput {
  @Ref({ label: 'form_builder.field.fund' })
  fundId: string;

  /** What the file calls it, when nothing is said. */
  @Text({ label: 'form_builder.field.name', optional: true, max: 120 })
  name?: string;

  @Text({ label: 'form_builder.field.json', long: true, max: MOST.bytes })
  json: string;
}

export class DefinitionInput {
  @Text({ label: 'form_builder.field.json', long: true, max: MOST.bytes })
  definition: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class NewVersionInput {
  @Ref({ label: 'form_builder.field.from', optional: true })
  fromId?: string;
}

/** One condition of show-when. A line without a question is none. */
export class TestInput {
  @Text({ label: 'form_builder.field.test_question', max: 40 })
  question: string;

  @Choice(TEST_KINDS, { label: 'form_builder.field.test' })
  is: TestKind;

  /** What is compared with, as people write it. */
  @Text({ label: 'form_builder.field.test_value', optional: true, max: 300 })
  value?: string;
}

const JOINS = ['all', 'any'] as const;

export class FormSectionInput {
  @Text({ label: 'form_builder.field.section_title', max: MOST.labelCharacters })
  title: string;

  @Text({ label: 'form_builder.field.section_help', optional: true, long: true, max: MOST.helpCharacters })
  help?: string;

  @Choice(JOINS, { label: 'form_builder.field.join', optional: true })
  join?: (typeof JOINS)[number];

  @List(() => TestInput, { label: 'form_builder.field.show_when', max: MOST.tests })
  tests: TestInput[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

/** A column of a table. Its key stays when its words change. */
export class ColumnInput {
  @Text({ label: 'form_builder.field.column_key', optional: true, max: 40 })
  key?: string;

  @Text({ label: 'form_builder.field.column_label', max: 100 })
  label: string;

  @Choice(COLUMN_KINDS, { label: 'form_builder.field.column_kind', optional: true })
  kind?: ColumnKind;

  /** With commas between. */
  @Text({ label: 'form_builder.field.column_choices', optional: true, max: 1000 })
  choices?: string;
}

/** What a question of any kind says of itself; what its kind does not have is not looked at. */
class QuestionWordsInput {
  @Choice(QUESTION_KINDS, { label: 'form_builder.field.kind' })
  kind: QuestionKind;

  @Text({ label: 'form_builder.field.label', max: MOST.labelCharacters })
  label: string;

  @Text({ label: 'form_builder.field.help', optional: true, long: true, max: MOST.helpCharacters })
  help?: string;

  @YesNo({ label: 'form_builder.field.required' })
  required: boolean;

  @Integer({ label: 'form_builder.field.most_words', optional: true, min: 1, max: MOST.words })
  mostWords?: number;

  /** One on each line; `value = words` keeps the value when the words change. */
  @Text({ label: 'form_builder.field.choices', optional: true, long: true, max: 40_000 })
  choices?: string;

  @Integer({ label: 'form_builder.field.most_chosen', optional: true, min: 1, max: MOST.choices })
  mostChosen?: number;

  @Text({ label: 'form_builder.field.least', optional: true, max: 20 })
  least?: string;

  @Text({ label: 'form_builder.field.most', optional: true, max: 20 })
  most?: string;

  @Integer({ label: 'form_builder.field.decimals', optional: true, min: 0, max: 4 })
  decimals?: number;

  @List(() => ColumnInput, { label: 'form_builder.field.columns', max: MOST.columns })
  columns: ColumnInput[];

  @Integer({ label: 'form_builder.field.most_rows', optional: true, min: 1, max: MOST.rows })
  mostRows?: number;

  @Integer({ label: 'form_builder.field.most_files', optional: true, min: 1, max: MOST.files })
  mostFiles?: number;

  @Many(FILE_KINDS, { label: 'form_builder.field.accept', optional: true })
  accept?: FileKindName[];

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

/** A question of a form: where it stands, what it is about, when it is shown. */
export class FormQuestionInput extends QuestionWordsInput {
  @Text({ label: 'form_builder.field.section', max: 40 })
  section: string;

  @Integer({ label: 'form_builder.field.criterion', optional: true, min: 1, max: 100 })
  criterion?: number;

  @Choice(JOINS, { label: 'form_builder.field.join', optional: true })
  join?: (typeof JOINS)[number];

  @List(() => TestInput, { label: 'form_builder.field.show_when', max: MOST.tests })
  tests: TestInput[];
}

/** A question of the library, changed there; forms that have it keep it as it is. */
export class LibraryQuestionInput extends QuestionWordsInput {
  @Text({ label: 'form_builder.field.library_name', max: 120 })
  name: string;
}

/** A button of the builder: `question.up.why_now`, `section.down.budget`. */
export class BuilderStepInput {
  @Text({
    label: 'form_builder.field.step',
    max: 80,
    pattern: /^(?:question|section)\.(?:up|down|copy|remove)\.[a-z][a-z0-9_]{0,39}$/,
  })
  step: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

/** A question of the library, put at the end of a section. */
export class LibraryTakeInput {
  @Ref({ label: 'form_builder.field.library_question' })
  questionId: string;

  @Text({ label: 'form_builder.field.section', max: 40 })
  section: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

/** A question of a version that is kept in the library of its fund under a name. */
export class KeepInput {
  @Text({ label: 'form_builder.field.question', max: 40 })
  question: string;

  @Text({ label: 'form_builder.field.library_name', max: 120 })
  name: string;

  /** For every fund of the agency, by somebody whose role is for the whole of it. */
  @YesNo({ label: 'form_builder.field.for_all' })
  forAll: boolean;
}

export class LibraryQuery extends ListQuery {
  @Ref({ label: 'form_builder.field.fund', optional: true })
  fund?: string;
}

/** The draft as it was seen when somebody chose to throw it away. */
export class FormDiscardInput {
  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

/** Which earlier version a version is laid beside; the one before it when nothing is said. */
export class FormChangesQuery {
  @Ref({ label: 'form_builder.field.from', optional: true })
  from?: string;
}
