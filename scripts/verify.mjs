/**
 * `npm run verify`: holds the ledger's account rows, days, months and transfers against each other; ends with 1 on a
 * difference.
 */
import { withDatabase } from './archive.mjs';

await withDatabase(async ({ ownerUrl }) => {
  const { verifyLedger } = await import('../dist/src/features/ledger/index.js');
  const differences = await verifyLedger(ownerUrl);
  if (differences.length === 0) {
    console.log('The ledger adds up: account rows, days, months and transfers agree.');
    return;
  }
  for (const { kind, about, expected, found } of differences) {
    console.log(`${kind}: ${about}: expected ${expected.format()}, found ${found.format()}`);
  }
  process.exitCode = 1;
});
