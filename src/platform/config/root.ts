/** The folder of the project: where `package.json`, `templates`, `texts` and `migrations` lie. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let found: string | undefined;

/**
 * Walks up from this file to the nearest `package.json`, so that it gives the same answer from `src` under the tests
 * and from `dist` when the built program runs.
 */
export function projectRoot(): string {
  if (found !== undefined) return found;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('No package.json above the running program');
    folder = parent;
  }
  found = folder;
  return folder;
}
