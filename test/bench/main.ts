/** All measures, or those named: letters, reports, homes, submits, lists, wire, starts. `--smoke` runs them tiny, to see that they run. */
import { startTestServer } from '../support/test-server.js';
import { benchApplicationLists } from './application-lists.js';
import { openLedgerWorld } from './ledgers.js';
import { benchHomes } from './homes.js';
import { benchLetters } from './letters.js';
import { say, sizesFor, table } from './measure.js';
import { benchReports } from './reports.js';
import { benchStarts } from './starts.js';
import { benchSubmits } from './submits.js';
import { benchWire } from './wire.js';

const NAMES = ['letters', 'reports', 'homes', 'submits', 'lists', 'wire', 'starts'];

const args = process.argv.slice(2);
const sizes = sizesFor(args.includes('--smoke'));
const asked = args.filter((each) => !each.startsWith('--'));
const unknown = asked.filter((each) => !NAMES.includes(each));
if (unknown.length > 0) throw new Error(`There is no measure ${unknown.join(', ')}; there are ${NAMES.join(', ')}`);
const wants = (name: string): boolean => asked.length === 0 || asked.includes(name);

if (['letters', 'reports', 'homes', 'submits', 'lists', 'wire'].some(wants)) await benchWorlds();
if (wants('starts')) await benchStarts(sizes);
say(`\n${table()}`);
process.exit(0);

/** What is measured inside this process, on a database server of its own. */
async function benchWorlds(): Promise<void> {
  const server = await startTestServer({ durable: false });
  try {
    const [many, few] = sizes.transfers;
    if (wants('submits')) await benchSubmits(sizes);
    if (wants('lists')) await benchApplicationLists(sizes);
    if (wants('wire')) await benchWire();
    if (!['letters', 'reports', 'homes'].some(wants)) return;
    const small = await openLedgerWorld(sizes.awards, few);
    if (wants('letters')) await benchLetters(small, sizes);
    if (wants('homes')) await benchHomes(small, sizes);
    if (wants('reports')) {
      say(`making a ledger of ${many.toLocaleString('en-US')} transfers ...`);
      const large = await openLedgerWorld(sizes.awards, many);
      await benchReports(large, small, sizes);
      await large.close();
    }
    await small.close();
  } finally {
    await server.stop();
  }
}
