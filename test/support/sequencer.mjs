/**
 * The order of the files: the longest first, so that no worker is left alone with one at the end. A fresh clone has no
 * record of an earlier run, so the long ones are named here, and the others come by their size. (jest asks for a default
 * export here.)
 */
import { statSync } from 'node:fs';

/** All that take a minute or about that, the longest first; `npm test` says what each file took. */
const LONG = [
  'faults/letters',
  'browser/pages-of-every-role-1',
  'browser/pages-of-every-role-2',
  'browser/from-fund-to-rfi',
  'http/application-deadline',
  'http/leaks',
  'http/route-matrix',
  'faults/embedded',
];

export default class LongestFirst {
  sort(tests) {
    const placed = [...tests].map((test) => {
      const at = LONG.findIndex((name) => test.path.endsWith(`/test/${name}.spec.ts`));
      return { test, place: at < 0 ? LONG.length : at, size: statSync(test.path).size };
    });
    placed.sort((one, other) => one.place - other.place || other.size - one.size);
    return placed.map(({ test }) => test);
  }

  /** jest would keep the times of this run for the next; the order is the same everywhere. */
  cacheResults() {}
}
