/** What differs between two rounds, or two versions of a rubric: lines with the same key, laid side by side. */

const DIFFERENCE_PARTS = ['terms', 'dates', 'eligibility', 'criteria', 'form'] as const;
export type DifferencePart = (typeof DIFFERENCE_PARTS)[number];

/** One thing a round says, in words. */
export interface SaidLine {
  /** The same in both rounds: `terms.ceiling`, `criteria.Need`. */
  readonly key: string;
  readonly part: DifferencePart;
  readonly label: string;
  readonly value: string;
}

export interface Difference {
  readonly key: string;
  readonly part: DifferencePart;
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** In the order of what is said now; what is gone stands at the end of its part. */
export function differences(before: readonly SaidLine[], after: readonly SaidLine[]): Difference[] {
  const was = new Map(before.map((line) => [line.key, line]));
  const is = new Set(after.map((line) => line.key));
  const changed = after
    .filter((line) => was.get(line.key)?.value !== line.value)
    .map((line): Difference => ({
      ...{ key: line.key, part: line.part, label: line.label },
      ...{ before: was.get(line.key)?.value ?? null, after: line.value },
    }));
  const gone = before
    .filter((line) => !is.has(line.key))
    .map((line): Difference => ({
      ...{ key: line.key, part: line.part, label: line.label, before: line.value, after: null },
    }));
  return DIFFERENCE_PARTS.flatMap((part) => [...changed, ...gone].filter((each) => each.part === part));
}
