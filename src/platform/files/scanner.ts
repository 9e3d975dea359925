/**
 * FileScanner: looks a file through for viruses. ClamAV is one, asked over its socket: its INSTREAM command takes the
 * bytes, each piece behind its length, and answers in one line.
 */
import { createConnection, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Verdict {
  /** What was found, by the scanner's own name for it; nothing when the file is clean. */
  readonly finding?: string;
  /** Which scanner, with its version and that of its signatures. */
  readonly by: string;
}

export abstract class FileScanner {
  /** Throws `ScannerUnavailable` when there is no answer, which says nothing about the file. */
  abstract scan(pieces: AsyncIterable<Buffer>): Promise<Verdict>;

  /** What `by` of a verdict would say now; another one than before knows more. Throws `ScannerUnavailable`. */
  abstract version(): Promise<string>;
}

/** The scanner cannot be reached, broke off, or did not look at the file. */
export class ScannerUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`The virus scanner gave no verdict: ${reason}`, options);
    this.name = 'ScannerUnavailable';
  }
}

export interface ClamOptions {
  /** How long it may be silent before it is given up. */
  readonly patienceMilliseconds?: number;
}

type Address = { readonly path: string } | { readonly host: string; readonly port: number };

/** The path of a socket, or `host:port`; undefined when it is neither. */
export function clamAddress(text: string): Address | undefined {
  if (text.startsWith('/')) return { path: text };
  const [, bare, bracketed, digits] = /^(?:([A-Za-z0-9._-]+)|\[([0-9A-Fa-f:.]+)\]):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = bare ?? bracketed;
  return host !== undefined && port > 0 && port < 65_536 ? { host, port } : undefined;
}

const PATIENCE = 60_000;
const LONGEST_ANSWER = 4096;

export class ClamScanner extends FileScanner {
  private readonly address: Address;
  private readonly patience: number;

  constructor(address: string, options: ClamOptions = {}) {
    super();
    const read = clamAddress(address);
    if (read === undefined) throw new Error('CLAMAV_SOCKET is no path and no host:port');
    this.address = read;
    this.patience = options.patienceMilliseconds ?? PATIENCE;
  }

  override async scan(pieces: AsyncIterable<Buffer>): Promise<Verdict> {
    const answer = await this.ask('INSTREAM', pieces);
    const [, found] = /^stream: (?:OK|(.{1,200}) FOUND)$/.exec(answer) ?? [undefined, undefined];
    if (answer !== 'stream: OK' && found === undefined) throw new ScannerUnavailable(answer);
    const by = await this.version().catch(() => 'ClamAV');
    return { by, ...(found !== undefined && { finding: found }) };
  }

  override async version(): Promise<string> {
    return (await this.ask('VERSION')).slice(0, 200);
  }

  /** One command and its one line of answer. */
  private async ask(command: string, pieces?: AsyncIterable<Buffer>): Promise<string> {
    const socket = createConnection(this.address);
    socket.setTimeout(this.patience, () => socket.destroy(new Error('silent for too long')));
    const trouble: Trouble = { stop: () => void socket.destroy() };
    try {
      const answer = answerOf(socket);
      // What it answers counts even when it hung up on us while we still sent: it says why.
      const sent = pipeline(Readable.from(framed(`z${command}\0`, pieces, trouble)), socket, { end: false });
      const [line] = await Promise.allSettled([answer, sent]);
      if (trouble.reading !== undefined) throw trouble.reading;
      if (line.status === 'fulfilled') return line.value;
      throw new ScannerUnavailable((line.reason as Error).message, { cause: line.reason });
    } finally {
      socket.destroy();
    }
  }
}

/** Reading the file failed, which is not the scanner's fault. */
interface Trouble {
  readonly stop: () => void;
  reading?: Error;
}

/** The command, then each piece behind its length, then a length of nothing. */
async function* framed(
  command: string,
  pieces: AsyncIterable<Buffer> | undefined,
  trouble: Trouble,
): AsyncGenerator<Buffer> {
  yield Buffer.from(command);
  if (pieces === undefined) return;
  const source = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await source.next().catch((error: unknown) => {
        trouble.reading = error instanceof Error ? error : new Error(String(error));
        trouble.stop();
        throw error;
      });
      if (next.done === true) break;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(next.value.length);
      yield length;
      yield next.value;
    }
    yield Buffer.alloc(4);
  } finally {
    await source.return?.();
  }
}

/** What comes up to the first zero byte. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      text += piece;
      const end = text.indexOf('\0');
      if (end >= 0) resolve(text.slice(0, end).trim());
      else if (text.length > LONGEST_ANSWER) reject(new Error('an answer without an end'));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed without an answer')));
  });
}
