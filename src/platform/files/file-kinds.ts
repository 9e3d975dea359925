/** What a file is, found by its content alone; and the sentence why it is not taken. */
import { fileTypeFromBuffer } from 'file-type';
import type { Sentence } from '../../kernel/errors.js';
import { type FileKindName, kindOfMime, RECEIPT_KINDS, wordsOf } from './kind-names.js';
import { lookIntoOffice, piecesOf } from './office.js';
import { isMarked, isPlainText } from './plain-text.js';
import type { ReadAt } from './read-at.js';

export interface SentFile {
  readonly readAt: ReadAt;
  readonly sizeBytes: number;
  /** As the sender calls it. Only of text, which has no mark of its own, does it say what it is meant to be. */
  readonly fileName?: string;
}

export type Found = { readonly kind: FileKindName } | { readonly problem: Sentence };

/** So much of the start tells what a file is. */
const HEAD_BYTES = 65_536;
/** A small file can unfold to a picture of any size in the memory of whoever looks at it. */
const MOST_MEGAPIXELS = 60;

const ZIP = Buffer.from('PK\x03\x04', 'latin1');
/** Office documents of before 2007, and newer ones behind a passphrase. */
const OLD_OFFICE = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** What a file is, or the sentence why it is not taken here. */
export async function lookInto(file: SentFile, accept: readonly FileKindName[] = RECEIPT_KINDS): Promise<Found> {
  const head = await file.readAt(0, HEAD_BYTES);
  const found = await kindOf(file, head, accept);
  if ('problem' in found) return found;
  return accept.includes(found.kind) ? found : wrongKind(accept);
}

async function kindOf(file: SentFile, head: Buffer, accept: readonly FileKindName[]): Promise<Found> {
  // Archives are not for the general detective, which unpacks without counting.
  if (head.subarray(0, 4).equals(ZIP)) {
    const office = await lookIntoOffice(file.readAt, file.sizeBytes);
    return 'problem' in office && office.problem.code === 'upload.wrong_kind' ? wrongKind(accept) : office;
  }
  if (head.subarray(0, 8).equals(OLD_OFFICE) && accept.includes('docx'))
    return { problem: { code: 'upload.old_office' } };
  // The mark of UTF-16 also begins sound.
  if (isMarked(head) && (await isTable(file, head))) return { kind: 'csv' };
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  // The same container under the name of its family.
  const kind = kindOfMime(found?.mime === 'image/heif' ? 'image/heic' : (found?.mime ?? ''));
  if (found === undefined) return (await isTable(file, head)) ? { kind: 'csv' } : wrongKind(accept);
  if (kind === undefined) return wrongKind(accept);
  return (await pictureProblem(file, head, kind)) ?? { kind };
}

function wrongKind(accept: readonly FileKindName[]): { problem: Sentence } {
  const isReceipt = accept.every((kind) => RECEIPT_KINDS.includes(kind));
  const code = isReceipt ? 'upload.wrong_kind' : 'upload.wrong_kind_of_document';
  return { problem: { code, params: { kinds: wordsOf(accept) } } };
}

async function isTable({ readAt, sizeBytes, fileName = '' }: SentFile, head: Buffer): Promise<boolean> {
  return /\.csv\s*$/i.test(fileName) && (await isPlainText(head, () => piecesOf(readAt, 0, sizeBytes)));
}

async function pictureProblem(
  { readAt }: SentFile,
  head: Buffer,
  kind: FileKindName,
): Promise<{ problem: Sentence } | undefined> {
  if (kind === 'pdf') return undefined;
  const size = kind === 'heic' ? sizeOfHeic(head) : kind === 'png' ? sizeOfPng(head) : await sizeOfJpeg(readAt);
  if (size === undefined && kind === 'heic') return undefined;
  if (size === undefined || size.width === 0 || size.height === 0) {
    return { problem: { code: 'upload.picture_unreadable' } };
  }
  if (size.width * size.height > MOST_MEGAPIXELS * 1_000_000) {
    return { problem: { code: 'upload.picture_too_large', params: { max: MOST_MEGAPIXELS, ...size } } };
  }
  return undefined;
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

/** The box of a size: its length, its name, no flags. */
const ISPE = Buffer.from('\0\0\0\x14ispe\0\0\0\0', 'latin1');

/** A HEIC says it for the picture and for each of its tiles; the largest is the picture. One may say it further on. */
function sizeOfHeic(head: Buffer): PictureSize | undefined {
  let largest: PictureSize | undefined;
  for (let at = head.indexOf(ISPE); at >= 0 && at + 20 <= head.length; at = head.indexOf(ISPE, at + 4)) {
    const size = { width: head.readUInt32BE(at + 12), height: head.readUInt32BE(at + 16) };
    if (largest === undefined || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
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
