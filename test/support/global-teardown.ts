/** What jest runs after everything: stops the server of the run and removes its folder. (A default export is asked.) */
import type { TestServer } from './test-server.js';

export default async function globalTeardown(): Promise<void> {
  const shared = globalThis as { granaryTestServer?: TestServer };
  const server = shared.granaryTestServer;
  shared.granaryTestServer = undefined;
  await server?.stop();
}
