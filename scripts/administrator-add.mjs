/**
 * `npm run administrator:add -- --email name@agency.gov --name "First Last"`: makes the second administrator while there
 * are fewer than two, also while Granary runs.
 */
import { parseArgs } from 'node:util';
import { runCommand } from './command.mjs';

const USAGE = 'npm run administrator:add -- --email name@agency.gov --name "First Last"';

const { values } = parseArgs({ options: { email: { type: 'string' }, name: { type: 'string' } }, strict: false });
if (typeof values.email !== 'string' || typeof values.name !== 'string' || values.name.trim() === '') {
  console.error(`Say whose account it is: ${USAGE}`);
  process.exit(1);
}

await runCommand(async (app, dist) => {
  const { addAdministrator } = await dist('add-administrator.js');
  const { passphrase } = await addAdministrator(app, { email: values.email, name: values.name.trim() });
  console.log(`${values.email} is an administrator now.`);
  console.log(
    passphrase === undefined
      ? 'They sign in as before.'
      : `This is shown once; change it after signing in:\n  passphrase: ${passphrase}`,
  );
});
