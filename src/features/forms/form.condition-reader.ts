/** Reads show-when conditions, and looks whether what they ask of other questions can ever be so. */
import { Calendar } from '../../kernel/calendar.js';
import { compareDecimals } from './decimals.js';
import { testsOf } from './form.conditions.js';
import {
  type Condition,
  findQuestion,
  type FormDefinition,
  MOST,
  type Question,
  type QuestionKind,
  type Test,
  TEST_KINDS,
  type TestKind,
} from './form.definition.js';
import type { Reading } from './form.reading.js';

const ALWAYS: readonly TestKind[] = ['answered', 'not_answered'];
const EQUAL: readonly TestKind[] = ['equal', 'not_equal', ...ALWAYS];
const RANGE: readonly TestKind[] = [...EQUAL, 'above', 'below'];

/** What can be asked of the answer to a question of each kind. Partners are no answer. */
const TESTS: Partial<Record<QuestionKind, readonly TestKind[]>> = {
  short_text: EQUAL,
  choice: EQUAL,
  yes_no: EQUAL,
  number: RANGE,
  money: RANGE,
  date: RANGE,
  many: ['includes', ...ALWAYS],
  partners: [],
};

export const testsFor = (kind: QuestionKind): readonly TestKind[] => TESTS[kind] ?? ALWAYS;

const needsValue = (test: TestKind): boolean => !ALWAYS.includes(test);

export function readCondition(reading: Reading, json: unknown, where: string): Condition | undefined {
  if (json === undefined) return undefined;
  const raw = reading.object(json, where, ['all', 'any']);
  if (raw === undefined) return undefined;
  const { all, any } = raw;
  if ((all === undefined) === (any === undefined)) {
    reading.say('form.all_or_any', { where });
    return undefined;
  }
  const list = reading.list(all ?? any, where, MOST.tests);
  if (list?.length === 0) reading.say('form.condition_empty', { where });
  const tests = (list ?? []).flatMap((each) => readTest(reading, each, where) ?? []);
  return all === undefined ? { any: tests } : { all: tests };
}

function readTest(reading: Reading, json: unknown, where: string): Test | undefined {
  const raw = reading.object(json, where, ['question', 'is', 'value']);
  const is = raw && reading.choice(raw['is'], where, 'is', TEST_KINDS);
  if (raw === undefined || is === undefined) return undefined;
  const question = reading.key(raw['question'], where);
  if (!needsValue(is)) return { question, is };
  const value = reading.text(raw['value'], where, MOST.shortCharacters);
  return value === undefined ? undefined : { question, is, value };
}

/** Each condition names a question that is there, asks what can be asked of it, and compares with what it can be. */
export function checkConditions(reading: Reading, definition: FormDefinition): void {
  for (const section of definition.sections) {
    checkTests(reading, definition, section.showWhen, section.title);
    for (const question of section.questions) checkTests(reading, definition, question.showWhen, question.label);
  }
}

function checkTests(
  reading: Reading,
  definition: FormDefinition,
  condition: Condition | undefined,
  label: string,
): void {
  const where = reading.named(label, '');
  for (const test of testsOf(condition)) {
    const question = findQuestion(definition, test.question);
    if (question === undefined) reading.say('form.test_unknown_question', { where, question: test.question });
    else if (!testsFor(question.kind).includes(test.is)) {
      reading.say('form.test_not_for_kind', { where, question: reading.named(question.label, ''), is: test.is });
    } else if (!canBe(question, test)) {
      reading.say('form.test_value', { where, question: reading.named(question.label, ''), value: test.value ?? '' });
    }
  }
}

function canBe({ kind, choices = [] }: Question, { is, value = '' }: Test): boolean {
  if (!needsValue(is)) return true;
  if (kind === 'choice' || kind === 'many') return choices.some((each) => each.value === value);
  if (kind === 'yes_no') return value === 'yes' || value === 'no';
  if (kind === 'date') return Calendar.isDate(value);
  return kind === 'short_text' || compareDecimals(value, '0') !== undefined;
}
