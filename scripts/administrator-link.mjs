/**
 * `npm run administrator:link`: shows a link, good once and for an hour, with which an administrator chooses a
 * passphrase; also while Granary runs. With several administrators, `-- --email` says whose.
 */
import { options, runCommand, showLink } from './command.mjs';

const { email } = options('npm run administrator:link -- --email name@agency.gov', { email: { type: 'string' } });

await runCommand(async (app, dist) => {
  const { administratorLink } = await dist('administrator-link.js');
  const link = await administratorLink(app, email);
  console.log(`For ${link.name}, ${link.address}.`);
  await showLink(app, dist, link);
});
