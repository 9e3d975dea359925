/**
 * What a new passphrase must be: 15 characters or more of any kind, and not one that is guessed first. There are no
 * rules about kinds of characters. Guesses come from a list that is shipped with Granary, so nothing is asked outside.
 */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import { type AppError, invalidField } from '../../kernel/errors.js';

const PASSPHRASE_LEAST = 15;
/** Fewer guesses than this open it: what the library calls "somewhat guessable" and worse. */
const LEAST_GUESSES = 1e10;
/** What comes after these is not looked at; looking takes longer than the square of the length. */
const MOST_LOOKED_AT = 100;
/** What is tried first here. */
const EXPECTED = [
  'granary',
  'grant',
  'grants',
  'passphrase',
  'password',
  'applicant',
  'application',
  'fund',
  'funding',
];

/** One spelling for each passphrase, whatever keyboard it was typed on. */
export function normalizePassphrase(passphrase: string): string {
  return passphrase.normalize('NFKC');
}

/** Reading the list takes a moment and nobody needs it to start. */
let guesser: ZxcvbnFactory | undefined;

function guessesFor(text: string, avoid: readonly string[]): number {
  guesser ??= new ZxcvbnFactory({
    dictionary: { ...common.dictionary },
    graphs: common.adjacencyGraphs,
    maxLength: MOST_LOOKED_AT,
  });
  const words = avoid.flatMap((each) => [each, ...each.split(/[^\p{L}\p{N}]+/u)]).filter((each) => each.length > 2);
  return guesser.check(text.slice(0, MOST_LOOKED_AT), [...EXPECTED, ...words]).guesses;
}

/** What is wrong with a new passphrase; undefined when it will do. `avoid` are words an attacker tries first. */
export function passphraseProblem(field: string, passphrase: string, avoid: readonly string[]): AppError | undefined {
  const text = normalizePassphrase(passphrase);
  const length = [...text].length;
  if (length < PASSPHRASE_LEAST)
    return invalidField(field, 'passphrase.too_short', { least: PASSPHRASE_LEAST, length });
  const plain = text.toLowerCase().trim();
  if (new Set(plain).size < 5) return invalidField(field, 'passphrase.too_simple');
  if (avoid.some((word) => plain === word.toLowerCase().trim())) return invalidField(field, 'passphrase.too_known');
  if (guessesFor(text, avoid) < LEAST_GUESSES) return invalidField(field, 'passphrase.too_common');
  return undefined;
}

/** Refuses a new passphrase that is too easy or was typed two ways. */
export function checkNew(
  input: { readonly passphrase: string; readonly repeat: string },
  avoid: readonly string[],
): void {
  const problem = passphraseProblem('passphrase', input.passphrase, avoid);
  if (problem !== undefined) throw problem;
  if (input.passphrase !== input.repeat) throw invalidField('repeat', 'passphrase.repeat_differs');
}
