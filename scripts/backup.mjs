/** `npm run backup [-- FILE]`: the whole database in one file, by default in DATA_DIR/backups, also while Granary runs. */
import { join, resolve } from 'node:path';
import { report, version, withDatabase } from './archive.mjs';

await withDatabase(async ({ config, backup, ownerUrl }) => {
  const now = new Date();
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const file = resolve(process.argv[2] ?? join(config.dataDir, 'backups', `granary-${stamp}.backup.gz`));
  const summary = await backup.writeBackup({ ownerUrl, file, appVersion: version, now });
  console.log(`Backed up to ${file}: ${report(summary)}.`);
  console.log(backup.KEYS_ARE_NOT_IN_IT);
});
