/**
 * `npm run secrets:rotate`: seals tax numbers, bank accounts, second-factor secrets and persons' keys anew. With keys in
 * DATA_DIR it makes a new one first; with SECRET_KEYS set, put the new key in front of it and restart before.
 */
import { withDatabase } from './archive.mjs';
import { options } from './command.mjs';

options('npm run secrets:rotate', {});

await withDatabase(async ({ config, ownerUrl }) => {
  // Loading the features is what makes their sealed columns known.
  await import('../dist/run/app.module.js');
  const { rotateSecrets } = await import('../dist/run/platform/secrets/rotation.js');
  const keysAreSet = (process.env.SECRET_KEYS ?? '').trim() !== '';
  const now = new Date(Date.now() + config.clockOffsetMs);
  const { version, values, unused } = await rotateSecrets({ config, keysAreSet, ownerUrl, now });
  console.log(`Values sealed anew: ${values.toLocaleString('en-US')}. Key ${version} seals from now on.`);
  if (!keysAreSet) console.log('The new key is in DATA_DIR/secret-keys: copy that file to where you keep the keys.');
  if (unused.length > 0) {
    console.log(
      `No value needs these keys any more: ${unused.join(', ')}. Backups made before still do: keep them as long.`,
    );
  }
});
