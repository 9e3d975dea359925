// One configuration, one project per size of test; `scripts/test.mjs` runs them all at once.
import { register } from 'node:module';

// Node runs our TypeScript by a loader of ours: here for what runs before and after everything, and in each worker.
const loader = new URL('test/support/register-ts.mjs', import.meta.url).href;
register('./test/support/ts-loader.mjs', import.meta.url);
if (!process.env.NODE_OPTIONS?.includes(loader)) {
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --enable-source-maps --import=${loader}`.trim();
}

const common = {
  runner: '<rootDir>/test/support/runner.mjs',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  setupFiles: ['<rootDir>/test/support/set-up.mjs'],
  transform: {},
};
const withDatabase = {
  ...common,
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};
const size = (displayName, folder, base) => ({ ...base, displayName, testRegex: `test/${folder}/.*\\.spec\\.ts$` });

export default {
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/sequencer.mjs',
  projects: [
    { ...common, displayName: 'small', testRegex: '(src|test/architecture)/.*\\.spec\\.ts$' },
    size('db', 'db', withDatabase),
    size('http', 'http', withDatabase),
    size('browser', 'browser', withDatabase),
    size('faults', 'faults', withDatabase),
  ],
};
