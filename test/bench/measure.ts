/** What every measure shares: medians of runs that take turns, and the line that says ours against the baseline. */

export interface Sizes {
  readonly smoke: boolean;
  /** How often each side is run. */
  readonly runs: number;
  /** Transfers of the large ledger and of the small one. */
  readonly transfers: readonly [large: number, small: number];
  readonly awards: number;
  /** Applications of the large list and of the small one. */
  readonly applications: readonly [large: number, small: number];
  /** Applicants that send at once. */
  readonly submits: number;
  /** How often a thing is done in one run. */
  readonly letters: number;
  readonly requests: number;
  /** Pages asked for before the memory is read. */
  readonly pages: number;
}

const FULL: Sizes = {
  ...{
    smoke: false,
    runs: Number(process.env['BENCH_RUNS'] ?? 7),
    transfers: [1_000_000, 10_000],
    applications: [100_000, 1000],
    submits: Number(process.env['BENCH_SUBMITS'] ?? 200),
    awards: 200,
    letters: 30,
    requests: 60,
  },
  pages: Number(process.env['BENCH_PAGES'] ?? 2000),
};
const SMOKE: Sizes = {
  ...{
    smoke: true,
    runs: 1,
    transfers: [2000, 200],
    awards: 4,
    applications: [200, 20],
    submits: 5,
    letters: 2,
    requests: 4,
    pages: 10,
  },
};

export const sizesFor = (smoke: boolean): Sizes => (smoke ? SMOKE : FULL);

/** A side of a comparison: what it is called, and one run of it. */
export interface Side {
  readonly name: string;
  run(): Promise<unknown>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

export async function millisecondsOf(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The median time of each side. They take turns, so that a busy moment of the machine falls on all of them. */
export async function compare<Names extends readonly Side[]>(
  sides: Names,
  runs: number,
): Promise<{ [Index in keyof Names]: number }> {
  for (const side of sides) await side.run();
  const times = sides.map((): number[] => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, side] of sides.entries()) times[index]?.push(await millisecondsOf(() => side.run()));
  }
  return times.map(median) as { [Index in keyof Names]: number };
}

export interface Result {
  readonly what: string;
  readonly ours: string;
  readonly baseline: string;
  readonly ratio: string;
  readonly aim: string;
}

const rows: Result[] = [];

/** Prints one line and keeps it for the table at the end. */
export function tell(result: Result): void {
  rows.push(result);
  say(`${result.what}: ${result.ours} against ${result.baseline}, ratio ${result.ratio} (aim ${result.aim})`);
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
export const times = (value: number): string => `${value.toFixed(2)}x`;

/** Everything measured, as it goes into docs/measures.md. */
export function table(): string {
  const head = ['Measure', 'Granary', 'Baseline', 'Ratio', 'Aim'];
  const lines = rows.map(({ what, ours, baseline, ratio, aim }) => [what, ours, baseline, ratio, aim]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
