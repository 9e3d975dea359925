/** What `npm run backup` and `npm run restore` share: the built program, its settings and the owner's login. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, build, root } from './build.mjs';
import { loadEnvironment } from './environment.mjs';

export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const platform = (file) => import(new URL(`../dist/src/platform/${file}`, import.meta.url).href);

/**
 * Runs `work` with the owner's login of the settings' database, or of the embedded one, running already or not; and with
 * the application's login, whose connections take its role themselves with `setRole`.
 */
export async function withDatabase(work) {
  try {
    loadEnvironment();
    await build();
    const [{ loadConfig }, embedded, backup, { migrate }] = await Promise.all(
      ['config/config.js', 'database/embedded.js', 'database/backup.js', 'database/migrate.js'].map(platform),
    );
    const config = loadConfig(process.env);
    if (config.databaseUrl !== undefined) {
      const ownerUrl = config.databaseOwnerUrl ?? config.databaseUrl;
      const setRole = ownerUrl === config.databaseUrl;
      await work({ config, backup, migrate, ownerUrl, appUrl: config.databaseUrl, setRole });
      return;
    }
    const running = embedded.findRunningEmbedded(config.dataDir);
    const server = running ?? (await embedded.startEmbedded({ stateDir: config.dataDir, log: console.log }));
    try {
      await work({ config, backup, migrate, ownerUrl: server.ownerUrl, appUrl: server.appUrl, setRole: false });
    } finally {
      await server.stop?.();
    }
  } catch (error) {
    const told =
      error instanceof BuildError || ['BackupError', 'ConfigError', 'EmbeddedError', 'SealError'].includes(error.name);
    console.error(told ? error.message : error);
    process.exitCode = 1;
  }
}

export function report(summary) {
  const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0);
  return `${rows.toLocaleString('en-US')} rows in ${summary.tables.length} tables, taken ${summary.takenAt}`;
}
