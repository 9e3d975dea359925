/** What every command of ours begins with: the settings of .env, if there is one; real variables win over the file. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.mjs';

export function loadEnvironment() {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
