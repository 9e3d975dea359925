/** runCommand: a command on the server that uses the application itself, also while Granary runs. */
import { withDatabase } from './archive.mjs';

/**
 * Calls `run(app, dist)` with the application and a way to load more of it; a refusal is told in its own words, and the
 * command fails. `asOwner` uses the login that owns the tables.
 */
export async function runCommand(run, { asOwner = false } = {}) {
  await withDatabase(async ({ config, appUrl, ownerUrl, setRole }) => {
    const dist = (file) => import(new URL(`../dist/src/${file}`, import.meta.url).href);
    const { createContext } = await dist('application.js');
    const { createLogger } = await dist('platform/config/logger.js');
    const { SystemClock } = await dist('kernel/clock.js');
    const { Database } = await dist('platform/database/database.js');
    const { Texts } = await dist('platform/texts/texts.js');
    const login = asOwner ? { databaseUrl: ownerUrl, setRole: true } : { databaseUrl: appUrl, setRole };
    const clock = new SystemClock(config.clockOffsetMs);
    const app = await createContext({ config, logger: createLogger(config), clock, ...login });
    try {
      await run(app, dist);
    } catch (error) {
      if (error.name !== 'AppError') throw error;
      const [problem = error] = error.fields;
      console.error(Texts.load().t(`error.${problem.code}`, problem.params));
      process.exitCode = 1;
    } finally {
      await app.close();
      await app.get(Database).close();
    }
  });
}
