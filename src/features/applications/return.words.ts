/** Pure: what differs between two texts, word by word, to be laid side by side. */

export interface WordRun {
  readonly text: string;
  readonly isOther: boolean;
}

export interface WordDifference {
  readonly before: readonly WordRun[];
  readonly after: readonly WordRun[];
}

/** Longer ones stand side by side as they are: the table of their words would be too large. */
const MOST_WORDS = 1200;

export function wordDifference(before: string, after: string): WordDifference {
  const [left, right] = [wordsOf(before), wordsOf(after)];
  if (left.length > MOST_WORDS || right.length > MOST_WORDS) {
    return { before: runs(left, () => true), after: runs(right, () => true) };
  }
  const same = sameWords(left, right);
  return {
    before: runs(left, (index) => !same.left.has(index)),
    after: runs(right, (index) => !same.right.has(index)),
  };
}

/** Words with the space before them, so that laid together they are the text again. */
const wordsOf = (text: string): string[] => text.match(/\s*\S+/gu) ?? [];

/** Which words both have in the same order: the longest such row. */
function sameWords(left: readonly string[], right: readonly string[]): { left: Set<number>; right: Set<number> } {
  const width = right.length + 1;
  const longest = new Uint16Array((left.length + 1) * width);
  const isSame = (row: number, column: number): boolean => left[row]?.trim() === right[column]?.trim();
  const at = (row: number, column: number): number => longest[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      longest[row * width + column] = isSame(row, column)
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const found = { left: new Set<number>(), right: new Set<number>() };
  for (let row = 0, column = 0; row < left.length && column < right.length;) {
    if (isSame(row, column)) {
      found.left.add(row);
      found.right.add(column);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return found;
}

function runs(words: readonly string[], isOtherAt: (index: number) => boolean): WordRun[] {
  const made: { text: string; isOther: boolean }[] = [];
  words.forEach((word, index) => {
    const isOther = isOtherAt(index);
    const last = made.at(-1);
    if (last?.isOther === isOther) last.text += word;
    else made.push({ text: word, isOther });
  });
  return made;
}
