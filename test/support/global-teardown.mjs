/** What jest runs after everything: stops the server of the run and removes its folder. (A default export is asked.) */
export default async function globalTeardown() {
  const server = globalThis.granaryTestServer;
  globalThis.granaryTestServer = undefined;
  await server?.stop();
}
