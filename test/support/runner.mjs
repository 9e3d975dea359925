/**
 * The runner of our specs: each worker is a plain Node process that keeps what it has loaded for the next file. jest's
 * own gives every file a machine of its own, and loads the whole application into each. (jest asks for a default
 * export here.)
 */
import { createRunner } from 'jest-light-runner';

export default class Runner extends createRunner({ runtime: 'child_process' }) {
  constructor(...parts) {
    super(...parts);
    // Also when one worker is asked for: a spec is never run in the process that counts the results.
    this._runtime = 'child_process';
  }
}
