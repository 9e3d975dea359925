/**
 * `npm run second-factor:reset -- --email name@agency.gov`: takes a second step off when no two administrators are left
 * who could, also while Granary runs. Whoever may run it can read the database anyway; it is audited and mailed.
 */
import { options, runCommand } from './command.mjs';

const USAGE = 'npm run second-factor:reset -- --email name@agency.gov';
const { email } = options(USAGE, { email: { type: 'string' } }, ['email']);

await runCommand(async (app, dist) => {
  const { resetSecondFactor } = await dist('reset-second-factor.js');
  for (const name of await resetSecondFactor(app, email)) {
    console.log(`The second step of ${name} was taken off. They set a new one up after signing in.`);
  }
});
