/** Line charts: what is planned and what is so, over time; drawn as SVG with lengths that need no style. */
import { Money } from '../../kernel/money.js';

/** A point: how far along the time, in parts of 10,000, and how much. */
export interface ChartPoint {
  readonly at: number;
  readonly amount: Money;
}

export interface LineChartInput {
  /** The conclusion; the same sentence stands above the chart. */
  readonly label: string;
  readonly most: Money;
  readonly plan: { readonly label: string; readonly points: readonly ChartPoint[] };
  readonly actual: { readonly label: string; readonly points: readonly ChartPoint[] };
  /** Under the axis, from its start to its end. */
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

interface Mark {
  readonly x: string;
  readonly y: number;
  readonly label: string;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** `line-chart`. Lines lie in a box of 10,000 by 10,000 that is stretched; words and dots keep their size. */
export interface LineChartView {
  readonly label: string;
  readonly plan: string;
  readonly actual: string;
  /** Grid lines with their amounts, in pixels from the top. */
  readonly grid: readonly { readonly y: number; readonly labelY: number; readonly label: string }[];
  readonly ticks: readonly Mark[];
  readonly planLabel: Mark;
  readonly end: Mark & { readonly dotY: number };
}

/** Where the lines lie, in pixels: the template draws the box with the same numbers. */
const TOP = 20;
const HEIGHT = 180;
const WHOLE = 10_000;
const MOST_LINES = 5;
const STEPS = [1n, 2n, 5n];

export function lineChart({ label, most, plan, actual, ticks }: LineChartInput): LineChartView {
  const step = gridStep(most);
  const lines = Number((most.cents + step - 1n) / step);
  const top = step * BigInt(Math.max(lines, 1));
  const down = (cents: bigint): number => Number(((top - cents) * BigInt(WHOLE)) / top);
  const y = (cents: bigint): number => Math.round(TOP + (down(cents) * HEIGHT) / WHOLE);
  const path = (points: readonly ChartPoint[]): string =>
    points.map(({ at, amount }) => `${at},${down(amount.cents)}`).join(' ');
  const last = actual.points.at(-1) ?? { at: 0, amount: Money.zero };
  // Words stand under the line of what is so, and over the plan, so that neither covers the other.
  const middle = plan.points[Math.floor((plan.points.length * 2) / 3)] ?? last;
  const isRight = last.at > WHOLE * 0.7;
  return {
    label,
    plan: path(plan.points),
    actual: path(actual.points),
    grid: Array.from({ length: lines + 1 }, (_, index) => {
      const cents = step * BigInt(index);
      return { y: y(cents), labelY: y(cents) - 5, label: index === 0 ? '' : shortMoney(cents) };
    }),
    ticks: ticks.map((tick) => ({
      x: percentOf(tick.at),
      y: TOP + HEIGHT + 20,
      label: tick.label,
      anchor: side(tick.at),
    })),
    planLabel: { x: percentOf(middle.at), y: y(middle.amount.cents) - 10, label: plan.label, anchor: 'end' },
    end: {
      x: percentOf(last.at),
      dotY: y(last.amount.cents),
      y: isRight ? y(last.amount.cents) - 12 : Math.min(y(last.amount.cents) + 24, TOP + HEIGHT - 8),
      label: actual.label,
      anchor: isRight ? 'end' : 'start',
    },
  };
}

/** The smallest of 1, 2 and 5 with zeros that needs at most five lines. */
function gridStep(most: Money): bigint {
  for (let power = 100n; ; power *= 10n) {
    const step = STEPS.map((each) => each * power).find((each) => most.cents <= each * BigInt(MOST_LINES));
    if (step !== undefined) return step;
  }
}

const MILLION = 100_000_000n;
const THOUSAND = 100_000n;

/** `$1.5M`, `$200k`, `$50`. */
export function shortMoney(cents: bigint): string {
  const unit = cents >= MILLION ? MILLION : cents >= THOUSAND ? THOUSAND : 100n;
  const word = unit === MILLION ? 'M' : unit === THOUSAND ? 'k' : '';
  return `$${Number((cents * 100n) / unit) / 100}${word}`;
}

const percentOf = (at: number): string => `${at / 100}%`;

function side(at: number): Mark['anchor'] {
  if (at < WHOLE * 0.05) return 'start';
  return at > WHOLE * 0.95 ? 'end' : 'middle';
}
