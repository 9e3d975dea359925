/**
 * `npm run bench`: what Granary's speed is, as ratios to named baselines of the same run. `-- --smoke` runs it tiny;
 * names such as `-- letters` run only those. Nothing passes or fails by it; docs/measures.md says what is aimed at.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { BuildError, build, root } from './build.mjs';

try {
  await build();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`${error.message} What was built before is measured.`);
}
const loader = join(root, 'test', 'support', 'register-ts.mjs');
const main = join(root, 'test', 'bench', 'main.ts');
const { status } = spawnSync(process.execPath, ['--import', loader, main, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
