/** The web process: the database starts while the program is read, then it runs. */
import { ConfigError, loadConfig } from './platform/config/config.js';
import { createLogger, logLastWords } from './platform/config/logger.js';
import { findDatabase } from './platform/database/connect.js';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config);
  logLastWords(logger);
  // A database of our own is a process of its own, and each of the two takes seconds.
  const [database, { runWeb }] = await Promise.all([findDatabase(config, logger), import('./web.js')]);
  await runWeb(config, logger, database);
}

main().catch((error: unknown) => {
  const told = error instanceof ConfigError || ['EmbeddedError', 'SealError'].includes((error as Error).name);
  process.stderr.write(`${told ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
});
