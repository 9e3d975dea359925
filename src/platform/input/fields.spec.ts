/** What Text takes and refuses of letters that pass for others. */
import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { AppError } from '../../kernel/errors.js';
import { Text } from './fields.js';
import { readInput } from './read-input.js';

class NameInput {
  @Text({ label: 'x' })
  name: string;

  @Text({ label: 'x', long: true, optional: true })
  text?: string;
}

const read = (name: string, text?: string): NameInput => readInput(NameInput, { name, text }, true) as NameInput;

const codeOf = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as AppError).fields[0]?.code;
  }
};

describe('text on one line', () => {
  it('is kept as it is seen', () => {
    expect(read('\u200bCoyote\u202e Cen\u00adtral\u00a0\ufeff').name).toBe('Coyote Central');
    expect(codeOf(() => read('\u3164\u200b\u2060'))).toBe('field.too_short');
    expect(codeOf(() => read('Coyote\u2028Central'))).toBe('field.one_line');
    expect(codeOf(() => read('Coyote \ufffd\ufffd'))).toBe('field.control_characters');
  });

  it('is refused by its length before it is cleaned, when nobody can have meant it', () => {
    expect(codeOf(() => read(`Coyote${'\u200b'.repeat(500)}`))).toBeUndefined();
    for (const flood of ['\u200b', ' ', '\u0316\u0301', 'a', '\n']) {
      expect(codeOf(() => read(`C${flood.repeat(500_000)}e`))).toBe('field.too_long');
    }
  });

  it('has no word of two alphabets', () => {
    expect(codeOf(() => read('C\u043eyote Central'))).toBe('field.mixed_letters');
    expect(read('Русский Дом').name).toBe('Русский Дом');
  });
});

describe('text of many lines', () => {
  it('may be in several alphabets, and is read as it is written', () => {
    expect(read('x', 'C\u043eyote\u202e and\u2029more').text).toBe('C\u043eyote and\nmore');
  });
});
