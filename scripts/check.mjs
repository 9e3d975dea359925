/**
 * `npm run check`: everything about the sources that needs no browser and no journey - format, lint, types, the rules of
 * the house, generated files, and the database against the entities. It goes on after a failure, so that one run
 * shows all, and ends with a table of what was good.
 */
import { spawnSync } from 'node:child_process';
import { root } from './build.mjs';

const jest = ['node_modules/jest/bin/jest.js', '--ci', '--selectProjects'];
const STEPS = [
  { name: 'format', args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'] },
  { name: 'lint', args: ['node_modules/eslint/bin/eslint.js', '.'] },
  {
    name: 'types',
    args: ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.check.json', '--noEmit', '--incremental', 'false'],
  },
  { name: 'rules of the house', args: [...jest, 'small', '--testPathPatterns', 'test/architecture'] },
  { name: 'generated files', args: ['--import', './test/support/register-ts.mjs', 'scripts/docs.mjs', '--check'] },
  { name: 'database and entities', args: [...jest, 'db', '--testPathPatterns', 'test/db/drift'] },
];

const outcomes = STEPS.map(({ name, args }) => {
  console.log(`\n--- ${name} ---`);
  const started = Date.now();
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { name, good: status === 0, seconds: ((Date.now() - started) / 1000).toFixed(1) };
});

console.log('');
for (const { name, good, seconds } of outcomes) {
  console.log(`${good ? 'good    ' : 'NOT GOOD'}  ${name} (${seconds} s)`);
}
process.exitCode = outcomes.every(({ good }) => good) ? 0 : 1;
