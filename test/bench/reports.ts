/** The budget report over a large ledger: against a plain sum of its transfers, and against itself on a small one. */
import { BudgetReports } from '../../src/features/reports/budget-report.service.js';
import { sql } from '../../src/platform/database/sql.js';
import type { WebWorld } from '../support/world.js';
import { compare, ms, type Sizes, tell, times } from './measure.js';

interface Report {
  readonly what: string;
  make(world: WebWorld): Promise<() => Promise<unknown>>;
}

const service =
  (query: { asOf?: string }) =>
  async (world: WebWorld): Promise<() => Promise<unknown>> => {
    const actor = await world.actor('finance_officer');
    return () => world.get(BudgetReports).read(actor, query);
  };

const REPORTS: readonly Report[] = [
  { what: 'Budget report, today', make: service({}) },
  { what: 'Budget report, as of a day', make: service({ asOf: '2015-06-30' }) },
  {
    what: 'Budget report, the page',
    make: async (world) => {
      const visitor = await world.signIn('finance_officer');
      return async () => {
        const { statusCode, body } = await visitor.get('/reports/budget');
        if (statusCode !== 200) throw new Error(`The budget report answered ${statusCode}: ${body.slice(0, 500)}`);
      };
    },
  },
];

export async function benchReports(large: WebWorld, small: WebWorld, sizes: Sizes): Promise<void> {
  const sum = (): Promise<unknown> =>
    large.db.query(sql`select credit_account_id, sum(amount_cents)::text from ledger_transfers group by 1`);
  const [many, few] = sizes.transfers.map((count) => count.toLocaleString('en-US'));
  for (const { what, make } of REPORTS) {
    const [ours, plain, little] = await compare(
      [
        { name: 'large', run: await make(large) },
        { name: 'sum', run: sum },
        { name: 'small', run: await make(small) },
      ] as const,
      sizes.runs,
    );
    tell({
      what,
      ...{ ours: ms(ours), baseline: `${ms(plain)}, one sum by account of ${many} transfers` },
      ...{ ratio: `${times(ours / plain)} its time`, aim: '0.25x' },
    });
    tell({
      what,
      ...{ ours: ms(ours), baseline: `${ms(little)}, itself at ${few} transfers` },
      ...{ ratio: `${times(ours / little)} its time`, aim: '1.2x' },
    });
  }
}
