/** `npm run dev`: compiles at every save and starts Granary anew with what was compiled. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, root } from './build.mjs';
import { loadEnvironment } from './environment.mjs';

loadEnvironment();
await build();
const env = { GRANARY_DEMO: 'yes', ...process.env };
const start = (args) => spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env });
const running = [
  start([join('node_modules', 'typescript7', 'bin', 'tsc'), '-p', 'tsconfig.json', '--watch', '--preserveWatchOutput']),
  start(['--watch', '--watch-preserve-output', '--enable-source-maps', join('dist', 'src', 'main.js')]),
];

let ending = false;
function end(signal) {
  if (ending) return;
  ending = true;
  for (const child of running) child.kill(signal);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
for (const child of running) child.on('exit', () => end('SIGTERM'));
