/**
 * `npm test`: everything that a change must pass: the programs the tests need, the build, then two lanes beside each
 * other. One runs the specs of all sizes; the other, which gives way to it, what is no spec or needs another server. It
 * goes on after a failure, so that one run shows all, and ends with one line that counts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './build.mjs';
import { packagedVersion, startPackaged } from './debian-postgres.mjs';

/** What npm cannot bring: the program looked for and Debian's package that has it. */
const PROGRAMS = [
  // Either does; the one without a window needs less.
  { isThere: () => isThere('chromium') || isThere('chromium-headless-shell'), package: 'chromium-headless-shell' },
  { program: 'redis-server', package: 'redis-server' },
  { program: 'pdftotext', package: 'poppler-utils' },
  // Only the scanner: its signatures are made by the tests, none are fetched.
  { isThere: () => existsSync('/usr/sbin/clamd'), package: 'clamav-daemon' },
  { isThere: () => packagedVersion() !== undefined, package: 'postgresql' },
];

/** What lives by the database's own rules, and so is also run on the version that Debian brings. */
const ON_PACKAGED = 'test/db/(drift|ledger|funds|payments)\\.spec';

const MEASURES = ['letters', 'reports', 'homes'];

/** Whoever runs so speaks when it is done, and takes only what time of the processors the specs leave. */
const GIVES_WAY = { givesWay: true };

const troubles = [];
let passed = 0;
let failed = 0;

if (!(await installPrograms())) process.exit(1);
await step('build', () => run(process.execPath, [join('scripts', 'build.mjs')]));
// What is made once serves all sizes: its template, and the demonstration in another.
const server = await keepServer();
await Promise.all([specs(), besides()]);
await server.stop();

for (const trouble of troubles) console.log(trouble);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || troubles.length > 0 || passed === 0 ? 1 : 0;

/** In one run: no size waits for the last file of another, and the workers load Granary once. */
async function specs() {
  await step('tests', () => test([], { env: server.env }));
}

async function besides() {
  // What of them is a test is run among the tests.
  await step('checks', () =>
    run(process.execPath, [join('scripts', 'check.mjs'), '--no-tests', '--in-turn'], GIVES_WAY),
  );
  // Tiny: the ratios say nothing here, but that they still come does. Starting is left out, as it makes the demonstration.
  const measures = [join('scripts', 'bench.mjs'), '--smoke', ...MEASURES];
  await step('measures', () => run(process.execPath, measures, GIVES_WAY));
  await step(`tests: db, on PostgreSQL ${packagedVersion()}`, testOnPackaged);
}

async function step(name, work) {
  const started = Date.now();
  console.log(`\n=== ${name} ===`);
  const good = await work().catch((error) => {
    console.error(error);
    return false;
  });
  console.log(`=== ${name}: ${good ? 'good' : 'NOT GOOD'} after ${((Date.now() - started) / 1000).toFixed(1)} s ===`);
  if (!good) troubles.push(`Not good: ${name}.`);
}

function run(program, args, { env = {}, givesWay = false } = {}) {
  const said = [];
  return new Promise((resolve) => {
    const stdio = givesWay ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const child = spawn(program, args, { cwd: root, stdio, env: { ...process.env, ...env } });
    if (givesWay && child.pid !== undefined) setPriority(child.pid, 10);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => said.push(data));
    child.once('error', (error) => console.error(`${program} could not be run: ${error.message}`));
    child.once('close', (status) => {
      process.stdout.write(Buffer.concat(said));
      resolve(status === 0);
    });
  });
}

/** A test server in a process of its own, which ends with this one. */
async function keepServer() {
  const program = join('test', 'support', 'serve.ts');
  const loader = './test/support/register-ts.mjs';
  const child = spawn(process.execPath, ['--import', loader, program], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const failed = once(child, 'exit').then(() => Promise.reject(new Error('The test server did not start.')));
  const [line] = await Promise.race([once(child.stdout, 'data'), failed]);
  failed.catch(() => undefined);
  return {
    env: JSON.parse(String(line)),
    async stop() {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

async function testOnPackaged() {
  const { url, stop } = await startPackaged(packagedVersion());
  const args = ['--selectProjects', 'db', '--runInBand', '--testPathPatterns', ON_PACKAGED];
  try {
    return await test(args, { env: { TEST_SERVER_URL: url }, ...GIVES_WAY });
  } finally {
    stop();
  }
}

async function test(more, options) {
  const folder = mkdtempSync(join(tmpdir(), 'granary-results-'));
  const outputFile = join(folder, 'results.json');
  const args = ['--ci', '--passWithNoTests', '--json', `--outputFile=${outputFile}`, ...more];
  try {
    const good = await run(process.execPath, [join('node_modules', 'jest', 'bin', 'jest.js'), ...args], options);
    if (!existsSync(outputFile)) {
      // jest writes no results when it finds no test, and that alone is no failure.
      if (!good) failed += 1;
      return good;
    }
    const results = JSON.parse(readFileSync(outputFile, 'utf8'));
    passed += results.numPassedTests;
    // A file that could not even be loaded has no tests to count, and is one failure.
    failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
    const left = results.numPendingTests + results.numTodoTests;
    if (left > 0) console.log(`${left} tests were skipped, and a skipped test is not a passed one.`);
    return good && results.success && left === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function installPrograms() {
  const missing = PROGRAMS.filter((each) => !(each.isThere?.() ?? isThere(each.program))).map((row) => row.package);
  if (missing.length === 0) return true;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    console.error(
      `The tests need ${missing.join(', ')}: install them, on Debian with apt-get install ${missing.join(' ')}.`,
    );
    return false;
  }
  console.log(`Installing what the tests need: ${missing.join(', ')}`);
  const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
  const done =
    (await run('apt-get', ['update', '-q'], quiet)) &&
    (await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], quiet));
  if (!done) console.error(`The tests need ${missing.join(', ')}, and apt-get could not install them.`);
  return done;
}

function isThere(program) {
  return spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;
}
