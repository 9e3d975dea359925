/** The worker process: takes jobs from the outbox and does them, apart from the pages people wait for. */
import { createContext, createOutboxLoop, housekeepers } from './application.js';
import { AgencySettings } from './features/agency/index.js';
import { AuditSealer, SEALING_MILLISECONDS } from './features/audit/index.js';
import { SystemClock } from './kernel/clock.js';
import { loadConfig } from './platform/config/config.js';
import { createLogger, logLastWords } from './platform/config/logger.js';
import { HOUSEKEEPING_MILLISECONDS, keepHouse } from './platform/jobs/housekeeping.js';
import { findDatabase } from './platform/database/connect.js';
import { Database } from './platform/database/database.js';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config);
  logLastWords(logger);
  const database = await findDatabase(config, logger);
  const clock = new SystemClock(config.clockOffsetMs);
  const parts = { config, logger, clock, databaseUrl: database.appUrl, setRole: database.setRole };
  const app = await createContext(parts);
  await app.get(AgencySettings).current();
  const outbox = await createOutboxLoop(app, parts);
  outbox.start();
  const tidy = (): void => {
    keepHouse(app.get(Database), housekeepers(app)).catch((error: unknown) =>
      logger.warn({ err: error }, 'housekeeping failed'),
    );
  };
  const timer = setInterval(tidy, HOUSEKEEPING_MILLISECONDS);
  tidy();
  const seal = (): void => {
    app
      .get(AuditSealer, { strict: false })
      .seal()
      .catch((error: unknown) => logger.warn({ err: error }, 'the audit trail could not be sealed; trying again'));
  };
  const sealing = setInterval(seal, SEALING_MILLISECONDS);
  logger.info('worker ready');

  let leaving = false;
  const leave = async (): Promise<void> => {
    if (leaving) return;
    leaving = true;
    clearInterval(timer);
    clearInterval(sealing);
    await outbox.stop();
    await app.close();
    await app.get(Database).close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave());
  process.on('disconnect', () => void leave());
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
});
