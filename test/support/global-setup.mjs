/**
 * What jest runs before everything: one embedded server with a migrated template, for all projects of the run; or the
 * one that `npm test` keeps for its whole run. (jest asks for a default export here.)
 */
import { startTestServer } from './test-server.ts';

export default async function globalSetup() {
  // Several projects share one server, however often jest calls this.
  if (globalThis.granaryTestServer !== undefined || process.env.TEST_ADMIN_URL !== undefined) return;
  globalThis.granaryTestServer = await startTestServer({ durable: false });
}
