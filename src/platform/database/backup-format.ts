/**
 * The archive of a backup, as bytes. Inside gzip: a line that names the format, then frames of one letter for the kind,
 * four bytes for the length, and the content: M manifest, T table, D data of that table, E its count and hash,
 * S sequences, Z the end.
 */
import { createHash } from 'node:crypto';

export interface BackedUpTable {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
  /** Of the table's data as COPY writes it, in the order of its primary key. */
  readonly sha256: string;
}

export interface BackupManifest {
  readonly appVersion: string;
  readonly postgresVersion: string;
  readonly takenAt: string;
  readonly migrations: readonly string[];
}

export interface BackupSummary extends BackupManifest {
  readonly tables: readonly BackedUpTable[];
}

/** Why a backup or a restore was not done; the message is a sentence for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

export const FORMAT = 'GRANARY BACKUP 1\n';
const FRAME_AT_MOST = 1 << 26;

/** Counts rows and hashes: in COPY's text every row ends with the only kind of line feed that is not escaped. */
export class Tally {
  private readonly hash = createHash('sha256');
  private rows = 0;

  take(data: Buffer): void {
    this.hash.update(data);
    for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) this.rows += 1;
  }

  result(): { rows: number; sha256: string } {
    return { rows: this.rows, sha256: this.hash.digest('hex') };
  }
}

export function frame(kind: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

export function jsonFrame(kind: string, value: unknown): Buffer {
  return frame(kind, Buffer.from(JSON.stringify(value)));
}

/** Takes frames from a stream of pieces that know nothing of frames. */
export class FrameReader {
  private readonly pieces: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.pieces = source[Symbol.asyncIterator]();
  }

  async expectFormat(format: string): Promise<void> {
    const found = await this.bytes(Buffer.byteLength(format));
    if (found.toString('latin1') !== format)
      throw new BackupError('This is no backup of Granary, or of a later format.');
  }

  async peek(): Promise<string> {
    await this.fill(1);
    return this.rest.toString('latin1', 0, 1);
  }

  async take(kind: string): Promise<Buffer> {
    const head = await this.bytes(5);
    const length = head.readUInt32BE(1);
    if (head.toString('latin1', 0, 1) !== kind || length > FRAME_AT_MOST)
      throw new BackupError('The backup is damaged.');
    return this.bytes(length);
  }

  async json<T>(kind: string): Promise<T> {
    const text = (await this.take(kind)).toString('utf8');
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new BackupError('The backup is damaged.');
    }
  }

  private async bytes(count: number): Promise<Buffer> {
    await this.fill(count);
    const taken = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return taken;
  }

  private async fill(count: number): Promise<void> {
    const pieces = [this.rest];
    let size = this.rest.length;
    while (size < count) {
      const next = await this.pieces.next();
      if (next.done === true) throw new BackupError('The backup is cut off: its end is missing.');
      pieces.push(next.value);
      size += next.value.length;
    }
    if (pieces.length > 1) this.rest = Buffer.concat(pieces);
  }
}
