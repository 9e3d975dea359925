/** Bars: amounts as lengths, and the list of bars beside their names. */
import { Money } from '../../kernel/money.js';

/** Stages of money in their fixed order, dark to light; the rest are for other series, in their order. */
export type BarStage = 'paid' | 'approved' | 'remaining' | 'unawarded' | 'first' | 'second' | 'third' | 'rest';

/** `money-bar`: widths are ready percentages, for SVG attributes. */
export interface BarView {
  /** The sentence that says what the bar shows. */
  readonly label?: string;
  readonly segments: readonly { readonly stage: BarStage; readonly x: string; readonly width: string }[];
  /** Where two segments meet. */
  readonly breaks: readonly string[];
  readonly mark?: { readonly x: string; readonly label: string; readonly anchor: 'start' | 'end' };
  readonly thin?: boolean;
  /** A zero row keeps its tick. */
  readonly zero?: boolean;
  /** Hidden from those who do not see it, because the figures stand beside it. */
  readonly decorative?: boolean;
  /** An edge around the whole length, so that what is not filled can be seen. */
  readonly edged?: boolean;
}

/** One row of `bar-list`. */
export interface BarListItem {
  readonly label: string;
  readonly value: string;
  readonly href?: string;
  readonly note?: string;
  readonly bar: BarView;
}

/** `bar-list`: bars by district and the like; the figures stand beside the bars. */
export interface BarListView {
  readonly items: readonly BarListItem[];
  readonly legend?: readonly { readonly stage: BarStage; readonly label: string }[];
  /** The name and the figure stand above the bar, for long names in an aside. */
  readonly stacked?: boolean;
}

const COUNT = new Intl.NumberFormat('en-US');

/** Basis points as people read them: `68%`. */
export function percent(basisPoints: number): string {
  return `${Math.round(basisPoints / 100)}%`.replace('-', '−');
}

/** A whole number as people read it: `1,234`. */
export function count(value: number | bigint): string {
  return COUNT.format(value);
}

export interface BarInput {
  /** The length of the whole bar; the sum of the parts when left out. */
  readonly whole?: Money;
  readonly parts: readonly { readonly stage: BarStage; readonly amount: Money }[];
  readonly label?: string;
  /** For instance how much of the time has passed, in basis points, and the words under the mark. */
  readonly mark?: { readonly atBasisPoints: number; readonly label: string };
  readonly thin?: boolean;
  readonly decorative?: boolean;
  readonly edged?: boolean;
}

/** Makes a bar from amounts. Parts that are zero or less take no room; parts past the whole are cut at its end. */
export function moneyBar(input: BarInput): BarView {
  const { parts, mark, whole, ...rest } = input;
  const shown = parts.filter((part) => part.amount.isPositive);
  const sum = Money.sum(shown.map((part) => part.amount));
  const length = whole !== undefined && whole.isPositive ? whole.cents : sum.cents;
  // Hundredths of a percent, from running sums, so that rounding leaves no gap between two parts.
  const at = (cents: bigint): number => {
    if (length === 0n) return 0;
    const position = Number((cents * 10_000n) / length);
    return Math.min(position, 10_000);
  };
  const segments: { stage: BarStage; x: string; width: string }[] = [];
  const breaks: string[] = [];
  let before = 0n;
  for (const part of shown) {
    const start = at(before);
    before += part.amount.cents;
    const end = at(before);
    if (end === start) continue;
    if (start > 0) breaks.push(width(start));
    segments.push({ stage: part.stage, x: width(start), width: width(end - start) });
  }
  return {
    ...rest,
    segments,
    breaks,
    zero: segments.length === 0,
    ...(mark !== undefined && {
      mark: {
        x: width(Math.max(0, Math.min(mark.atBasisPoints, 10_000))),
        label: mark.label,
        anchor: mark.atBasisPoints > 5_000 ? ('end' as const) : ('start' as const),
      },
    }),
  };
}

function width(hundredths: number): string {
  return `${hundredths / 100}%`;
}

/** Makes a list of bars over amounts; the longest fills its column. Rows keep their order, and zero rows stay. */
export function barList(input: {
  readonly rows: readonly {
    readonly label: string;
    readonly href?: string;
    readonly note?: string;
    readonly amount?: Money;
    readonly parts?: BarInput['parts'];
  }[];
  readonly legend?: BarListView['legend'];
  readonly stacked?: boolean;
  readonly symbol?: boolean;
}): BarListView {
  const rows = input.rows.map(({ amount, parts: given, ...row }) => {
    const parts = given ?? [{ stage: 'paid' as const, amount: amount ?? Money.zero }];
    return { ...row, parts, total: amount ?? Money.sum(parts.map((part) => part.amount)) };
  });
  const cents = rows.some((row) => row.total.cents % 100n !== 0n);
  const longest = rows.reduce((most, row) => (row.total.compare(most) > 0 ? row.total : most), Money.zero);
  return {
    legend: input.legend,
    stacked: input.stacked,
    items: rows.map(({ total, parts, ...row }) => ({
      ...row,
      value: total.format({ cents, symbol: input.symbol ?? false }),
      bar: moneyBar({ whole: longest, parts, thin: true, decorative: true }),
    })),
  };
}
