/** Supervisor: runs the server process of the embedded PostgreSQL, ends it with ours, and clears what one left behind. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedHome, EmbeddedError } from './embedded-home.js';
import { identityOf } from './embedded-hold.js';

export interface SupervisorOptions {
  readonly log: (sentence: string) => void;
  readonly durable?: boolean;
}

/**
 * Stands between this process and the server. File 3 is a pipe whose other end only this process holds: its end means
 * that this process is gone, and the server is asked to stop at once. `read` is built into the shell, so no helper
 * process outlives the server.
 */
const GUARD = `"$@" </dev/null 3<&- & server=$!
(read -r gone <&3; kill -INT $server) 2>/dev/null & watch=$!
trap 'kill -INT $server' INT TERM
exec 3<&-
wait $server; status=$?
while kill -0 $server 2>/dev/null; do wait $server; status=$?; done
kill $watch 2>/dev/null
exit $status`;

const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 30_000;
/** More restarts than this within an hour mean that starting again does not help. */
const RESTARTS_AT_MOST = 5;
const HOUR_MS = 3_600_000;

/** Runs the server process and brings it back when it dies while it should be running. */
export class Supervisor {
  port = 0;
  private child: ChildProcess | undefined;
  private stopping = false;
  private restartedAt: number[] = [];
  private restarting: Promise<void> | undefined;

  constructor(
    private readonly home: EmbeddedHome,
    private readonly options: SupervisorOptions,
  ) {}

  /** Retries while what an earlier server held - its port, its lock file, its shared memory - is being freed. */
  async start(): Promise<void> {
    const until = Date.now() + START_PATIENCE_MS;
    for (;;) {
      if (this.port === 0) this.port = await freePort();
      const trouble = await this.launch();
      if (trouble === undefined) return;
      const passing = /postmaster\.pid|lock file|shared memory block/.test(trouble);
      const portTaken = /could not bind|Address already in use|could not create any TCP/.test(trouble);
      if (portTaken) this.port = 0;
      if (!(passing || portTaken) || Date.now() > until || this.stopping) {
        throw new EmbeddedError(`The embedded PostgreSQL did not start. It said:\n${trouble}`);
      }
      await sleep(250);
      if (passing) await clearOrphan(this.home, this.options.log);
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.restarting?.catch(() => undefined);
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    endGuard(child);
    const patience = new AbortController();
    const hurry = sleep(STOP_PATIENCE_MS, undefined, { signal: patience.signal }).then(
      () => {
        const pid = serverPid(this.home.dataDir);
        if (pid !== undefined) signal(pid, 'SIGQUIT');
      },
      () => undefined,
    );
    await gone;
    patience.abort();
    await hurry;
  }

  /** Resolves with nothing when the server takes connections, or with what it said before it gave up. */
  private launch(): Promise<string | undefined> {
    const { home } = this;
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'timezone=UTC',
      'log_timezone=UTC',
      'log_min_messages=log',
      'log_checkpoints=off',
      ...(this.options.durable === false ? ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'] : []),
    ].flatMap((setting) => ['-c', setting]);
    const server = [join(home.binDir, 'postgres'), '-D', home.dataDir, '-p', String(this.port), ...settings];
    const child = spawn('/bin/sh', ['-c', GUARD, 'granary-postgres-guard', ...server], {
      // A group of its own, so that Ctrl-C in a terminal reaches Granary, which drains before it stops the server.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      cwd: home.dataDir,
      env: serverEnvironment(),
      ...home.runAs,
    });
    this.child = child;
    // The pipe breaks when the guard ends first, which its exit tells already.
    (child.stdio[3] as Writable).on('error', () => undefined);

    return new Promise((resolve) => {
      const said: string[] = [];
      let ready = false;
      let rest = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          said.push(line);
          if (said.length > 20) said.shift();
          if (ready && /\b(FATAL|PANIC):/.test(line)) this.options.log(`The database said: ${line}`);
          if (line.includes('ready to accept connections')) {
            ready = true;
            resolve(undefined);
          }
        }
      });
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, killed) => {
        endGuard(child);
        if (!ready) resolve([...said, rest, `(ended with ${killed ?? code})`].filter((line) => line !== '').join('\n'));
        else if (!this.stopping) this.restarting = this.restart();
      });
    });
  }

  private async restart(): Promise<void> {
    this.restartedAt = [...this.restartedAt.filter((at) => at > Date.now() - HOUR_MS), Date.now()];
    if (this.restartedAt.length > RESTARTS_AT_MOST) {
      this.options.log('The database stopped once more and is not started again; see what the machine says about it.');
      return;
    }
    this.options.log('The database stopped unexpectedly and is being started again.');
    try {
      // The same port, because pools all over this and other processes keep connecting to it.
      await this.start();
      this.options.log('The database is back.');
    } catch (error) {
      this.options.log(error instanceof Error ? error.message : String(error));
    }
  }
}

function endGuard(child: ChildProcess): void {
  (child.stdio[3] as Writable).destroy();
}

export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The process that the server's own lock file names, if there is one. */
function serverPid(dataDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * We hold the installation, so a server that still runs on its data has lost its Granary and is stopped; a lock file
 * whose process is dead, or by now some other program, is removed.
 */
export async function clearOrphan(home: EmbeddedHome, log: (sentence: string) => void): Promise<void> {
  const pid = serverPid(home.dataDir);
  if (pid === undefined) return;
  if (runsServerOn(pid, home.dataDir)) {
    log('A database server was left over from an earlier start and is being stopped.');
    signal(pid, 'SIGINT');
    const until = Date.now() + STOP_PATIENCE_MS;
    while (runsServerOn(pid, home.dataDir)) {
      if (Date.now() > until) signal(pid, 'SIGQUIT');
      if (Date.now() > until + 5_000) {
        throw new EmbeddedError(`A database server left over from an earlier start (process ${pid}) does not stop.`);
      }
      await sleep(50);
    }
    return;
  }
  rmSync(join(home.dataDir, 'postmaster.pid'), { force: true });
}

function runsServerOn(pid: number, dataDir: string): boolean {
  if (identityOf(pid) === undefined) return false;
  try {
    const command = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && command.includes(dataDir);
  } catch {
    return commandLine(pid).includes(dataDir);
  }
}

/** Where `ps` is not installed, as in slim containers. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already, which is what was wanted.
  }
}
