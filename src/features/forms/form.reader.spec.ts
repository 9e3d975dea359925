/** Forms as they come from outside: what is sound is kept as it was meant, and everything else is said clearly. */
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_FORM, definitionHash, type FormDefinition, MOST } from './form.definition.js';
import { formFile, readFormFile } from './form.file.js';
import { readDefinition } from './form.reader.js';

const codes = (json: unknown): string[] => {
  const reading = readDefinition(json);
  return 'problems' in reading ? reading.problems.map(({ code }) => code) : [];
};

const withQuestions = (...questions: object[]): object => ({ sections: [{ key: 's', title: 'S', questions }] });
const text = (key: string, more: object = {}): object => ({
  key,
  kind: 'short_text',
  label: `Question ${key}`,
  ...more,
});
const when = (question: string, is = 'answered', value?: string): object => ({
  showWhen: { all: [{ question, is, ...(value !== undefined && { value }) }] },
});

describe('a form', () => {
  it('of every round reads as itself', () => {
    expect(readDefinition(DEFAULT_FORM)).toEqual({ definition: DEFAULT_FORM });
    expect(readDefinition(JSON.parse(JSON.stringify(DEFAULT_FORM)))).toEqual({ definition: DEFAULT_FORM });
  });

  it('travels as a file and comes back the same', () => {
    const file = JSON.stringify(formFile('Ours', DEFAULT_FORM));
    expect(readFormFile(file)).toEqual({ name: 'Ours', definition: DEFAULT_FORM });
    expect(readFormFile(JSON.stringify(DEFAULT_FORM))).toEqual({ definition: DEFAULT_FORM });
  });

  it.each(['[', '{"sections":', '{"format":"granary-form/1","definition":[', '{"sections":[{"questions":[{"key":'])(
    'that leads deeper and deeper is refused with a sentence: %s',
    (step) => {
      const close = [...step.replace(/[^[{]/g, '')].map((each) => (each === '[' ? ']' : '}')).reverse();
      for (const times of [13, 4_000, 40_000]) {
        const text = `${step.repeat(times)}null${close.join('').repeat(times)}`;
        if (text.length > 1_000_000) continue;
        expect(readFormFile(text)).toEqual({
          problems: [expect.objectContaining({ code: expect.stringMatching(/^form\./) })],
        });
      }
    },
  );

  it.each([
    ['nothing', null, 'form.not_an_object'],
    ['a list', [], 'form.not_an_object'],
    ['sections that are no list', { sections: 'all' }, 'form.not_a_list'],
    ['a part that is not known', { sections: [], owner: 'me' }, 'form.unknown_part'],
    ['a prototype', JSON.parse('{"sections": [], "__proto__": {"a": 1}}'), 'form.unknown_part'],
    ['a question of no known kind', withQuestions({ key: 'a', kind: 'essay', label: 'A' }), 'form.not_one_of'],
    ['two questions of one key', withQuestions(text('a'), text('a')), 'form.key_twice'],
    ['a key that means something', withQuestions(text('constructor')), 'form.key_shape'],
    ['a key with a dot', withQuestions(text('a.b')), 'form.key_shape'],
    ['words without words', withQuestions(text('a', { label: '  ' })), 'form.empty'],
    ['characters nobody sees', withQuestions(text('a', { label: 'A\u0000B' })), 'form.control_characters'],
    ['half a character', withQuestions(text('a', { label: '\ud800' })), 'form.control_characters'],
    [
      'a choice of one',
      withQuestions(text('a', { kind: 'choice', choices: [{ value: 'x', label: 'X' }] })),
      'form.needs_choices',
    ],
    ['a limit of another kind', withQuestions(text('a', { kind: 'money', mostWords: 3 })), 'form.not_for_kind'],
    [
      'bounds the wrong way round',
      withQuestions(
        text('a', { kind: 'number', least: '9', most: '10', decimals: 0 }),
        text('b', { kind: 'money', least: '10', most: '9' }),
      ),
      'form.bounds_backwards',
    ],
    ['a bound that is none', withQuestions(text('a', { kind: 'date', least: 'soon' })), 'form.bound_unreadable'],
    ['a table without columns', withQuestions(text('a', { kind: 'table' })), 'form.needs_columns'],
    ['two titles', withQuestions(text('a', { kind: 'title' }), text('b', { kind: 'title' })), 'form.part_twice'],
    ['a limit that is text', withQuestions(text('a', { kind: 'long_text', mostWords: '5' })), 'form.not_a_count'],
    ['an unknown question in a condition', withQuestions(text('a', when('b'))), 'form.test_unknown_question'],
    [
      'a condition that can never hold',
      withQuestions(text('a', { kind: 'yes_no' }), text('b', when('a', 'equal', 'perhaps'))),
      'form.test_value',
    ],
    [
      'a condition its question has not',
      withQuestions(text('a', { kind: 'file' }), text('b', when('a', 'above', '3'))),
      'form.test_not_for_kind',
    ],
    ['an empty condition', withQuestions(text('a'), text('b', { showWhen: { any: [] } })), 'form.condition_empty'],
    ['both all and any', withQuestions(text('a'), text('b', { showWhen: { any: [], all: [] } })), 'form.all_or_any'],
    ['a question shown by itself', withQuestions(text('a', when('a'))), 'form.loop'],
    ['a loop of three', withQuestions(text('a', when('c')), text('b', when('a')), text('c', when('b'))), 'form.loop'],
  ])('is refused with %s', (_what, json, code) => {
    expect(codes(json)).toContain(code);
  });

  it('is refused when a section is shown by its own question', () => {
    const section = { key: 's', title: 'S', questions: [text('a')], ...when('a') };
    expect(codes({ sections: [section] })).toEqual(['form.loop']);
  });

  it('with 500 questions is refused with one clear sentence', () => {
    const questions = Array.from({ length: 500 }, (_, index) => text(`q${index}`));
    const reading = readDefinition(withQuestions(...questions));
    expect(reading).toEqual({
      problems: [{ code: 'form.too_many_questions', params: { most: MOST.questions, count: 500 } }],
    });
  });

  it('says no more than can be read, however much is wrong', () => {
    const wrong = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 1]));
    expect(codes({ sections: [], ...wrong }).length).toBeLessThanOrEqual(50);
    expect(codes({ sections: [{ key: 's', title: 'x'.repeat(2_000_000), questions: [] }] })).toEqual([
      'form.too_large',
    ]);
  });

  it('may have an earlier or a later question decide', () => {
    expect(codes(withQuestions(text('a', when('b')), text('b')))).toEqual([]);
    expect(codes(withQuestions(text('a'), text('b', when('a'))))).toEqual([]);
  });

  it('has a fingerprint that does not hang on the order of keys', () => {
    const one = { sections: [{ key: 's', title: 'S', questions: [] }] } as FormDefinition;
    const same = { sections: [{ questions: [], title: 'S', key: 's' }] } as FormDefinition;
    expect(definitionHash(one)).toBe(definitionHash(same));
    expect(definitionHash(one)).not.toBe(definitionHash({ sections: [] }));
  });
});
