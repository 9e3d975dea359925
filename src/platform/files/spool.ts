/**
 * spool: puts what is being received into a file without a name. It is unlinked as soon as it is open, so it is gone
 * when it is closed, and also when the process is killed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadAt } from './read-at.js';

export interface SpooledFile {
  readonly sizeBytes: number;
  /** SHA-256 in hexadecimal. */
  readonly contentHash: string;
  readonly readAt: ReadAt;
  pieces(most: number): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

/** The folder for what is being received, inside the data folder. */
export const spoolFolder = (dataDir: string): string => join(dataDir, 'uploads');

/** Reads the source to its end. Fails as the source fails, and leaves nothing behind then. */
export async function spool(folder: string, source: AsyncIterable<Buffer>): Promise<SpooledFile> {
  const hash = createHash('sha256');
  let handle: FileHandle | undefined;
  let size = 0;
  try {
    for await (const piece of source) {
      handle ??= await openNameless(folder);
      await writeWhole(handle, piece, size);
      hash.update(piece);
      size += piece.length;
    }
  } catch (error) {
    await handle?.close();
    throw error;
  }
  const readAt: ReadAt = async (position, length) => {
    if (handle === undefined) return Buffer.alloc(0);
    const wanted = Math.max(0, Math.min(length, size - position));
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, position);
    return buffer.subarray(0, bytesRead);
  };
  return {
    sizeBytes: size,
    contentHash: hash.digest('hex'),
    readAt,
    async *pieces(most) {
      for (let position = 0; position < size; position += most) yield await readAt(position, most);
    },
    close: async () => {
      await handle?.close();
      handle = undefined;
    },
  };
}

/** A disk that is nearly full takes a part first. */
async function writeWhole(handle: FileHandle, piece: Buffer, position: number): Promise<void> {
  for (let done = 0; done < piece.length;) {
    const { bytesWritten } = await handle.write(piece, done, piece.length - done, position + done);
    done += bytesWritten;
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return handle;
}
