/**
 * What jest runs before everything: one embedded server with a migrated template, for all projects of the run.
 *
 * jest loads this file outside its module system, so the TypeScript that it needs comes through a loader of ours.
 * (jest asks for a default export here.)
 */
import { createRequire } from 'node:module';
import type { TestServer } from './test-server.js';

interface Project {
  readonly displayName?: { readonly name: string };
}

interface Loader {
  importTypeScript(url: string): Promise<typeof import('./test-server.js')>;
}

export default async function globalSetup(_: unknown, project: Project): Promise<void> {
  // Several projects share one server, however often jest calls this.
  const shared = globalThis as { granaryTestServer?: TestServer };
  if (shared.granaryTestServer !== undefined) return;
  const loader = createRequire(import.meta.url)('./import-ts.mjs') as Loader;
  const { startTestServer } = await loader.importTypeScript(new URL('./test-server.ts', import.meta.url).href);
  // Fault tests kill things and count what survived, so their server keeps the promises of a real one.
  shared.granaryTestServer = await startTestServer({ durable: project.displayName?.name === 'faults' });
}
