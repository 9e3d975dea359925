/** The embedded PostgreSQL under deaths of every kind, each server in a folder of its own and run by a process of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { EmbeddedError, findRunningEmbedded, startEmbedded } from '../../src/platform/database/embedded.js';
import { until } from '../support/until.js';

jest.setTimeout(60_000);

const support = join(import.meta.dirname, '../support');
const asRoot = process.getuid?.() === 0;
const folders: string[] = [];
const children: ChildProcess[] = [];

function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  // What a failed test left running would fail those after it.
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  }
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Host {
  readonly child: ChildProcess;
  readonly appUrl: string;
  readonly ownerUrl: string;
  readonly said: string[];
}

/** A process that starts the server as Granary does, and lives until it is told or killed. */
async function startHost(stateDir: string, user: { uid?: number; gid?: number } = {}): Promise<Host> {
  const child = spawn(
    process.execPath,
    ['--import', join(support, 'register-ts.mjs'), join(support, 'embedded-host.ts'), stateDir],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' }, ...user },
  );
  children.push(child);
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The host ended with ${code}: ${said.join(' ')}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('READY '))
        resolve({ child, said, ...(JSON.parse(line.slice(6)) as Omit<Host, 'child' | 'said'>) });
      else said.push(line);
    });
  });
}

async function kill(host: Host, signal: NodeJS.Signals): Promise<void> {
  const gone = once(host.child, 'exit');
  host.child.kill(signal);
  await gone;
}

function serverPid(stateDir: string): number {
  return Number(readFileSync(join(stateDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
}

function serversOn(stateDir: string): number {
  const all = execFileSync('ps', ['-eww', '-o', 'stat=,args='], { encoding: 'utf8' });
  return all
    .split('\n')
    .filter((line) => !line.startsWith('Z') && line.includes('postgres') && line.includes(` ${stateDir}/`)).length;
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

describe('the embedded server', () => {
  // One folder for the whole story, with a space, because each death must leave data that the next start takes.
  let stateDir: string;
  beforeAll(() => {
    stateDir = join(newFolder('granary faults '), 'a folder', 'var');
  });

  it('starts in a path with a space, closed to others, with two logins of unlike power', async () => {
    const host = await startHost(stateDir);
    expect(await ask(host.ownerUrl, 'select current_user')).toEqual(['granary_owner']);
    expect(await ask(host.appUrl, 'select current_user')).toEqual(['granary_app']);
    expect(
      await ask(
        host.appUrl,
        "select datlocprovider::text || ' ' || datlocale from pg_database where datname = 'granary'",
      ),
    ).toEqual(['b C.UTF-8']);
    expect(
      await ask(host.ownerUrl, "select count(*)::int from pg_roles where rolname like 'granary%' and rolsuper"),
    ).toEqual([0]);
    await ask(host.ownerUrl, 'create table kept (word text)');
    await expect(ask(host.appUrl, 'create table refused ()')).rejects.toThrow(/permission denied/);
    await expect(ask(host.appUrl.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);
    expect(statSync(join(stateDir, 'postgres')).mode & 0o777).toBe(0o700);
    expect(statSync(join(stateDir, 'postgres/passwords.json')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(stateDir, 'postgres/initial-password'))).toBe(false);

    await kill(host, 'SIGTERM');
    expect(serversOn(stateDir)).toBe(0);
    expect(existsSync(join(stateDir, 'postgres/data/postmaster.pid'))).toBe(false);
    expect(existsSync(join(stateDir, 'postgres/running.json'))).toBe(false);
  });

  it('refuses a second start on the same data with a clear sentence, and tells others where it runs', async () => {
    const host = await startHost(stateDir);
    const second = startEmbedded({ stateDir, log: () => undefined });
    await expect(second).rejects.toThrow(EmbeddedError);
    await expect(second).rejects.toThrow(new RegExp(`already runs on the data in .* \\(process ${host.child.pid}\\)`));
    expect(await ask(host.appUrl, 'select 1')).toEqual([1]);
    expect(findRunningEmbedded(stateDir)?.ownerUrl).toBe(host.ownerUrl);
    await kill(host, 'SIGTERM');
    expect(findRunningEmbedded(stateDir)).toBeUndefined();
  });

  it('is gone soon after its process was killed hard, and starts again with everything committed', async () => {
    const host = await startHost(stateDir);
    await ask(host.ownerUrl, "insert into kept values ('before the kill')");
    await kill(host, 'SIGKILL');
    await until(() => serversOn(stateDir) === 0);

    const again = await startHost(stateDir);
    expect(await ask(again.ownerUrl, 'select word from kept')).toEqual(['before the kill']);
    await kill(again, 'SIGTERM');
  });

  it('starts again at once, while the killed one still stops', async () => {
    const host = await startHost(stateDir);
    await kill(host, 'SIGKILL');
    const again = await startHost(stateDir);
    expect(await ask(again.ownerUrl, 'select word from kept')).toEqual(['before the kill']);
    await kill(again, 'SIGTERM');
  });

  it('comes back by itself on the same address when the server is killed hard', async () => {
    const host = await startHost(stateDir);
    await ask(host.ownerUrl, "insert into kept values ('before the crash')");
    const pid = serverPid(stateDir);
    process.kill(pid, 'SIGKILL');
    await until(async () => {
      const words = await ask(host.ownerUrl, 'select word from kept order by word').catch(() => []);
      return words.length === 2 && serverPid(stateDir) !== pid;
    });
    await until(() => host.said.includes('The database is back.'));
    await kill(host, 'SIGTERM');
    expect(serversOn(stateDir)).toBe(0);
  });

  it('stops a server whose process and guard were both killed, and takes over its data', async () => {
    const host = await startHost(stateDir);
    const guard = execFileSync('ps', ['-eww', '-o', 'pid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('granary-postgres-guard') && line.includes(stateDir))
      .map((line) => parseInt(line, 10));
    expect(guard.length).toBeGreaterThan(0);
    for (const pid of guard) process.kill(pid, 'SIGSTOP');
    await kill(host, 'SIGKILL');
    for (const pid of guard) process.kill(pid, 'SIGKILL');
    const orphan = serverPid(stateDir);
    expect(serversOn(stateDir)).toBeGreaterThan(0);

    const again = await startHost(stateDir);
    expect(again.said).toContain('A database server was left over from an earlier start and is being stopped.');
    expect(serverPid(stateDir)).not.toBe(orphan);
    expect(await ask(again.ownerUrl, 'select count(*)::int from kept')).toEqual([2]);
    await kill(again, 'SIGTERM');
  });

  it('takes no notice of a lock file whose process number another program has by now', async () => {
    writeFileSync(join(stateDir, 'postgres/data/postmaster.pid'), `${process.pid}\n`);
    writeFileSync(
      join(stateDir, 'postgres/running.json'),
      JSON.stringify({ pid: process.pid, identity: 'an earlier one', port: 1 }),
    );
    const host = await startHost(stateDir);
    await kill(host, 'SIGTERM');
  });

  it('begins anew where the very first start was interrupted', async () => {
    const fresh = join(newFolder('granary-faults-'), 'var');
    mkdirSync(join(fresh, 'postgres/data.new'), { recursive: true });
    writeFileSync(join(fresh, 'postgres/data.new/PG_VERSION'), '18\n');
    const host = await startHost(fresh);
    await kill(host, 'SIGTERM');
    expect(readdirSync(join(fresh, 'postgres')).sort()).toEqual(['data', 'passwords.json']);
  });

  it.each([
    ['17', /written by PostgreSQL 17, and this release brings 18\..*npm run backup.*npm run restore/],
    ['19', /written by PostgreSQL 19, which is newer/],
  ])('refuses data of PostgreSQL %s, and names the way on', async (version, sentence) => {
    const file = join(stateDir, 'postgres/data/PG_VERSION');
    const own = readFileSync(file, 'utf8');
    writeFileSync(file, `${version}\n`);
    try {
      await expect(startEmbedded({ stateDir, log: () => undefined })).rejects.toThrow(sentence);
    } finally {
      writeFileSync(file, own);
    }
    const host = await startHost(stateDir);
    await kill(host, 'SIGTERM');
  });

  it('in a closed folder, keeps its data where the user of the server reaches', async () => {
    const closed = newFolder('granary-faults-closed-');
    chmodSync(closed, 0o700);
    const stateDir = join(closed, 'var');
    const host = await startHost(stateDir);
    // Only root runs the server as somebody else, who cannot pass; anybody else's server has its own user's way in.
    const far = /keeps its data in (\/var\/lib\/granary-[0-9a-f]{12}), because/.exec(host.said.join('\n'))?.[1];
    expect(far !== undefined).toBe(asRoot);
    try {
      expect(await ask(host.appUrl, 'select 1')).toEqual([1]);
      expect(existsSync(join(far ?? stateDir, 'postgres/data/PG_VERSION'))).toBe(true);
      await kill(host, 'SIGTERM');
      const again = await startHost(stateDir);
      expect(again.said).toEqual([]);
      await kill(again, 'SIGTERM');
    } finally {
      if (far !== undefined) rmSync(far, { recursive: true, force: true });
    }
  });

  it('runs as the plain user who starts it, and as that user too when root starts it later', async () => {
    const folder = newFolder('granary-faults-');
    const user = asRoot ? { uid: 65_534, gid: 65_534 } : {};
    if (asRoot) chownSync(folder, 65_534, 65_534);
    const stateDir = join(folder, 'var');
    for (const starter of [user, {}]) {
      const host = await startHost(stateDir, starter);
      expect(await ask(host.appUrl, 'select 1')).toEqual([1]);
      const { uid } = statSync(join(stateDir, 'postgres/data/postmaster.pid'));
      expect(uid).toBe(user.uid ?? process.getuid?.());
      await kill(host, 'SIGTERM');
    }
  });
});
