/** Form: what a round can ask, in numbered versions; and the library of questions that forms are built from. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import type { FormDefinition, Question } from './form.definition.js';
import { formVersionLifecycle } from './form.lifecycle.js';

@Entity('forms')
@Unique(['fundId', 'name'])
@Index(['fundId'])
export class Form extends Row {
  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  @Column({ type: 'text' })
  name: string;
}

/** One version of a form. The database refuses any change once it is published. */
@Entity('form_versions')
@Unique(['formId', 'number'])
@Index(['formId'])
@Index(['fundId'])
@Index('form_versions_draft_key', ['formId'], { unique: true, where: `"state" = 'draft'` })
@Check('form_versions_state_check', formVersionLifecycle.check)
@Check('form_versions_definition_check', `jsonb_typeof("definition") = 'object'`)
@Check(
  'form_versions_published_check',
  `("state" = 'published') = ("published_at" IS NOT NULL) AND ("published_at" IS NULL) = ("definition_hash" IS NULL)`,
)
export class FormVersion extends StatefulRow {
  @ForeignKey(() => Form)
  @Column({ type: 'uuid' })
  formId: string;

  /** Of the form, copied: roles are held for a fund. */
  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  /** From 1, in the order in which they were begun. */
  @Column({ type: 'integer' })
  number: number;

  @Column({ type: 'jsonb' })
  definition: FormDefinition;

  @Column({ type: 'timestamptz', nullable: true })
  publishedAt: Date | null;

  /** Of what was published; SHA-256 in hexadecimal. */
  @Column({ type: 'text', nullable: true })
  definitionHash: string | null;
}

/** A question that is kept to be put into forms: of a fund, or of the whole agency. */
@Entity('library_questions')
@Index(['fundId'])
@Index('library_questions_fund_name_key', ['fundId', 'name'], { unique: true, where: '"fund_id" IS NOT NULL' })
@Index('library_questions_agency_name_key', ['name'], { unique: true, where: '"fund_id" IS NULL' })
@Check('library_questions_definition_check', `jsonb_typeof("definition") = 'object'`)
export class LibraryQuestion extends Row {
  /** Nothing for a question of the whole agency. */
  @ForeignKey('funds')
  @Column({ type: 'uuid', nullable: true })
  fundId: string | null;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'jsonb' })
  definition: Question;
}

/** That a question of the library was put into a form, or kept from it. It stays when the question there is changed. */
@Entity('library_question_uses')
@Index(['libraryQuestionId'])
@Index(['formId'])
export class LibraryQuestionUse extends Row {
  @ForeignKey(() => LibraryQuestion)
  @Column({ type: 'uuid' })
  libraryQuestionId: string;

  @ForeignKey(() => Form)
  @Column({ type: 'uuid' })
  formId: string;

  /** Under which the form has it. */
  @Column({ type: 'text' })
  questionKey: string;
}
