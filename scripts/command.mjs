/** runCommand: a command on the server that uses the application itself, also while Granary runs. */
import { parseArgs } from 'node:util';
import { withDatabase } from './archive.mjs';

/**
 * What was said behind the command, by the options it knows; `required` ones must be there. Anything else ends it with
 * its usage and 1; `--help` with 0.
 */
export function options(usage, known, required = []) {
  const help = { type: 'boolean', short: 'h' };
  try {
    const { values } = parseArgs({ options: { ...known, help }, strict: true });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const missing = required.filter((name) => (values[name] ?? '').trim() === '');
    if (missing.length === 0) return values;
    console.error(`Say ${missing.map((name) => `--${name}`).join(' and ')}: ${usage}`);
  } catch (error) {
    console.error(`${error.message.split('. ')[0].replace(/\.$/, '')}. Use it so: ${usage}`);
  }
  process.exit(1);
}

/** Prints a link that opens once, as whoever runs the server may hand it on. */
export async function showLink(app, dist, { path, expiresAt }) {
  const { CONFIG } = await dist('platform/config/tokens.js');
  const { Database } = await dist('platform/database/database.js');
  const until = app.get(Database).currentCalendar.formatInstant(expiresAt);
  console.log(`This link chooses a passphrase. It works once, until ${until}; a new one takes its place:`);
  console.log(`  ${app.get(CONFIG).publicUrl}${path}`);
}

/**
 * Calls `run(app, dist)` with the application and a way to load more of it; a refusal is told in its own words, and the
 * command fails. It uses the application's login.
 */
export async function runCommand(run) {
  await withDatabase(async ({ config, appUrl, setRole }) => {
    const dist = (file) => import(new URL(`../dist/run/${file}`, import.meta.url).href);
    const { createContext } = await dist('application.js');
    const { createLogger } = await dist('platform/config/logger.js');
    const { SystemClock } = await dist('kernel/clock.js');
    const { Database } = await dist('platform/database/database.js');
    const { Texts } = await dist('platform/texts/texts.js');
    const login = { databaseUrl: appUrl, setRole };
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
