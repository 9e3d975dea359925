/** Files as people hand them in, and attachments kept by the real use case. */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { Attachments } from '../../src/features/documents/index.js';
import type { Actor } from '../../src/kernel/actor.js';
import type { ReceivedFile } from '../../src/platform/files/file-keeper.js';
import type { World } from '../support/world.js';

let count = 0;

/** A PDF of one empty page; no two are alike. `bytes` pads it. */
export function pdfFile(bytes = 0): Buffer {
  count += 1;
  const body = `%PDF-1.4\n% ${count}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n`;
  const tail = 'trailer<</Root 1 0 R>>\n%%EOF\n';
  return Buffer.concat([
    Buffer.from(body),
    Buffer.alloc(Math.max(0, bytes - body.length - tail.length), 37),
    Buffer.from(tail),
  ]);
}

/** A PNG that says it is so large, with the content of one dot. */
export function pngFile(width = 1, height = 1): Buffer {
  count += 1;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`Comment\0${count}`)),
    chunk('IDAT', deflateSync(Buffer.from([0, 0]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A JPEG's markers without a picture: enough for whoever only looks at its kind and size. */
export function jpegFile(width = 1, height = 1, before: readonly Buffer[] = []): Buffer {
  count += 1;
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]);
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, count >> 16, (count >> 8) & 255, count & 255]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), comment, ...before, frame, Buffer.from([0xff, 0xd9])]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  // Nobody here looks at the check sum.
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
}

/** As it stands when it was received and looked into. */
function receivedFile(content: Buffer = pdfFile(), fileName = 'receipt.pdf', mime = 'application/pdf'): ReceivedFile {
  return {
    fileName,
    mime,
    sizeBytes: content.length,
    contentHash: createHash('sha256').update(content).digest('hex'),
    async *pieces(most) {
      for (let at = 0; at < content.length; at += most) yield await Promise.resolve(content.subarray(at, at + most));
    },
  };
}

/** A file that this person handed in and that belongs to nothing yet. */
export async function attachment(world: World, actor: Actor, content?: Buffer): Promise<{ id: string }> {
  return world.get(Attachments).keep(actor, receivedFile(content));
}
