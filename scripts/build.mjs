/**
 * `npm run build`: compiles src and migrations to dist, puts what runs together in dist/run and makes dist/assets, when a
 * source changed since the last time. `--force` does it anyway. Two builds at once wait for each other.
 */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampFile = join(dist, '.built');
const lockFile = join(dist, '.building');
const assets = join(root, 'scripts', 'assets.mjs');

/** Everything that what lies in dist is made from. */
const SOURCES = ['src', 'migrations', 'templates', 'scripts', 'tsconfig.json', 'package-lock.json'];

/** Builds when something changed; throws when the compiler or the assets complain. */
export async function build({ force = false, say = console.log } = {}) {
  if (!force && isFresh()) return;
  mkdirSync(dist, { recursive: true });
  await takeLock(say);
  try {
    // Somebody else may have built while we waited.
    if (!force && isFresh()) return;
    const fingerprint = fingerprintOfSources();
    rmSync(stampFile, { force: true });
    const started = Date.now();
    say('Building Granary ...');
    run(join(root, 'node_modules', 'typescript7', 'bin', 'tsc'), ['-p', join(root, 'tsconfig.json')]);
    for (const folder of ['src', 'migrations']) removeOrphans(join(dist, folder), join(root, folder));
    // Only here: where the program came built, the bundler need not be installed.
    const { bundle } = await import('./bundle.mjs');
    await bundle(dist);
    if (existsSync(assets)) run(assets, []);
    writeFileSync(stampFile, fingerprint);
    say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function isFresh() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprintOfSources();
}

/** Names, sizes and times rather than times alone: a file that was removed or checked out older counts as a change. */
function fingerprintOfSources() {
  const hash = createHash('sha256').update(process.version);
  for (const source of SOURCES) {
    for (const file of filesUnder(join(root, source))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** What a removed source left in dist would still be found there: a migration would even run. */
function removeOrphans(made, sources) {
  for (const file of filesUnder(made)) {
    const source = join(sources, file.slice(made.length).replace(/\.js(\.map)?$/, '.ts'));
    if (!existsSync(source)) rmSync(file);
  }
}

function run(program, args) {
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0)
    throw new BuildError(`The build failed: see above what ${program.split('/').slice(-2).join('/')} says.`);
}

export class BuildError extends Error {}

async function takeLock(say) {
  for (let told = false; ;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isHeld()) {
      rmSync(lockFile, { force: true });
      continue;
    }
    if (!told) say('Waiting for another build ...');
    told = true;
    await sleep(200);
  }
}

/** A lock that is still empty is being written; one whose process is gone was left by a build that was killed. */
function isHeld() {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    if (pid === 0) return Date.now() - statSync(lockFile).mtimeMs < 5_000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await build({ force: process.argv.includes('--force') });
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
