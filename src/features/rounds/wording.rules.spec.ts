import fc from 'fast-check';
import { wordChanges } from './wording.rules.js';

const only = (changes: ReturnType<typeof wordChanges>, kind: 'gone' | 'new'): string =>
  changes
    .filter((each) => each.kind === 'same' || each.kind === kind)
    .map(({ text }) => text)
    .join(' ');

describe('what changed between two versions of words', () => {
  it('says which words went and which came', () => {
    expect(wordChanges('I certify that it is true.', 'I certify, as I know, that it is true.')).toEqual([
      { kind: 'same', text: 'I' },
      { kind: 'gone', text: 'certify' },
      { kind: 'new', text: 'certify, as I know,' },
      { kind: 'same', text: 'that it is true.' },
    ]);
    expect(wordChanges('the same', 'the  same\n')).toEqual([{ kind: 'same', text: 'the same' }]);
    expect(wordChanges('', 'first words')).toEqual([{ kind: 'new', text: 'first words' }]);
  });

  it('keeps paragraphs, and takes the end of a line for no difference', () => {
    expect(wordChanges('One thing.', 'One\nthing.\n\nAnother.')).toEqual([
      { kind: 'same', text: 'One \nthing.' },
      { kind: 'new', text: '\n\nAnother.' },
    ]);
  });

  it('gives both versions back, whatever they are', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 }).map((list) => list.join(' '));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const changes = wordChanges(before, after);
        expect(only(changes, 'gone')).toBe(before);
        expect(only(changes, 'new')).toBe(after);
      }),
    );
  });

  it('lays very long texts side by side', () => {
    const long = 'word '.repeat(2000).trim();
    expect(wordChanges(long, 'short').map(({ kind }) => kind)).toEqual(['gone', 'new']);
  });
});
