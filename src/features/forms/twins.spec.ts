/** What the page's scripts decide is what the server decides: words are counted, and questions shown, by the same rules. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { visibleIn } from './form.conditions.js';
import type { AnswerValue, FormDefinition, Question, QuestionKind, Test, TestKind } from './form.definition.js';
import { countWords } from './words.js';

interface PageQuestion {
  readonly key: string;
  readonly kind: string;
  readonly showWhen?: object;
  readonly section?: { readonly showWhen?: object };
}
interface Twins {
  countWords(text: string | undefined): number;
  visibleKeys(questions: readonly PageQuestion[], answers: Record<string, unknown>): Set<string>;
}

async function twin(name: string): Promise<Twins> {
  return (await import(new URL(`../../../templates/assets/${name}`, import.meta.url).href)) as Twins;
}

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const KINDS: readonly QuestionKind[] = ['short_text', 'number', 'money', 'date', 'choice', 'many', 'yes_no', 'table'];
const WORDS = ['yes', 'no', 'x', '5', '5.00', '-2', '10', '2020-01-01', '2021-01-01', ''];

const test = fc.record({
  question: fc.constantFrom(...KEYS, 'gone'),
  is: fc.constantFrom<TestKind>('equal', 'not_equal', 'includes', 'answered', 'not_answered', 'above', 'below'),
  value: fc.constantFrom(...WORDS),
});
const tests = fc.array(test, { minLength: 1, maxLength: 3 });
const condition = fc.option(
  fc.oneof(
    tests.map((all: Test[]) => ({ all })),
    tests.map((any: Test[]) => ({ any })),
  ),
  { nil: undefined },
);
const value = fc.oneof(
  fc.constantFrom<AnswerValue | undefined>(...WORDS),
  fc.boolean(),
  fc.constantFrom<AnswerValue | undefined>(
    undefined,
    ['x'],
    ['x', '5'],
    [],
    [{ who: 'x' }],
    { typed: '5' },
    { typed: '' },
  ),
);
const questions = fc.tuple(...KEYS.map(() => fc.record({ kind: fc.constantFrom(...KINDS), showWhen: condition })));

describe('the page', () => {
  it('counts words as the server does', async () => {
    const page = await twin('words.js');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\sa-z]*$/)), (text) => {
        expect(page.countWords(text)).toBe(countWords(text));
      }),
    );
    expect(page.countWords(undefined)).toBe(0);
  });

  it('shows the questions that the server shows, loops or not', async () => {
    const page = await twin('show-when.js');
    const answers = fc.record(Object.fromEntries(KEYS.map((key) => [key, value])));
    fc.assert(
      fc.property(questions, condition, answers, (drawn, sectionWhen, given) => {
        const all = drawn.map((each, index): Question => ({ key: KEYS[index] ?? '', label: 'Q', ...each }));
        const form: FormDefinition = {
          sections: [
            { key: 's1', title: 'One', questions: all.slice(0, 2) },
            { key: 's2', title: 'Two', questions: all.slice(2), showWhen: sectionWhen },
          ],
        };
        const shown = visibleIn(form, given).flatMap((section) => section.questions.map(({ key }) => key));
        const onPage = form.sections.flatMap(({ questions: own, showWhen }) =>
          own.map((question) => ({ ...question, section: { showWhen } })),
        );
        expect([...page.visibleKeys(onPage, given)].sort()).toEqual([...shown].sort());
      }),
      { numRuns: 1000 },
    );
  });
});
