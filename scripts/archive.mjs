/** What `npm run backup` and `npm run restore` share: the built program, its settings and the owner's login. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, build, root } from './build.mjs';
import { loadEnvironment } from './environment.mjs';

export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const platform = (file) => import(new URL(`../dist/run/platform/${file}`, import.meta.url).href);

/** What the database itself refuses, in words of those who run it. */
const SENTENCES = {
  ECONNREFUSED: 'The database does not answer. Is it running, and is DATABASE_URL right?',
  ENOTFOUND: 'The machine of the database is not known. Is DATABASE_URL right?',
  '28P01': 'The database refuses the login. Are DATABASE_URL and DATABASE_OWNER_URL right?',
  '3D000': 'There is no such database. Is DATABASE_URL right?',
  '42P01': 'The database has no tables of this version yet. Start Granary once, then run this again.',
};

/**
 * Runs `work` with the owner's login of the settings' database, or of the embedded one, running already or not; and with
 * the application's login, whose connections take its role themselves with `setRole`. Only what `mayBegin` makes an
 * embedded database where there was none.
 */
export async function withDatabase(work, { mayBegin = false } = {}) {
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
    if (!mayBegin && running === undefined) embedded.requireEmbedded(config.dataDir);
    const server = running ?? (await embedded.startEmbedded({ stateDir: config.dataDir, log: console.log }));
    try {
      await work({ config, backup, migrate, ownerUrl: server.ownerUrl, appUrl: server.appUrl, setRole: false });
    } finally {
      await server.stop?.();
    }
  } catch (error) {
    const told =
      error instanceof BuildError || ['BackupError', 'ConfigError', 'EmbeddedError', 'SealError'].includes(error.name);
    console.error(told ? error.message : (SENTENCES[error.code] ?? error));
    process.exitCode = 1;
  }
}

export function report(summary) {
  const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0);
  return `${rows.toLocaleString('en-US')} rows in ${summary.tables.length} tables, taken ${summary.takenAt}`;
}
