/** A clamd of its own for tests: Debian's real one, that knows one harmless signature of ours. And servers that misbehave. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const CLAMD = '/usr/sbin/clamd';
/** What the signature is of; it harms nothing. */
export const HARMLESS_MARK = 'granary-test-of-the-virus-scanner';
export const FINDING = 'Granary.Test.Harmless.UNOFFICIAL';

export interface Clamd {
  /** The path of its socket. */
  readonly socket: string;
  start(): Promise<void>;
  /** Ends it; its socket is then refused. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the real one. `streamMegabytes` is the longest file it looks at. */
export async function startClamd(streamMegabytes = 25): Promise<Clamd> {
  if (!existsSync(CLAMD)) throw new Error(`These tests need ${CLAMD}: install clamav-daemon, as npm test does.`);
  const folder = mkdtempSync(join(tmpdir(), 'granary-clamd-'));
  const socket = join(folder, 'clamd.sock');
  mkdirSync(join(folder, 'db'));
  const signature = `Granary.Test.Harmless:0:*:${Buffer.from(HARMLESS_MARK).toString('hex')}\n`;
  writeFileSync(join(folder, 'db', 'granary.ndb'), signature);
  const settings = `LocalSocket ${socket}\nDatabaseDirectory ${join(folder, 'db')}\nForeground yes\n`;
  writeFileSync(
    join(folder, 'clamd.conf'),
    `${settings}StreamMaxLength ${streamMegabytes}M\nTemporaryDirectory ${folder}\n`,
  );
  let running: ChildProcess | undefined;
  const clamd: Clamd = {
    socket,
    start: async () => {
      running = spawn(CLAMD, ['-c', join(folder, 'clamd.conf')], { stdio: 'ignore' });
      for (let tries = 0; !existsSync(socket); tries += 1) {
        if (tries > 600 || running.exitCode !== null) throw new Error('clamd did not start');
        await pause(100);
      }
    },
    stop: async () => {
      const ended = running;
      running = undefined;
      if (ended === undefined || ended.exitCode !== null) return;
      const exit = new Promise((resolve) => ended.once('exit', resolve));
      ended.kill('SIGKILL');
      await exit;
      rmSync(socket, { force: true });
    },
    close: async () => {
      await clamd.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await clamd.start();
  return clamd;
}

/** A server in the place of clamd that does what it likes with each connection. */
export async function fakeClamd(meet: (socket: Socket) => void): Promise<{ socket: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'granary-fake-'));
  const path = join(folder, 'clamd.sock');
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    meet(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    socket: path,
    close: async () => {
      for (const each of open) each.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
