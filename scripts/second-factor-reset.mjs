/**
 * `npm run second-factor:reset -- --email name@agency.gov`: takes a second step off when no two administrators are left
 * who could, also while Granary runs. Whoever may run it can read the database anyway; it is audited and mailed.
 */
import { parseArgs } from 'node:util';
import { runCommand } from './command.mjs';

const { values } = parseArgs({ options: { email: { type: 'string' } }, strict: false });
if (typeof values.email !== 'string') {
  console.error('Say whose it is: npm run second-factor:reset -- --email name@agency.gov');
  process.exit(1);
}

await runCommand(
  async (app, dist) => {
    const { resetSecondFactor } = await dist('reset-second-factor.js');
    for (const name of await resetSecondFactor(app, values.email)) {
      console.log(`The second step of ${name} was taken off. They set a new one up after signing in.`);
    }
  },
  { asOwner: true },
);
