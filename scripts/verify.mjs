/**
 * `npm run verify`: holds the ledger's account rows, days, months and transfers against each other, documents and
 * attachments against the hashes they were kept under, and the audit trail against its seals; ends with 1 on a difference.
 */
import { withDatabase } from './archive.mjs';
import { options } from './command.mjs';

options('npm run verify', {});

await withDatabase(async ({ config, ownerUrl }) => {
  const { verifyLedger } = await import('../dist/run/features/ledger/index.js');
  const { verifyFiles } = await import('../dist/run/features/documents/index.js');
  const differences = await verifyLedger(ownerUrl);
  for (const { kind, about, expected, found } of differences) {
    console.log(`${kind}: ${about}: expected ${expected.format()}, found ${found.format()}`);
  }
  if (differences.length === 0) console.log('The ledger adds up: account rows, days, months and transfers agree.');

  const changed = await verifyFiles(ownerUrl);
  for (const { kind, id } of changed) console.log(`${kind}: ${id}: its content is not what was kept`);
  if (changed.length === 0) console.log('Every document and attachment is what it was when it was kept.');

  const { verifyTrail } = await import('../dist/run/features/audit/index.js');
  const now = new Date(Date.now() + config.clockOffsetMs);
  const trail = await verifyTrail(ownerUrl, config.dataDir, now);
  for (const { kind, about, problem } of trail.defects) console.log(`${kind}: ${about}: ${problem}`);
  if (trail.defects.length === 0) {
    const [events, seals] = [trail.events, trail.seals].map((each) => each.toLocaleString('en-US'));
    console.log(`The audit trail is what it was (events: ${events}, seals: ${seals}).`);
  }

  if (differences.length + changed.length + trail.defects.length > 0) process.exitCode = 1;
});
