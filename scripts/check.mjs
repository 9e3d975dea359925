/**
 * `npm run check`: everything about the sources that needs no browser and no journey - format, lint, types, the rules of
 * the house, generated files, and the database against the entities. Two at a time; it goes on after a failure, so that
 * one run shows all, and ends with a table of what was good. With `--no-tests`, without those that tests run too; with
 * `--in-turn`, one at a time, for who has something else to do beside it.
 */
import { spawn } from 'node:child_process';
import { root } from './build.mjs';

const jest = ['node_modules/jest/bin/jest.js', '--ci', '--selectProjects'];
const STEPS = [
  { name: 'lint', args: ['node_modules/eslint/bin/eslint.js', '.'] },
  { name: 'format', args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'] },
  {
    name: 'types',
    args: ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.check.json', '--noEmit', '--incremental', 'false'],
  },
  { name: 'generated files', args: ['--import', './test/support/register-ts.mjs', 'scripts/docs.mjs', '--check'] },
  { name: 'rules of the house', args: [...jest, 'small', '--testPathPatterns', 'test/architecture'], isTest: true },
  { name: 'database and entities', args: [...jest, 'db', '--testPathPatterns', 'test/db/drift'], isTest: true },
];

const steps = STEPS.filter(({ isTest }) => isTest !== true || !process.argv.includes('--no-tests'));
const waiting = [...steps];
const outcomes = new Map();

await Promise.all(process.argv.includes('--in-turn') ? [lane()] : [lane(), lane()]);
console.log('');
for (const { name } of steps) {
  const { good, seconds } = outcomes.get(name);
  console.log(`${good ? 'good    ' : 'NOT GOOD'}  ${name} (${seconds} s)`);
}
process.exitCode = [...outcomes.values()].every(({ good }) => good) ? 0 : 1;

async function lane() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift())
    outcomes.set(step.name, await take(step));
}

/** What it says is shown when it is done, so that two do not speak at once. */
function take({ name, args }) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    child.stdout.on('data', (data) => said.push(data));
    child.stderr.on('data', (data) => said.push(data));
    child.once('error', (error) => said.push(Buffer.from(`${error.message}\n`)));
    child.once('close', (status) => {
      console.log(`\n--- ${name} ---`);
      process.stdout.write(Buffer.concat(said));
      resolve({ good: status === 0, seconds: ((Date.now() - started) / 1000).toFixed(1) });
    });
  });
}
