/** What is sent to answer: answers one by one from programs and scripts, or a whole section from its form. */
import { Anything, Choice, FileField, Integer, Keys, List, Ref, Text } from '../../platform/input/fields.js';
import { FILE_KINDS } from '../../platform/files/kind-names.js';

export class KeyedAnswerInput {
  @Text({ label: 'answer.field.question', max: 40 })
  key: string;

  @Anything({ label: 'answer.field.value', optional: true })
  value?: unknown;

  /** The version that it was read from; 0 when there was none. */
  @Integer({ label: 'form.version' })
  version: number;
}

export class SaveAnswersInput {
  @List(() => KeyedAnswerInput, { label: 'answer.field.answers', max: 300 })
  answers: KeyedAnswerInput[];

  /** Whose page it was written on: another person who signed in since then does not write in their name. */
  @Ref({ label: 'answer.field.person', optional: true })
  as?: string;
}

export class SectionFileInput {
  @Text({ label: 'answer.field.question', max: 40 })
  key: string;

  @FileField({ label: 'answer.field.file', optional: true, accept: FILE_KINDS })
  file?: string;
}

/** A section as its form sends it; what its questions are is for the form of the application to say. */
export class SectionAnswersInput {
  @Anything({ label: 'answer.field.answers', optional: true })
  answers?: unknown;

  @Anything({ label: 'form.version', optional: true })
  versions?: unknown;

  @List(() => SectionFileInput, { label: 'answer.field.file', max: 20 })
  files: SectionFileInput[];

  @Choice(['next', 'stay'], { label: 'answer.field.go', optional: true })
  go?: 'next' | 'stay';
}

export class SettleInput {
  @Choice(['taken', 'dropped'], { label: 'answer.field.choice' })
  choice: 'taken' | 'dropped';

  @Integer({ label: 'form.version' })
  version: number;
}

export class RestoreInput {
  @Ref({ label: 'answer.field.version' })
  versionId: string;
}

export class ReuseInput {
  @Ref({ label: 'answer.field.earlier' })
  earlierId: string;

  @Keys({ label: 'answer.field.answers', max: 300 })
  keys: string[];
}

export class ReuseQuery {
  @Ref({ label: 'answer.field.earlier', optional: true })
  from?: string;
}
