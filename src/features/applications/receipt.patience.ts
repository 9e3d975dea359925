/** What arrived in time waits for its turn, however many came in the last minute: it is not sent away to come back too late. */
import { AppError } from '../../kernel/errors.js';

/** Shorter than the server waits before it gives a request up. */
const PATIENCE_MILLISECONDS = 4 * 60_000;
const PAUSE_MILLISECONDS = 250;

/** Runs it again as long as no connection was free, and nothing of it was begun. */
export async function patiently<T>(run: () => Promise<T>, patience = PATIENCE_MILLISECONDS): Promise<T> {
  const begun = performance.now();
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const isBusy = error instanceof AppError && error.code === 'service.busy';
      if (!isBusy || performance.now() - begun > patience) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS * (1 + Math.random())));
    }
  }
}
