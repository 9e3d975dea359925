/**
 * Runs the PostgreSQL of this machine's packages on data that is thrown away, to test with another version than the one
 * that Granary brings along.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = '/usr/lib/postgresql';

/** The oldest version that is installed, such as `15`; nothing when there is none. */
export function packagedVersion() {
  if (!existsSync(PACKAGES)) return undefined;
  const versions = readdirSync(PACKAGES).filter((name) => existsSync(join(PACKAGES, name, 'bin', 'initdb')));
  return versions.sort((a, b) => Number(a) - Number(b))[0];
}

/** Gives `{ url, stop }`, where `url` is the superuser's; `stop` leaves nothing behind. */
export async function startPackaged(version) {
  const folder = mkdtempSync(join(tmpdir(), 'granary-packaged-'));
  const user = serverUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  const data = join(folder, 'data');
  const bin = (name) => join(PACKAGES, version, 'bin', name);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200`;
  const stop = () => {
    spawnSync(bin('pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], { cwd: folder, ...user });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run(bin('initdb'), ['-D', data, '--encoding=UTF8', '--locale=C', '-A', 'trust', '-U', 'postgres'], folder, user);
    run(bin('pg_ctl'), ['-D', data, '-w', '-o', settings, '-l', join(folder, 'log'), 'start'], folder, user);
  } catch (error) {
    stop();
    throw error;
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

function run(program, args, cwd, user) {
  const { status, stderr, error } = spawnSync(program, args, { cwd, ...user, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? String(stderr)}`);
}

/** PostgreSQL refuses to run as root; its package makes a user for it. */
function serverUser() {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
