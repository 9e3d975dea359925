import { describe, expect, it } from '@jest/globals';
import { Texts } from '../texts/texts.js';
import { missingWords } from './missing.js';

const texts = Texts.load();
const told = (label: string, kind: string): string | undefined => {
  const found = missingWords(label, kind);
  return found === undefined ? undefined : texts.t(found.key, { words: found.words });
};

describe('what is missing', () => {
  it.each([
    ['Name', 'text', 'Enter the name.'],
    ['Amount asked for', 'money', 'Enter the amount asked for.'],
    ['First day', 'date', 'Enter the first day.'],
    ['Your full name', 'text', 'Enter your full name.'],
    ['Their e-mail addresses', 'long_text', 'Enter their e-mail addresses.'],
    ['PIN', 'secret', 'Enter the PIN.'],
    ['Kind of account', 'choice', 'Choose the kind of account.'],
    ['The record that stays', 'ref', 'Choose the record that stays.'],
    ['Photo of the receipt', 'file', 'Choose the photo of the receipt.'],
    ['Why you need it', 'long_text', 'Say why you need it.'],
    ['Who pays', 'choice', 'Say who pays.'],
    ['What would you change, and why?', 'text', 'Answer “What would you change, and why?”.'],
    ['To be mended by', 'date', 'Enter a date for “To be mended by”, such as 10/30/2020.'],
  ])('%s (%s): %s', (label, kind, sentence) => {
    expect(told(label, kind)).toBe(sentence);
  });

  it.each([
    ['At least', 'integer'],
    ['I agree', 'yes_no'],
    ['Rows', 'list'],
  ])('%s (%s) makes no order of it', (label, kind) => {
    expect(told(label, kind)).toBeUndefined();
  });
});
