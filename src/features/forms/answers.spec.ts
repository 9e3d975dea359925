/** Answers: what was typed reads as what is kept, keeps reading so, and what is wrong is said without losing it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { missingIn, problemsOf } from './answer.checks.js';
import { answerLines } from './answer.lines.js';
import { readAnswer } from './answer.reader.js';
import { readDecimal } from './decimals.js';
import { visibleIn } from './form.conditions.js';
import type { AnswerValue, FormDefinition, Question, QuestionKind } from './form.definition.js';
import { countWords } from './words.js';

const question = (kind: QuestionKind, more: Partial<Question> = {}): Question => ({
  key: 'q',
  kind,
  label: 'Q',
  ...more,
});
const choices = [
  { value: 'a', label: 'Apple' },
  { value: 'b', label: 'Bean' },
];
const value = (of: Question, raw: unknown): AnswerValue | undefined => {
  const reading = readAnswer(of, raw);
  if ('problem' in reading) throw new Error(reading.problem.code);
  return reading.value;
};
const code = (of: Question, raw: unknown): string => {
  const reading = readAnswer(of, raw);
  return 'problem' in reading ? reading.problem.code : 'read';
};
const problems = (of: Question, raw: unknown): string[] => problemsOf(of, value(of, raw)).map((each) => each.code);

const ID = '0190a0b0-0000-7000-8000-000000000001';
const table = question('table', {
  columns: [
    { key: 'who', label: 'Who', kind: 'text' },
    { key: 'pay', label: 'Pay', kind: 'money' },
    { key: 'days', label: 'Days', kind: 'number' },
    { key: 'kind', label: 'Kind', kind: 'choice', choices },
  ],
  mostRows: 2,
});

describe('readAnswer', () => {
  it('joins lines whatever blanks stand around their breaks, however many', () => {
    const flood = ' '.repeat(90_000);
    expect(readAnswer(question('short_text'), `a${flood}\n${' '.repeat(50)}\n b${flood.slice(0, 9000)}c`)).toEqual({
      value: `a b${flood.slice(0, 9000)}c`,
    });
    expect(readAnswer(question('short_text'), `-${flood}x`)).toEqual({ value: `-${flood}x` });
    const share = `1${' '.repeat(3_900)}x`;
    expect(
      readAnswer(
        question('districts'),
        Array.from({ length: 100 }, () => ({ district: 'A', share })),
      ),
    ).toEqual({
      value: Array.from({ length: 100 }, () => ({ district: 'A', share })),
    });
    expect(readAnswer(question('districts'), [{ district: 'A', share: '25  %' }])).toEqual({
      value: [{ district: 'A', share: '25' }],
    });
  });

  it.each<[Question, unknown, unknown]>([
    [question('short_text'), '  a\nb ', 'a b'],
    [question('long_text'), 'a\r\nb', 'a\nb'],
    [question('number'), '1,250', '1250'],
    [question('number', { decimals: 2 }), '0012.50', '12.5'],
    [question('money'), '$1,250.5', '1250.50'],
    [question('date'), '10/30/2020', '2020-10-30'],
    [question('date'), '2020-10-30', '2020-10-30'],
    [question('choice', { choices }), 'b', 'b'],
    [question('many', { choices }), ['b', 'a', 'b'], ['a', 'b']],
    [question('many', { choices }), 'b', ['b']],
    [question('yes_no'), 'no', false],
    [question('yes_no'), true, true],
    [question('schools'), ID, [ID]],
    [question('file'), [ID, '', ID], [ID]],
    [
      question('address'),
      { line1: '1 A St', city: 'Renton', state: 'wa', zip: '98057', evil: 'x' },
      { line1: '1 A St', line2: '', city: 'Renton', state: 'WA', zip: '98057' },
    ],
    [
      table,
      [{ who: 'Ann', pay: '1,000', days: '2.5', kind: 'a', other: 'x' }, { who: ' ' }],
      [{ who: 'Ann', pay: '1000.00', days: '2.5', kind: 'a' }],
    ],
    [
      question('districts'),
      [
        { district: 'Kent', share: '60 %' },
        { district: 'Renton', share: '' },
      ],
      [{ district: 'Kent', share: '60' }],
    ],
    [
      question('budget'),
      [{ category: 'Personnel', amount: '5,000', match: 'x' }, { category: '' }],
      [{ category: 'Personnel', amount: '5000.00', match: 'x' }],
    ],
    [question('partners'), 'anything', undefined],
    [question('short_text'), '   ', undefined],
    [question('long_text'), 'a\u0000b', 'ab'],
    [question('number'), { typed: '7' }, '7'],
  ])('reads %j', (of, raw, wanted) => {
    expect(value(of, raw)).toEqual(wanted);
    // What is kept reads as itself.
    expect(value(of, wanted)).toEqual(wanted);
  });

  it.each<[Question, unknown, string]>([
    [question('number'), '1.5', 'answer.not_a_number'],
    [question('number'), 'about ten', 'answer.not_a_number'],
    [question('money'), '1.234', 'answer.not_a_money'],
    [question('date'), '2/30/2020', 'answer.not_a_date'],
    [question('choice', { choices }), 'c', 'answer.not_a_choice'],
    [question('choice', { choices }), ['a'], 'answer.not_a_choice'],
    [question('many', { choices }), ['a', '__proto__'], 'answer.not_a_choice'],
    [question('yes_no'), 'perhaps', 'answer.not_yes_or_no'],
    [question('file'), ['../etc/passwd'], 'answer.not_found'],
    [question('short_text'), { a: 1 }, 'answer.unreadable'],
    [question('table'), 'x', 'answer.unreadable'],
    [question('address'), 'x', 'answer.unreadable'],
    [table, Array.from({ length: 101 }, () => ({ who: 'a' })), 'answer.too_many_rows'],
    [question('short_text'), 'x'.repeat(5_000_000), 'answer.too_long'],
  ])('refuses %#', (of, raw, wanted) => {
    expect(code(of, raw)).toBe(wanted);
  });

  it('keeps what could not be read as it was typed, and reads it once it can be', () => {
    const of = question('money');
    expect(readAnswer(of, 'about $500')).toMatchObject({ typed: 'about $500' });
    expect(problemsOf(of, { typed: 'about $500' }).map((each) => each.code)).toEqual(['answer.not_a_money']);
    expect(answerLines(of, { typed: 'about $500' })).toEqual(['about $500']);
  });

  it('never throws, and never keeps what a database refuses', () => {
    const kinds = [
      'short_text',
      'long_text',
      'number',
      'money',
      'date',
      'many',
      'yes_no',
      'file',
      'address',
      'districts',
      'budget',
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.anything(), (kind, raw) => {
        const reading = readAnswer(question(kind, { choices }), raw);
        const kept = JSON.stringify('value' in reading ? (reading.value ?? null) : reading.typed);
        expect(kept).not.toMatch(/\\u0000|\\ud[89a-f]/u);
      }),
    );
  });
});

describe('problemsOf', () => {
  it.each<[Question, unknown, string[]]>([
    [question('short_text', { required: true }), '', ['answer.required']],
    [question('yes_no', { required: true }), 'no', []],
    [question('short_text'), 'x'.repeat(301), ['answer.too_long']],
    [question('long_text', { mostWords: 3 }), 'one two three four', ['answer.too_many_words']],
    [question('money'), '-5', ['answer.below_least']],
    [question('money', { most: '100' }), '100.01', ['answer.above_most']],
    [question('number', { least: '9' }), '10', []],
    [question('date', { least: '2020-01-01' }), '12/31/2019', ['answer.too_early']],
    [question('many', { choices, mostChosen: 1 }), ['a', 'b'], ['answer.too_many_chosen']],
    [question('file'), [ID, ID.replace('1', '2')], ['answer.too_many_files']],
    [
      table,
      [{ who: 'Ann', pay: 'lots', days: 'x', kind: 'z' }],
      ['answer.cell_not_money', 'answer.cell_not_a_number', 'answer.cell_not_a_choice'],
    ],
    [table, [{ pay: '5' }], ['answer.cell_empty']],
    [table, [{ who: 'a' }, { who: 'b' }, { who: 'c' }], ['answer.too_many_rows']],
    [question('address'), { line1: 'a', city: 'b', state: 'Wash', zip: '1' }, ['answer.address_state']],
    [question('districts'), [{ district: 'Kent', share: '60' }], ['answer.shares_not_whole']],
    [
      question('districts'),
      [
        { district: 'Kent', share: '60' },
        { district: 'Auburn', share: '40' },
      ],
      [],
    ],
    [question('districts'), [{ district: 'Kent', share: 'all' }], ['answer.share_unreadable']],
    [question('budget', { required: true }), [], ['answer.required']],
    [question('partners', { required: true }), [], []],
  ])('says %#', (of, raw, wanted) => {
    expect(problems(of, raw)).toEqual(wanted);
  });
});

const form: FormDefinition = {
  sections: [
    {
      ...{ key: 'one', title: 'One' },
      questions: [
        question('yes_no', { key: 'new', required: true }),
        question('money', { key: 'size', showWhen: { all: [{ question: 'new', is: 'equal', value: 'yes' }] } }),
        question('long_text', {
          key: 'why',
          required: true,
          showWhen: { all: [{ question: 'size', is: 'above', value: '1000' }] },
        }),
      ],
    },
    {
      ...{ key: 'two', title: 'Two', showWhen: { any: [{ question: 'why', is: 'answered' }] } },
      questions: [question('short_text', { key: 'more', required: true })],
    },
  ],
};
const shown = (answers: Record<string, AnswerValue>): string[] =>
  visibleIn(form, answers).flatMap(({ questions }) => questions.map(({ key }) => key));

describe('show-when', () => {
  it('follows from answer to answer, and a hidden answer counts as not given', () => {
    expect(shown({})).toEqual(['new']);
    expect(shown({ new: true })).toEqual(['new', 'size']);
    expect(shown({ new: true, size: '1000.01', why: 'so' })).toEqual(['new', 'size', 'why', 'more']);
    expect(shown({ new: false, size: '1000.01', why: 'so' })).toEqual(['new']);
    expect(shown({ new: true, size: '999.00', why: 'so' })).toEqual(['new', 'size']);
  });

  it('asks for nothing that is hidden', () => {
    expect(missingIn(form, {})).toMatchObject([{ sectionKey: 'one', questionKey: 'new' }]);
    expect(missingIn(form, { new: false })).toEqual([]);
    expect(missingIn(form, { new: true, size: '5000', why: 'so' }).map((each) => each.questionKey)).toEqual(['more']);
  });

  it('is not misled by names that objects have of their own', () => {
    expect(visibleIn(form, Object.create({ new: true }) as Record<string, AnswerValue>)[0]?.questions).toHaveLength(1);
  });
});

describe('answerLines', () => {
  it.each<[Question, AnswerValue | undefined, string[]]>([
    [question('short_text'), undefined, []],
    [question('money'), '1250.00', ['$1,250']],
    [question('number'), '-12500.5', ['−12,500.5']],
    // It may be a year.
    [question('number'), '2007', ['2007']],
    [question('date'), '2020-10-30', ['Oct 30, 2020']],
    [question('yes_no'), false, ['No']],
    [question('many', { choices }), ['a', 'b'], ['Apple', 'Bean']],
    [table, [{ who: 'Ann', pay: '1000.00', kind: 'b' }], ['Who: Ann; Pay: $1,000; Kind: Bean']],
    [question('districts'), [{ district: 'Kent', share: '60' }], ['Kent: 60%']],
    [
      question('budget'),
      [{ category: 'Personnel', description: 'Tutors', amount: '5.00' }],
      ['Personnel - Tutors: $5'],
    ],
    [
      question('address'),
      { line1: '1 A St', line2: '', city: 'Renton', state: 'WA', zip: '98057' },
      ['1 A St', 'Renton, WA 98057'],
    ],
  ])('writes %#', (of, answer, wanted) => {
    expect(answerLines(of, answer)).toEqual(wanted);
  });
});

describe('figures and words', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (whole) => {
        expect(readDecimal(whole.toLocaleString('en-US'), 2)).toBe(String(whole));
      }),
    );
  });

  it('counts words as people do, whatever stands between them', () => {
    expect(countWords('one two\n\nthree\u00a0four')).toBe(4);
    expect(countWords('   ')).toBe(0);
  });
});
