/** runWeb: the web process once its database is there - migrations, application, and the worker beside it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { createWeb } from './application.js';
import { firstSetUp } from './first-set-up.js';
import { SystemClock } from './kernel/clock.js';
import { type Config, loadConfig } from './platform/config/config.js';
import type { FoundDatabase } from './platform/database/connect.js';
import { Database } from './platform/database/database.js';
import { markInstallation } from './platform/database/installation.js';
import { migrate } from './platform/database/migrate.js';

/** Runs until it is told to leave. */
export async function runWeb(asked: Config, logger: Logger, database: FoundDatabase): Promise<void> {
  const ran = await migrate(database.ownerUrl);
  if (ran.length > 0) logger.info({ migrations: ran }, 'database migrated');

  // What an installation is was decided at its first start: a demonstration stays one, and nothing else becomes one.
  const demo = await markInstallation(database.ownerUrl, asked.demo);
  process.env['GRANARY_DEMO'] = demo ? 'yes' : 'no';
  const config = loadConfig(process.env);
  const clock = new SystemClock(config.clockOffsetMs);
  const app = await createWeb({ config, logger, clock, databaseUrl: database.appUrl, setRole: database.setRole });
  const setUp = {
    administratorAddress: administratorAddress(),
    database: { url: database.appUrl, setRole: database.setRole },
  };
  for (const line of await firstSetUp(app, config, setUp)) process.stdout.write(`${line}\n`);
  await app.listen(config.port, config.host);
  // With Redis the workers are processes of their own, as many as the operator runs.
  const worker =
    config.redisUrl === undefined
      ? superviseWorker(database.appUrl, database.ownerUrl, (code) =>
          logger.warn({ code }, 'the worker ended; starting another'),
        )
      : undefined;
  process.stdout.write(`Granary is ready at ${config.publicUrl}\n`);
  logger.info({ address: config.publicUrl }, 'ready');

  let leaving = false;
  const leave = async (signal: string): Promise<void> => {
    if (leaving) return;
    leaving = true;
    logger.info({ signal }, 'leaving: requests in hand are finished first');
    await worker?.stop();
    await app.close();
    await app.get(Database).close();
    await database.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave(signal));
}

/** `npm start -- --empty --administrator name@agency.gov` says whose the first account is. */
function administratorAddress(): string | undefined {
  const at = process.argv.indexOf('--administrator');
  return at === -1 ? undefined : process.argv[at + 1];
}

/** Keeps one worker process running beside the web process. */
function superviseWorker(
  appUrl: string,
  ownerUrl: string,
  onEnd: (code: number | null) => void,
): { stop: () => Promise<void> } {
  const file = fileURLToPath(new URL('./worker.js', import.meta.url));
  let stopping = false;
  let child = start();

  function start(): ReturnType<typeof spawn> {
    const env = { ...process.env, DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl };
    // The channel tells the worker when this process is gone, however it went.
    const started = spawn(process.execPath, ['--enable-source-maps', file], {
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    started.on('exit', (code) => {
      if (stopping) return;
      onEnd(code);
      setTimeout(() => {
        if (!stopping) child = start();
      }, 1000);
    });
    return started;
  }

  return {
    stop: () =>
      new Promise((resolve) => {
        stopping = true;
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}
