/** A picture of a sitter's receipt, drawn dot by dot: what a participant would take with a phone. */
import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import type { ReceivedFile } from '../platform/files/file-keeper.js';

/** Each letter as seven rows of five dots, the leftmost dot in the highest bit. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  C: [14, 17, 16, 16, 16, 17, 14],
  D: [30, 17, 17, 17, 17, 17, 30],
  E: [31, 16, 16, 30, 16, 16, 31],
  F: [31, 16, 16, 30, 16, 16, 16],
  H: [17, 17, 17, 31, 17, 17, 17],
  I: [14, 4, 4, 4, 4, 4, 14],
  K: [17, 18, 20, 24, 20, 18, 17],
  L: [16, 16, 16, 16, 16, 16, 31],
  N: [17, 25, 21, 19, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  P: [30, 17, 17, 30, 16, 16, 16],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
  U: [17, 17, 17, 17, 17, 17, 14],
  V: [17, 17, 17, 17, 17, 10, 4],
  Y: [17, 17, 10, 4, 4, 4, 4],
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 6, 8, 16, 31],
  '3': [30, 1, 1, 14, 1, 1, 30],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [14, 16, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 1, 14],
  $: [4, 15, 20, 14, 5, 30, 4],
  '.': [0, 0, 0, 0, 0, 12, 12],
  ':': [0, 12, 12, 0, 12, 12, 0],
  '-': [0, 0, 0, 14, 0, 0, 0],
};
const GLYPH_COLUMNS = 5;
const DOT = 4;
const PAPER = 246;
const INK = 62;
const EDGE = 206;
const WIDTH = 560;
const LINE_HEIGHT = 56;
const MARGIN = 40;

/** The lines on paper, in a grey picture. */
export function receiptOf(lines: readonly string[]): ReceivedFile {
  const height = MARGIN * 2 + lines.length * LINE_HEIGHT;
  const dots = Buffer.alloc(WIDTH * height, PAPER);
  for (let x = 0; x < WIDTH; x += 1) for (const y of [0, 1, height - 2, height - 1]) dots[y * WIDTH + x] = EDGE;
  for (let y = 0; y < height; y += 1) for (const x of [0, 1, WIDTH - 2, WIDTH - 1]) dots[y * WIDTH + x] = EDGE;
  lines.forEach((line, index) => write(dots, line, MARGIN + index * LINE_HEIGHT));
  const bytes = pngOf(dots, height);
  return {
    ...{ fileName: 'receipt.png', mime: 'image/png', sizeBytes: bytes.length },
    contentHash: createHash('sha256').update(bytes).digest('hex'),
    async *pieces(size: number) {
      for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
    },
  };
}

function write(dots: Buffer, line: string, top: number): void {
  [...line.toUpperCase()].forEach((letter, position) => {
    const left = MARGIN + position * (GLYPH_COLUMNS + 1) * DOT;
    (GLYPHS[letter] ?? []).forEach((row, y) => {
      for (let x = 0; x < GLYPH_COLUMNS; x += 1) {
        if ((row >> (GLYPH_COLUMNS - 1 - x)) & 1) fill(dots, left + x * DOT, top + y * DOT);
      }
    });
  });
}

function fill(dots: Buffer, left: number, top: number): void {
  if (left + DOT > WIDTH) return;
  for (let y = top; y < top + DOT; y += 1) dots.fill(INK, y * WIDTH + left, y * WIDTH + left + DOT);
}

/** Eight bits of grey, unfiltered rows. */
function pngOf(dots: Buffer, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  const rows = Buffer.alloc((WIDTH + 1) * height);
  for (let y = 0; y < height; y += 1) dots.copy(rows, y * (WIDTH + 1) + 1, y * WIDTH, (y + 1) * WIDTH);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
