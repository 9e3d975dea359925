/** Names and kinds of files: whatever is sent, a name stays a name, and a picture is as large as its header says. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FileField, List, Text } from '../input/fields.js';
import { fileFieldsOf, plainPath, sentFiles } from './file-fields.js';
import { lookInto, type SentFile } from './file-kinds.js';
import { cleanFileName } from './file-name.js';
import { FILE_KINDS } from './kind-names.js';

const sent = (content: Buffer, fileName?: string): SentFile => ({
  readAt: (position, length) => Promise.resolve(content.subarray(position, position + length)),
  sizeBytes: content.length,
  fileName,
});

describe('a cleaned name', () => {
  it('is short, visible, of one folder and with its own ending, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (sent) => {
        const name = cleanFileName(sent, 'pdf');
        expect(name).toMatch(/^[^\p{C}\p{Zl}\p{Zp}/\\<>:"|?*%]{1,116}\.pdf$/su);
        expect(name).not.toMatch(/^[.\s]|[.\s]\.pdf$/);
        expect([...name].length).toBeLessThanOrEqual(120);
      }),
    );
  });

  it.each([
    [undefined, 'file.pdf'],
    ['Scan.PDF', 'Scan.pdf'],
    ['scan.pdf.exe', 'scan.pdf'],
    ['Invoice 3.14', 'Invoice 3.14.pdf'],
    ['...', 'file.pdf'],
    ['NUL', 'file-NUL.pdf'],
    ['e\u0301te\u0301.pdf', 'été.pdf'],
  ])('of %j is %s', (sent, name) => expect(cleanFileName(sent, 'pdf')).toBe(name));
});

describe('a JPEG', () => {
  const start = Buffer.from([0xff, 0xd8]);
  const segment = (marker: number, length: number): Buffer => {
    const head = Buffer.from([0xff, marker, (length + 2) >> 8, (length + 2) & 255]);
    return Buffer.concat([head, Buffer.alloc(length)]);
  };
  const frame = Buffer.from([0xff, 0xc2, 0, 11, 8, 0x0b, 0xb8, 0x0f, 0xa0, 1, 1, 0x11, 0]);

  it('says its size behind many large segments and fill bytes', async () => {
    const exif = Array.from({ length: 40 }, () => segment(0xe1, 65_000));
    const content = Buffer.concat([start, ...exif, Buffer.from([0xff, 0xff]), frame, Buffer.from([0xff, 0xd9])]);
    expect(await lookInto(sent(content))).toEqual({ kind: 'jpg' });
  });

  it.each([
    ['none of it', Buffer.concat([start, segment(0xe0, 20)])],
    ['the picture before the size', Buffer.concat([start, segment(0xda, 20), frame])],
    ['a segment that leads back', Buffer.concat([start, Buffer.from([0xff, 0xe0, 0, 0]), Buffer.alloc(9_000)])],
    ['a segment that leads out', Buffer.concat([start, Buffer.from([0xff, 0xe0, 0xff, 0xff]), frame])],
  ])('that has %s is refused', async (_name, content) => {
    expect(await lookInto(sent(content))).toEqual({ problem: { code: 'upload.picture_unreadable' } });
  });
});

it('whatever is sent is looked into without a failure', async () => {
  const starts = ['%PDF', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff', '\0\0\0\x18ftyp', 'PK\x03\x04', 'II*\0', 'RIFF', ''];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), async (first, rest) => {
      const file = sent(Buffer.concat([Buffer.from(first, 'latin1'), rest]), 'list.csv');
      const found = await lookInto(file, FILE_KINDS);
      expect('kind' in found || found.problem.code.startsWith('upload.')).toBe(true);
    }),
    { numRuns: 300 },
  );
});

describe('the fields of files', () => {
  class Line {
    @FileField({ label: 'attachment.field.file' })
    receiptId: string;
  }
  class Claim {
    @Text({ label: 'attachment.field.file' })
    name: string;
    @FileField({ label: 'attachment.field.file', optional: true })
    photo?: string;
    @List(() => Line, { label: 'attachment.field.file' })
    lines: Line[];
  }

  it('are found in a form and in its rows, however their names are written', () => {
    expect(fileFieldsOf(Claim)).toEqual(['photo', 'lines.receiptId']);
    for (const sent of ['lines[0].receiptId', 'lines[12][receiptId]', 'lines.3.receiptId', 'lines[].receiptId']) {
      expect(plainPath(sent)).toBe('lines.receiptId');
    }
    expect(sentFiles(Claim, { photo: 'a', name: 'b', lines: [{ receiptId: 'c' }, {}, 'd', null] })).toEqual(['a', 'c']);
    expect(sentFiles(Claim, null)).toEqual([]);
    expect(sentFiles(undefined, { photo: 'a' })).toEqual([]);
  });
});
