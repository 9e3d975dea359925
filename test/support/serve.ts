/** Keeps one test server until its input ends, and says where it is: `npm test` runs all sizes of tests on it. */
import { startTestServer } from './test-server.js';

const server = await startTestServer({ durable: false });
const { TEST_ADMIN_URL, TEST_OWNER_URL, TEST_APP_URL } = process.env;
process.stdout.write(`${JSON.stringify({ TEST_ADMIN_URL, TEST_OWNER_URL, TEST_APP_URL })}\n`);
// When the one who asked for it is gone, however it went, so is the server.
process.stdin.resume().once('end', () => void server.stop().then(() => process.exit(0)));
