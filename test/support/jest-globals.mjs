/**
 * What `@jest/globals` gives to a spec that Node itself runs: jest's own functions, with the time limits that the runner
 * does not keep. What hangs fails with its name, instead of holding up the whole run.
 */

/**
 * Generous, because the machines are shared and slow minutes are no defect; nothing waits for it when all is well. A spec
 * may ask for more, and less is not kept.
 */
const LEAST_LIMIT_MS = 180_000;

const whole = globalThis;

/** What `jest.setTimeout` said, and for which file: all files of a worker share this module. */
const said = { path: undefined, limit: LEAST_LIMIT_MS };

const path = () => whole.expect.getState().testPath;

function limited(run, own) {
  if (typeof run !== 'function') return run;
  const most = Math.max(LEAST_LIMIT_MS, own ?? (said.path === path() ? said.limit : 0));
  return async () => {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`This took longer than ${most / 1000} s.`)), most);
    });
    try {
      return await Promise.race([run(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

const test = (declare) => (name, run, own) => declare(name, limited(run, own));
const each =
  (declare) =>
  (...table) =>
  (name, run, own) =>
    declare.each(...table)(name, (...values) => limited(() => run(...values), own)());
const hook = (declare) => (run, own) => declare(limited(run, own));

export const { describe, expect } = whole;
export const it = Object.assign(test(whole.it), {
  each: each(whole.it),
  skip: whole.it.skip,
  only: Object.assign(test(whole.it.only), { each: each(whole.it.only) }),
});
export const beforeAll = hook(whole.beforeAll);
export const afterAll = hook(whole.afterAll);
export const beforeEach = hook(whole.beforeEach);
export const afterEach = hook(whole.afterEach);
export const jest = {
  ...whole.jest,
  setTimeout(milliseconds) {
    Object.assign(said, { path: path(), limit: milliseconds });
  },
};
