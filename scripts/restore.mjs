/** `npm run restore -- FILE`: takes a backup into an empty database, and reads it back to be sure. */
import { resolve } from 'node:path';
import { report, withDatabase } from './archive.mjs';

const file = process.argv[2];
if (file === undefined) {
  console.error('Say which file to restore: npm run restore -- FILE');
  process.exitCode = 1;
} else {
  await withDatabase(
    async ({ backup, migrate, ownerUrl }) => {
      const summary = await backup.restoreBackup({ ownerUrl, file: resolve(file), migrate });
      console.log(`Restored and compared: ${report(summary)}.`);
      console.log(backup.KEYS_WERE_NOT_IN_IT);
    },
    { mayBegin: true },
  );
}
