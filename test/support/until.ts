/** until: waits for what comes to be by itself. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A slow machine is no defect: nothing waits as long as that when all is well. */
const MOST_MS = 120_000;

export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + MOST_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('It did not come to be in time.');
    await sleep(20);
  }
}
