/**
 * `npm run administrator:add -- --email name@agency.gov --name "First Last"`: makes the second administrator while there
 * are fewer than two, also while Granary runs.
 */
import { options, runCommand, showLink } from './command.mjs';

const USAGE = 'npm run administrator:add -- --email name@agency.gov --name "First Last"';
const { email, name } = options(USAGE, { email: { type: 'string' }, name: { type: 'string' } }, ['email', 'name']);

await runCommand(async (app, dist) => {
  const { addAdministrator } = await dist('add-administrator.js');
  const { link } = await addAdministrator(app, { email, name: name.trim() });
  console.log(`${email} is an administrator now.`);
  if (link === undefined) console.log('They sign in as before.');
  else await showLink(app, dist, link);
});
