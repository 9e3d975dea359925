/** What changed between two versions of words people sign: word by word, what stayed, what went and what came. */

export interface WordChange {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** Longer texts are laid side by side whole: comparing them word by word would take too long. */
const MOST_WORDS = 1500;

export function wordChanges(before: string, after: string): WordChange[] {
  const old = wordsOf(before);
  const now = wordsOf(after);
  if (old.length > MOST_WORDS || now.length > MOST_WORDS) {
    return [change('gone', old), change('new', now)].filter(({ text }) => text !== '');
  }
  return joined(steps(old, now));
}

/** Words, each with the line ends before it, so that paragraphs stay to be seen. */
const wordsOf = (text: string): string[] => text.trim().match(/(?:[^\S\n]*\n\s*)?\S+/gu) ?? [];

/** Where a line ends is no difference. */
const isSame = (one: string | undefined, other: string | undefined): boolean => one?.trim() === other?.trim();

const change = (kind: WordChange['kind'], words: readonly string[]): WordChange => ({ kind, text: words.join(' ') });

/** The longest run of words that both have in order stays; what is left over went or came. */
function steps(old: readonly string[], now: readonly string[]): WordChange[] {
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = isSame(old[i], now[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: WordChange[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && isSame(old[i], now[j])) {
      found.push({ kind: 'same', text: now[j] ?? '' });
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      found.push({ kind: 'gone', text: old[i] ?? '' });
      i += 1;
    } else {
      found.push({ kind: 'new', text: now[j] ?? '' });
      j += 1;
    }
  }
  return found;
}

/** Neighbors of one kind become one stretch. */
function joined(words: readonly WordChange[]): WordChange[] {
  const stretches: { kind: WordChange['kind']; words: string[] }[] = [];
  for (const { kind, text } of words) {
    const last = stretches.at(-1);
    if (last?.kind === kind) last.words.push(text);
    else stretches.push({ kind, words: [text] });
  }
  return stretches.map(({ kind, words: several }) => change(kind, several));
}
