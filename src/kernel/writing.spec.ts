/** Writing that passes for other writing: nothing unseen stays on a line, and what looks the same is the same. */
import { describe, expect, it } from '@jest/globals';
import { lineKey, manyLines, mixedWord, oneLine, plainLetters } from './writing.js';

const POINTS = (text: string): string => [...text].map((each) => `\\u{${each.codePointAt(0)?.toString(16)}}`).join('');

describe('a line', () => {
  it.each([
    ['\u200b', 'a space of no width'],
    ['\u00ad', 'a soft hyphen'],
    ['\u202e', 'an override of direction'],
    ['\u2066', 'an isolate'],
    ['\u200f', 'a mark of direction'],
    ['\u2060', 'a word joiner'],
    ['\ufeff', 'a byte order mark'],
    ['\u3164', 'a filler'],
    ['\u2800', 'an empty pattern'],
    ['\ufe0f', 'a selector'],
    ['\u200d', 'a joiner between Latin letters'],
    ['\u{e0041}', 'a tag'],
    ['\ufffa', 'an annotation'],
  ])('keeps nothing that nobody sees: %j, %s', (unseen) => {
    expect(POINTS(oneLine(`Coyote${unseen}Central`))).toBe(POINTS('CoyoteCentral'));
    expect(lineKey(`Coyote${unseen}Central`)).toBe(lineKey('Coyote Central'));
  });

  it('keeps what shapes letters and pictures', () => {
    for (const text of [
      'می\u200cخواهم',
      'क्\u200dष',
      '👩\u200d👧',
      '❤\ufe0f',
      '2\ufe0f\u20e3',
      'Phố Ẩm Thực',
      'Ελλάδα',
    ]) {
      expect(oneLine(text)).toBe(text.normalize('NFC'));
    }
  });

  it('has plain spaces, composed letters, no wide ones and no pile of accents', () => {
    expect(oneLine('\uff23\uff4f\uff59\uff4f\uff54\uff45\uff01')).toBe('Coyote!');
    expect(oneLine(' Cafe\u0301\u00a0Ole\u0301\u2003 ')).toBe('Café Olé');
    expect([...oneLine(`Z${'\u0301\u0316\u0323'.repeat(40)}algo`)].length).toBeLessThan(10);
  });
});

describe('text of many lines', () => {
  it('is read in the direction it is shown in, and hides no words', () => {
    expect(manyLines('pay \u202e005$\u202c\u2028now\u{e0061}\u{e0062}')).toBe('pay 005$\nnow');
  });

  it('keeps where Khmer may break', () => {
    expect(manyLines('ភាសា\u200bខ្មែរ')).toBe('ភាសា\u200bខ្មែរ');
  });
});

describe('a word of two alphabets', () => {
  it.each([
    ['C\u043eyote Central', 'C\u043eyote'],
    ['Coyote Centr\u03b1l', 'Centr\u03b1l'],
    ['\u0405chool', '\u0405chool'],
  ])('is found in %j', (text, word) => {
    expect(mixedWord(text)).toBe(word);
  });

  it.each(['Русский Дом', 'Coyote Дом', 'Ελλάδα', 'Phố Ẩm Thực', '学校 School', '100 µm', 'Straße'])(
    'is not in %s',
    (text) => {
      expect(mixedWord(text)).toBeUndefined();
    },
  );
});

describe('the key of a line', () => {
  it.each([
    ['\u0421\u043e\u0443\u043ete Central', 'Coyote Central'],
    ['\uff23\uff4f\uff59\uff4f\uff54\uff45 \uff23\uff45\uff4e\uff54\uff52\uff41\uff4c', 'Coyote Central'],
    ['Coyote CentraI', 'Coyote Central'],
    ['C0yote Centra1', 'Coyote Central'],
    ['𝐂𝐨𝐲𝐨𝐭𝐞 𝐂𝐞𝐧𝐭𝐫𝐚𝐥', 'Coyote Central'],
    ['Coyote  Central.', 'COYOTE-CENTRAL'],
    ['Leaming', 'Learning'],
    ['РУССКИЙ ДОМ', 'Русский Дом'],
  ])('of %j is that of %j', (one, other) => {
    expect(lineKey(one)).toBe(lineKey(other));
  });

  it('of other names is another', () => {
    expect(lineKey('Coyote Central')).not.toBe(lineKey('Coyote Centre'));
    expect(lineKey('YMCA')).not.toBe(lineKey('YWCA'));
    expect(plainLetters('Phố Ẩm Thực')).toBe('pho am thuc');
  });
});

describe('a flood of marks', () => {
  it.each([
    ['that are put in order', '\u0316\u0301'],
    ['of another writing', '\u05b4\u05b0'],
    ['of several kinds', '\u0345\u0301\u0651\u0316'],
  ])('%s is cut off before it is composed', (_name, marks) => {
    const flood = `a${marks.repeat(100_000)}b`;
    expect(oneLine(flood).length).toBeLessThan(40);
    expect(plainLetters(flood).length).toBeLessThan(40);
    expect(lineKey(flood).length).toBeLessThan(40);
  });

  it('is no letter of any writing: those keep what they have', () => {
    for (const text of ['שָׁלוֹם', 'Phố Ẩm Thực', 'हिन्दी', 'བརྒྱུད', 'à̖̂b']) {
      expect(oneLine(text)).toBe(text.normalize('NFC'));
    }
  });
});
