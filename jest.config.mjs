// One configuration, one project per size of test; `scripts/test.mjs` runs them in order.
const common = {
  testEnvironment: '<rootDir>/test/support/environment.cjs',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^(cookie|content-disposition)$': '<rootDir>/test/support/esm/$1.cjs',
  },
  setupFiles: ['reflect-metadata'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
};
const withDatabase = {
  ...common,
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};
const size = (displayName, folder, base) => ({ ...base, displayName, testRegex: `test/${folder}/.*\\.spec\\.ts$` });

export default {
  maxWorkers: 2,
  // Generous, because the machines are shared and a slow minute is no defect; nothing waits for it when all is well.
  testTimeout: 60_000,
  projects: [
    { ...common, displayName: 'small', testRegex: '(src|test/architecture)/.*\\.spec\\.ts$' },
    size('db', 'db', withDatabase),
    size('http', 'http', withDatabase),
    size('browser', 'browser', withDatabase),
    size('faults', 'faults', withDatabase),
  ],
};
