/** The boxes of a question as it is written: for a form and for the library alike. */
import type { Visit } from '../../platform/http/visit.js';
import type { ChoiceView, FieldView } from '../../platform/pages/components.js';
import { fieldViews, lineViews } from '../../platform/pages/forms.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { Question, QuestionKind } from './form.definition.js';
import { ColumnInput } from './form.input.js';
import { EXTRAS } from './form.reader.js';
import { columnLines } from './question.form.js';

const SPARE_COLUMNS = 3;
const SHORT = ['mostWords', 'mostChosen', 'least', 'most', 'decimals', 'mostRows', 'mostFiles', 'criterion'];

/** The fields that a question of this kind has; columns are lines of their own. */
export const questionFields = (kind: QuestionKind): string[] => [
  ...['label', 'help', 'required'],
  ...EXTRAS[kind].filter((extra) => extra !== 'columns'),
];

/** A line for each column of a table; nothing for other kinds. */
export function questionColumns(
  texts: Texts,
  visit: Visit,
  question: Question | { readonly kind: QuestionKind },
): FieldView[][] | undefined {
  if (!EXTRAS[question.kind].includes('columns')) return undefined;
  return lineViews(texts, {
    ...{ name: 'columns', input: ColumnInput, refused: visit.refused, spare: SPARE_COLUMNS },
    stored: columnLines('key' in question ? question : undefined),
    overrides: { key: { kind: 'hidden' } },
  });
}

export function partFields(
  texts: Texts,
  visit: Visit,
  input: Parameters<typeof fieldViews>[0],
  only: readonly string[],
  values: Readonly<Record<string, unknown>>,
  choices: Readonly<Record<string, readonly ChoiceView[]>> = {},
): FieldView[] {
  return fieldViews(input, texts, {
    ...{ only, values, refused: visit.refused },
    choices,
    overrides: {
      help: { rows: 3 },
      choices: { rows: 8 },
      ...(choices['section'] && { section: { kind: 'select', prompt: undefined } }),
      ...Object.fromEntries(SHORT.map((name) => [name, { width: 'short' as const }])),
    },
  });
}
