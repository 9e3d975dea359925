/** A process that runs the embedded server as Granary's own does; fault tests start it and kill it. */
import { startEmbedded } from '../../src/platform/database/embedded.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const server = await startEmbedded({ stateDir: process.argv[2] ?? '', log: say });
process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
say(`READY ${JSON.stringify({ appUrl: server.appUrl, ownerUrl: server.ownerUrl })}`);
