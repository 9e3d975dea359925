/** isPlainText: whether bytes are text that people wrote, in one of the encodings that spreadsheets save CSV in. */

export type Pieces = () => AsyncIterable<Buffer>;

const MARKS: readonly [mark: readonly number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xef, 0xbb, 0xbf], 'utf-8'],
];

/** Tab and line ends aside, what controls a terminal or a printer is in no table; nor are characters that are none. */
// eslint-disable-next-line no-control-regex -- these are the characters being refused
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u{fffe}\u{ffff}]/u;
/** Five bytes mean nothing in Windows-1252, and decoders take them for controls. */
const WINDOWS = 'windows-1252';

const markOf = (head: Buffer): string | undefined =>
  MARKS.find(([mark]) => mark.every((byte, index) => head[index] === byte))?.[1];

/** Whether it begins by saying what encoding of Unicode it is in. */
export const isMarked = (head: Buffer): boolean => markOf(head) !== undefined;

/** Reads it all, once for each encoding that it may be in. Without a mark it is UTF-8, or else Windows-1252. */
export async function isPlainText(head: Buffer, pieces: Pieces): Promise<boolean> {
  const marked = markOf(head);
  const encodings = marked === undefined ? ['utf-8', WINDOWS] : [marked];
  for (const encoding of encodings) {
    if (await reads(encoding, pieces)) return true;
  }
  return false;
}

async function reads(encoding: string, pieces: Pieces): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let isFirst = true;
  try {
    for await (const piece of pieces()) {
      const text = decoder.decode(piece, { stream: true });
      if (CONTROL.test(text) || (isFirst && looksLikeMarkup(text))) return false;
      isFirst &&= text.trim() === '';
    }
    return !CONTROL.test(decoder.decode());
  } catch {
    return false;
  }
}

/** A page, a picture made of words or a program for a shell is no table, whatever it is called. */
const looksLikeMarkup = (text: string): boolean => /^\s*(<|#!|%!|\{\\rtf)/.test(text);
