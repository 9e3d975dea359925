/**
 * The runner of our specs: each worker is a plain Node process that keeps what it has loaded for the next file. jest's
 * own gives every file a machine of its own, and loads the whole application into each. (jest asks for a default
 * export here.)
 */
import { createRunner } from 'jest-light-runner';
import Tinypool from 'tinypool';

const ASKS = 'jest-light-runner-get-worker-data';
/** The projects of the configuration differ in their names and folders alone. */
const ALL = 'all';
const WORKER = new URL('worker-runner.js', import.meta.resolve('jest-light-runner')).href;

export default class Runner extends createRunner({ runtime: 'child_process' }) {
  constructor(...parts) {
    super(...parts);
    // Also when one worker is asked for: a spec is never run in the process that counts the results.
    this._runtime = 'child_process';
  }

  runTests(tests, ...rest) {
    this.files = tests.length;
    return super.runTests(tests, ...rest);
  }

  /** One set of workers for all sizes of tests: what they have loaded for one serves the next. */
  _runTest(test) {
    if (!this._testRunners.has(ALL)) this._testRunners.set(ALL, this.workersFor(test.context.config));
    return this._testRunners.get(ALL).run(test);
  }

  /**
   * The runner's own workers share one line for asking what to run with: who asks second may find it cut, and waits for
   * ever. Here each file has a line of its own.
   */
  workersFor(projectConfig) {
    const { _globalConfig: globalConfig, _runtime: runtime } = this;
    const workerData = { globalConfig, projectConfig, runtime };
    // For one file one process is started, not as many as might be.
    const workers = Math.min(globalConfig.maxWorkers, this.files);
    const pool = new Tinypool({
      filename: WORKER,
      runtime,
      minThreads: workers,
      maxThreads: workers,
      env: process.env,
      trackUnmanagedFds: false,
    });
    const run = ({ path }) => {
      let answer = () => undefined;
      const channel = {
        onMessage: (send) => (answer = send),
        postMessage: (said) => {
          if (said === ASKS) answer({ type: 'jest-light-runner-worker-data', workerData });
        },
      };
      return pool.run(path, { channel });
    };
    return { pool, run };
  }
}
