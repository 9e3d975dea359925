/**
 * `npm run administrator:add -- --email name@agency.gov --name "First Last"`: makes the second administrator while there
 * are fewer than two, also while Granary runs.
 */
import { parseArgs } from 'node:util';
import { withDatabase } from './archive.mjs';

const USAGE = 'npm run administrator:add -- --email name@agency.gov --name "First Last"';

const { values } = parseArgs({ options: { email: { type: 'string' }, name: { type: 'string' } }, strict: false });
if (typeof values.email !== 'string' || typeof values.name !== 'string' || values.name.trim() === '') {
  console.error(`Say whose account it is: ${USAGE}`);
  process.exit(1);
}

await withDatabase(async ({ config, appUrl, setRole }) => {
  const dist = (file) => import(new URL(`../dist/src/${file}`, import.meta.url).href);
  const [{ createContext }, { addAdministrator }, { createLogger }, { SystemClock }, { Database }] = await Promise.all(
    [
      'application.js',
      'add-administrator.js',
      'platform/config/logger.js',
      'kernel/clock.js',
      'platform/database/database.js',
    ].map(dist),
  );
  const { Texts } = await dist('platform/texts/texts.js');
  const logger = createLogger(config);
  const clock = new SystemClock(config.clockOffsetMs);
  const app = await createContext({ config, logger, clock, databaseUrl: appUrl, setRole });
  try {
    const { passphrase } = await addAdministrator(app, { email: values.email, name: values.name.trim() });
    console.log(`${values.email} is an administrator now.`);
    console.log(
      passphrase === undefined
        ? 'They sign in as before.'
        : `This is shown once; change it after signing in:\n  passphrase: ${passphrase}`,
    );
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
