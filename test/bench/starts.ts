/** The built program: from its start on existing data until it answers, and its memory after many pages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../src/platform/config/root.js';
import { median, millisecondsOf, ms, say, type Sizes, tell } from './measure.js';

const PASSPHRASE = 'orchard lantern copper rain';
const PAGES = ['/', '/funding', '/me', '/organizations', '/funds', '/reports/budget', '/awards', '/sign-in'];
const AIM_MEGABYTES = 250;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: readonly string[];
}

export async function benchStarts(sizes: Sizes): Promise<void> {
  const main = join(projectRoot(), 'dist', 'run', 'main.js');
  if (!existsSync(main)) return say('Start and memory: left out, the program is not built here.');
  const dataDir = mkdtempSync(join(tmpdir(), 'granary-bench-'));
  // The database's own user must be able to pass through.
  chmodSync(dataDir, 0o755);
  let running: Running | undefined;
  try {
    const first = await millisecondsOf(async () => (running = await start(main, dataDir)));
    say(`first start, with the demo program made: ${ms(first)}`);
    const restarts: number[] = [];
    for (let run = 0; run < Math.min(5, sizes.runs); run += 1) {
      await stop(running as Running | undefined);
      restarts.push(await millisecondsOf(async () => (running = await start(main, dataDir))));
    }
    const time = median(restarts);
    tell({
      what: 'Start on existing data, until it answers',
      ...{ ours: ms(time), baseline: '3,000 ms', ratio: `${(time / 3000).toFixed(2)}x`, aim: 'under 3 s' },
    });
    if (running !== undefined) await memory(running, sizes.pages);
  } finally {
    await stop(running);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function memory({ child, url, lines }: Running, pages: number): Promise<void> {
  const [address] = lines.flatMap((line) => /^\s+(\S+@\S+?)[,\s]*$/.exec(line.split(' - ')[0] ?? '')?.[1] ?? []);
  const cookie = await signIn(url, address ?? 'administrator@localhost');
  const before = megabytes(child);
  let failed = 0;
  for (let page = 0; page < pages; page += 1) {
    const answer = await fetch(url + (PAGES[page % PAGES.length] ?? '/'), { headers: { cookie }, redirect: 'manual' });
    await answer.arrayBuffer();
    if (answer.status >= 500) failed += 1;
  }
  if (failed > 0) say(`${failed} of ${pages} pages failed`);
  const after = megabytes(child);
  tell({
    what: `Memory of the web process after ${pages.toLocaleString('en-US')} pages`,
    ...{ ours: `${after.toFixed(0)} MB`, baseline: `${before.toFixed(0)} MB, itself before them` },
    ...{ ratio: `${(after / before).toFixed(2)}x`, aim: `under ${AIM_MEGABYTES} MB` },
  });
}

async function signIn(url: string, email: string): Promise<string> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password: PASSPHRASE }),
  });
  if (!answer.ok) throw new Error(`Signing in as ${email} answered ${answer.status}: ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
}

/** Resident memory, as the system counts it. */
function megabytes({ pid }: ChildProcess): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

async function start(main: string, dataDir: string): Promise<Running> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      ...{ DATA_DIR: dataDir, PORT: String(port), PUBLIC_URL: url, LOG_LEVEL: 'error' },
      ...{ GRANARY_DEMO: 'yes', DEMO_PASSPHRASE: PASSPHRASE },
    },
  });
  const lines: string[] = [];
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`Granary ended with ${code}: ${complaints.slice(-2000)}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      lines.push(line);
      if (line.startsWith('Granary is ready')) resolve();
    });
  });
  const ready = await fetch(`${url}/ready`);
  if (!ready.ok) throw new Error(`It is not ready: ${ready.status}`);
  return { child, url, lines };
}

async function stop(running: Running | undefined): Promise<void> {
  if (running === undefined || running.child.exitCode !== null) return;
  const gone = once(running.child, 'exit');
  running.child.kill('SIGTERM');
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
