/**
 * `npm start`: builds when a source changed, then runs Granary. An empty installation is filled with the demo program,
 * unless `npm start -- --empty` asks for none or NODE_ENV is production.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { BuildError, build, root } from './build.mjs';
import { loadEnvironment } from './environment.mjs';

loadEnvironment();
try {
  await build();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const env = { ...process.env };
if (process.argv.includes('--empty')) env.GRANARY_DEMO = 'no';
else if (!env.GRANARY_DEMO && env.NODE_ENV !== 'production') env.GRANARY_DEMO = 'yes';

// Started where the person stands, so that relative settings such as DATA_DIR mean what they say.
const child = spawn(
  process.execPath,
  ['--enable-source-maps', join(root, 'dist', 'run', 'main.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env,
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to both of us; a second one would look like impatience.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  });
}
child.on('error', (error) => {
  console.error(`Granary could not be started: ${error.message}`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exit(signal === null ? code : 128 + constants.signals[signal]);
});
