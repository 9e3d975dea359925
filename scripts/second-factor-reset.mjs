/**
 * `npm run second-factor:reset -- --email name@agency.gov`: takes a second step off when no two administrators are left
 * who could, also while Granary runs. Whoever may run it can read the database anyway; it is audited and mailed.
 */
import { parseArgs } from 'node:util';
import { withDatabase } from './archive.mjs';

const { values } = parseArgs({ options: { email: { type: 'string' } }, strict: false });
if (typeof values.email !== 'string') {
  console.error('Say whose it is: npm run second-factor:reset -- --email name@agency.gov');
  process.exit(1);
}

await withDatabase(async ({ config, ownerUrl }) => {
  const dist = (file) => import(new URL(`../dist/src/${file}`, import.meta.url).href);
  const [{ createContext }, { resetSecondFactor }, { createLogger }, { SystemClock }, { Database }] = await Promise.all(
    [
      'application.js',
      'reset-second-factor.js',
      'platform/config/logger.js',
      'kernel/clock.js',
      'platform/database/database.js',
    ].map(dist),
  );
  const { Texts } = await dist('platform/texts/texts.js');
  const logger = createLogger(config);
  const clock = new SystemClock(config.clockOffsetMs);
  const app = await createContext({ config, logger, clock, databaseUrl: ownerUrl, setRole: true });
  try {
    for (const name of await resetSecondFactor(app, values.email)) {
      console.log(`The second step of ${name} was taken off. They set a new one up after signing in.`);
    }
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
