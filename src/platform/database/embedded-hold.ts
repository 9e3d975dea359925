/**
 * takeHold: at most one process at a time runs the server of an installation.
 *
 * A file names the process that does. It counts only while that very process lives: a process number that was given to
 * another program since, after a crash or a reboot, holds nothing.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export interface Holder {
  readonly pid: number;
  /** Tells this process from every other that had or will have its number. */
  readonly identity: string;
  /** The port of the server, once it runs. */
  readonly port?: number;
}

export interface Hold {
  note(more: { readonly port: number }): void;
  release(): void;
}

export function takeHold(file: string, refusal: (holder: Holder) => Error): Hold {
  const mine: Holder = { pid: process.pid, identity: identityOf(process.pid) ?? '' };
  for (;;) {
    const draft = written(file, mine);
    try {
      linkSync(draft, file);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    const holder = readHolder(file);
    if (holder !== undefined && isAlive(holder)) throw refusal(holder);
    setAside(file, holder);
  }
  return {
    note: (more) => renameSync(written(file, { ...mine, ...more }), file),
    release: () => rmSync(file, { force: true }),
  };
}

export function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

export function isAlive(holder: Holder): boolean {
  return identityOf(holder.pid) === holder.identity;
}

/** What only the process that has this number now has, or undefined when none has it or it is dead but not yet buried. */
export function identityOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      // After the program's name, which may itself hold spaces and parentheses: state, ..., 20th the start in ticks.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  try {
    const [state, ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return state === undefined || state === '' || state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

/** Of two processes that find the same dead holder, the slower may have taken the faster one's file: it puts it back. */
function setAside(file: string, dead: Holder | undefined): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = readHolder(aside);
  if (taken !== undefined && isAlive(taken) && taken.identity !== dead?.identity) {
    renameSync(aside, file);
    return;
  }
  rmSync(aside, { force: true });
}

function written(file: string, holder: Holder): string {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${JSON.stringify(holder)}\n`, { mode: 0o600, flag: 'wx' });
  return draft;
}
