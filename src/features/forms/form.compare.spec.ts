/** compareForms: only what differs is named, each question once, and what moved is the least that explains the new order. */
import { describe, expect, it } from '@jest/globals';
import { compareForms, countChanges, movedKeys } from './form.compare.js';
import type { FormDefinition, Question } from './form.definition.js';

const question = (key: string, more: Partial<Question> = {}): Question => ({
  ...{ key, kind: 'short_text', label: key.toUpperCase() },
  ...more,
});
const form = (sections: Readonly<Record<string, readonly (string | Question)[]>>): FormDefinition => ({
  sections: Object.entries(sections).map(([key, questions]) => ({
    ...{ key, title: `Section ${key}` },
    questions: questions.map((each) => (typeof each === 'string' ? question(each) : each)),
  })),
});

const told = (before: FormDefinition, after: FormDefinition): unknown =>
  compareForms(before, after).map((section) => ({
    key: section.key,
    ...(section.before === undefined && { is: 'added' }),
    ...(section.after === undefined && { is: 'removed' }),
    ...(section.isMoved && { moved: true }),
    ...(section.parts.length > 0 && { parts: section.parts }),
    unchanged: section.unchanged,
    questions: section.questions.map(({ key, before: was, after: is, parts, isMoved, from }) =>
      [
        key,
        was === undefined ? 'added' : is === undefined ? 'removed' : parts.join('+'),
        isMoved && `moved${from === undefined ? '' : ` from ${from.key}`}`,
      ]
        .filter((each) => each !== '' && each !== false)
        .join(' '),
    ),
  }));

describe('compareForms', () => {
  it('says nothing of forms that are the same', () => {
    const one = form({ a: ['x', 'y'], b: ['z'] });
    expect(compareForms(one, structuredClone(one))).toEqual([]);
  });

  it('names what was added, removed, changed and moved, and counts the rest', () => {
    const before = form({ a: ['u', 'v', 'w', 'x'], b: ['y', 'z'], c: ['q'] });
    const after = form({ a: ['v', 'w', question('x', { help: 'How' }), 'u', 'new'], b: ['z'], d: ['q'] });
    expect(told(before, after)).toEqual([
      { key: 'a', unchanged: 2, questions: ['x help', 'u moved', 'new added'] },
      { key: 'b', unchanged: 1, questions: ['y removed'] },
      { key: 'd', is: 'added', unchanged: 0, questions: ['q moved from c'] },
      { key: 'c', is: 'removed', unchanged: 0, questions: [] },
    ]);
    expect(countChanges(compareForms(before, after), after)).toEqual({
      ...{ added: 1, removed: 1, changed: 1, moved: 2, unchanged: 3 },
    });
  });

  it('tells a section that only moved, and one whose title changed', () => {
    const before = form({ a: ['x'], b: ['y'], c: ['z'] });
    const [a, b, c] = before.sections;
    if (a === undefined || b === undefined || c === undefined) throw new Error('no sections');
    const after = { sections: [c, a, { ...b, title: 'Other' }] };
    expect(told(before, after)).toEqual([
      { key: 'c', moved: true, unchanged: 1, questions: [] },
      { key: 'b', parts: ['title'], unchanged: 1, questions: [] },
    ]);
  });
});

describe('movedKeys', () => {
  it('is the least that explains the new order, for every order of six', () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const orders = (rest: readonly string[]): string[][] =>
      rest.length === 0
        ? [[]]
        : rest.flatMap((one) => orders(rest.filter((each) => each !== one)).map((o) => [one, ...o]));
    for (const order of orders(keys)) {
      const moved = movedKeys(keys, order);
      const stayed = order.filter((key) => !moved.has(key));
      expect(stayed).toEqual([...stayed].sort());
      const subsets = Array.from({ length: 64 }, (_, bits) => order.filter((__, index) => (bits >> index) % 2 === 1));
      const longest = Math.max(
        ...subsets.filter((each) => each.join() === [...each].sort().join()).map((each) => each.length),
      );
      expect(stayed).toHaveLength(longest);
    }
  });
});
