/** Whether two organizations may be one: by their names as people write them, without a database. */
import { plainLetters, sameLook } from '../../kernel/writing.js';

/** Words that many names have, and that are left out or added as one likes. */
const EMPTY_WORDS = new Set(
  'a an and at co corp corporation for in inc incorporated llc ltd nonprofit of on the'.split(' '),
);

/** A single word this long may stand for a longer name. */
const TELLING_LETTERS = 5;

/** The words of a name that tell it from others: small letters as they look, no points, no words that say nothing. */
export function nameWords(name: string): string[] {
  const plain = plainLetters(name.replace(/['’.]/g, ''));
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const telling = words.filter((word) => !EMPTY_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

/** The same for names that look the same, whatever is left out of them: `organization_name_key` of the database. */
export const nameKey = (name: string): string => sameLook(nameWords(name).join(''));

/** Letters at the beginning and at the end of a long word: a slip leaves one of them as it was. */
const END_LETTERS = 3;
const LONG_LETTERS = 6;

/**
 * What a word is looked up by: two words that are spelled alike share one of these, save for two slips that meet both
 * ends and a vowel. The database makes the same for the names it knows (`organization_word_keys`).
 */
export function wordKeys(word: string): string[] {
  const keys = [word];
  if (word.length > 3 && word.endsWith('s')) keys.push(word.slice(0, -1));
  if (word.length >= LONG_LETTERS) {
    keys.push(`p:${word.slice(0, END_LETTERS)}`, `s:${word.slice(-END_LETTERS)}`, `k:${word.replace(/[aeiouy]/g, '')}`);
  }
  return keys;
}

/** 1 for the same name; less for one that is a part of the other or spelled a little otherwise; 0 for another name. */
export function nameLikeness(one: string, other: string): number {
  const [first, second] = [nameWords(one), nameWords(other)];
  if (first.length === 0 || second.length === 0) return 0;
  if (sameLook(first.join('')) === sameLook(second.join(''))) return 1;
  const [short, long] = first.length <= second.length ? [first, second] : [second, first];
  if (short.length === 1 && (short[0] as string).length < TELLING_LETTERS) return 0;
  const left = [...long];
  for (const word of short) {
    const at = left.findIndex((each) => isSpelledAlike(word, each));
    if (at < 0) return 0;
    left.splice(at, 1);
  }
  return short.length / long.length - 0.01;
}

export function areAlike(one: string, other: string): boolean {
  return nameLikeness(one, other) > 0;
}

/** Long words may differ by a letter or two; in short ones a letter makes another word, save for one more or fewer. */
function isSpelledAlike(one: string, other: string): boolean {
  if (one === other || (one.length > 2 && `${one}s` === other) || (other.length > 2 && `${other}s` === one))
    return true;
  const length = Math.min(one.length, other.length);
  const most = length >= 9 ? 2 : length >= 6 ? 1 : 0;
  return most > 0 && Math.abs(one.length - other.length) <= most && distance(one, other) <= most;
}

/** How many letters must be put in, left out, changed, or trade places. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= other.length; to += 1) {
      const change = (row[to - 1] ?? 0) + (one[at - 1] === other[to - 1] ? 0 : 1);
      const isTrade = one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1];
      const trade = at > 1 && to > 1 && isTrade ? (before[to - 2] ?? 0) + 1 : change;
      next.push(Math.min(change, trade, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[other.length] ?? 0;
}
