/** What a form's rules and questions are called in words: kinds, show-when, limits. */
import type { Texts } from '../../platform/texts/texts.js';
import { labelOf } from './answer.values.js';
import { testsOf } from './form.conditions.js';
import { type Condition, findQuestion, type FormDefinition, type Question, type Test } from './form.definition.js';
import { shownValue } from './question.form.js';

/** "Shown when “Are you new?” is Yes and “Amount” is above 500."; nothing when it is always shown. */
export function showWhenWords(
  texts: Texts,
  condition: Condition | undefined,
  definition: FormDefinition,
): string | undefined {
  const tests = testsOf(condition).map((test) => testWords(texts, test, definition));
  if (condition === undefined || tests.length === 0) return undefined;
  const join = texts.t('any' in condition ? 'form_builder.or' : 'form_builder.and');
  return texts.t('form_builder.shown_when', { tests: tests.join(` ${join} `) });
}

function testWords(texts: Texts, test: Test, definition: FormDefinition): string {
  const question = findQuestion(definition, test.question);
  const params = {
    question: question === undefined ? test.question : labelOf(question),
    value: question?.kind === 'yes_no' ? texts.t(`answer.${test.value ?? 'no'}`) : (shownValue(test, definition) ?? ''),
  };
  return texts.t(`form_builder.test.${test.is}`, params);
}

/** "Long text, at most 250 words". */
export function kindWordsOf(texts: Texts, question: Question): string {
  const kind = texts.t(`form_builder.kind.${question.kind}`);
  const limits = [
    question.mostWords !== undefined && texts.t('form_builder.limit.words', { most: question.mostWords }),
    question.choices !== undefined && texts.t('form_builder.limit.choices', { count: question.choices.length }),
    question.columns !== undefined && texts.t('form_builder.limit.columns', { count: question.columns.length }),
  ].filter((each) => each !== false);
  return [kind, ...limits].join(', ');
}
