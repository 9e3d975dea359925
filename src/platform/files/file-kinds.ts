/** What kinds of files are taken, and how a file is found to be one of them: by its content alone. */
import { fileTypeFromBuffer } from 'file-type';
import type { Sentence } from '../../kernel/errors.js';

export interface FileKind {
  readonly mime: 'application/pdf' | 'image/jpeg' | 'image/png' | 'image/heic';
  readonly extension: string;
}

/** Reads a part of a file; shorter than asked where the file ends. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

const PDF: FileKind = { mime: 'application/pdf', extension: 'pdf' };
const JPEG: FileKind = { mime: 'image/jpeg', extension: 'jpg' };
const PNG: FileKind = { mime: 'image/png', extension: 'png' };
const HEIC: FileKind = { mime: 'image/heic', extension: 'heic' };

const KINDS: Readonly<Record<string, FileKind>> = {
  'application/pdf': PDF,
  'image/jpeg': JPEG,
  'image/png': PNG,
  'image/heic': HEIC,
  // The same container under the name of its family.
  'image/heif': HEIC,
};

/**
 * What a file picker offers; what counts is what is in the file. All pictures: a phone then turns its own format into a
 * JPEG that everybody can look at, which it does not where that format is named.
 */
export const ACCEPTED = 'image/*,application/pdf,.pdf';

/** So much of the start tells what a file is. */
const HEAD_BYTES = 65_536;
/** A small file can unfold to a picture of any size in the memory of whoever looks at it. */
const MOST_MEGAPIXELS = 60;

/** What a file is, or the sentence why it is not taken. */
export async function lookInto(readAt: ReadAt): Promise<{ kind: FileKind } | { problem: Sentence }> {
  const head = await readAt(0, HEAD_BYTES);
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const kind = found === undefined ? undefined : KINDS[found.mime];
  if (kind === undefined) return { problem: { code: 'upload.wrong_kind' } };
  if (kind !== PNG && kind !== JPEG) return { kind };
  const size = kind === PNG ? sizeOfPng(head) : await sizeOfJpeg(readAt);
  if (size === undefined || size.width === 0 || size.height === 0) {
    return { problem: { code: 'upload.picture_unreadable' } };
  }
  if (size.width * size.height > MOST_MEGAPIXELS * 1_000_000) {
    return { problem: { code: 'upload.picture_too_large', params: { max: MOST_MEGAPIXELS, ...size } } };
  }
  return { kind };
}

interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A PNG says it in its first chunk, which follows eight bytes of signature. */
function sizeOfPng(head: Buffer): PictureSize | undefined {
  if (head.length < 33 || head.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
}

const MOST_SEGMENTS = 500;

/** A JPEG says it in the frame header, after any number of segments with other things. */
async function sizeOfJpeg(readAt: ReadAt): Promise<PictureSize | undefined> {
  let position = 2;
  for (let count = 0; count < MOST_SEGMENTS; count += 1) {
    const segment = await readAt(position, 9);
    if (segment.length < 9 || segment[0] !== 0xff) return undefined;
    const marker = segment[1] ?? 0;
    if (marker === 0xff) {
      position += 1;
    } else if (isFrame(marker)) {
      return { height: segment.readUInt16BE(5), width: segment.readUInt16BE(7) };
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      position += 2;
    } else if (marker === 0xd9 || marker === 0xda) {
      return undefined;
    } else {
      position += 2 + segment.readUInt16BE(2);
    }
  }
  return undefined;
}

/** Sixteen markers begin a frame, save the three that hold tables or are reserved. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
