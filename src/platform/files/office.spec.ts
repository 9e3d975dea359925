/** Office documents and tables: what is one is taken for what it is, and what unpacks to harm is not. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { macroFile, officeFile, openDocumentFile, zipFile } from '../../../test/factories/documents.js';
import { lookInto, type SentFile } from './file-kinds.js';
import { acceptedBy, FILE_KINDS, type FileKindName, RECEIPT_KINDS, wordsOf } from './kind-names.js';

const MEGABYTE = 1024 * 1024;

/** As it is read from the spool. */
const sent = (content: Buffer, fileName = 'a.bin'): SentFile => ({
  readAt: (position, length) => Promise.resolve(content.subarray(position, position + length)),
  sizeBytes: content.length,
  fileName,
});
const look = (content: Buffer, fileName?: string): ReturnType<typeof lookInto> =>
  lookInto(sent(content, fileName), FILE_KINDS);
const problemOf = async (content: Buffer): Promise<string | undefined> => {
  const found = await look(content);
  return 'problem' in found ? found.problem.code : undefined;
};

describe('an office document', () => {
  it.each<[FileKindName, Buffer]>([
    ['docx', officeFile('docx')],
    ['xlsx', officeFile('xlsx', [{ name: 'xl/media/', content: '' }])],
    ['pptx', officeFile('pptx')],
    ['odt', openDocumentFile('text')],
    ['ods', openDocumentFile('spreadsheet')],
  ])('that is a %s is one, whatever it is called', async (kind, content) => {
    expect(await look(content, 'photo.jpg')).toEqual({ kind });
  });

  it('is not taken where a receipt is asked for', async () => {
    expect(await lookInto(sent(officeFile('docx')))).toEqual({
      problem: { code: 'upload.wrong_kind', params: { kinds: 'PDF, JPEG, PNG or HEIC' } },
    });
  });

  it.each<[string, Buffer]>([
    ['a plain archive', zipFile([{ name: 'a.txt', content: 'a' }])],
    ['an archive of nothing', zipFile([])],
    [
      'two kinds at once',
      officeFile('docx', [{ name: 'mimetype', content: 'application/vnd.oasis.opendocument.text' }]),
    ],
  ])('and %s are told apart', async (name, content) => {
    const found = await look(content);
    // The main part of an Office document counts; a mark in the wrong place does not.
    if (name === 'two kinds at once') expect(found).toEqual({ kind: 'docx' });
    else expect('problem' in found).toBe(true);
  });

  it.each<[string, Buffer]>([
    ['says that it has', macroFile()],
    ['carries a project of Word', officeFile('docx', [{ name: 'word/vbaProject.bin', content: 'x' }])],
    ['carries a project in capitals', officeFile('xlsx', [{ name: 'xl/VBAPROJECT.BIN', content: 'x' }])],
    ['carries a sheet of macros', officeFile('xlsx', [{ name: 'xl/macrosheets/sheet1.xml', content: 'x' }])],
    ['carries a control', officeFile('docx', [{ name: 'word/activeX/activeX1.bin', content: 'x' }])],
    ['carries Basic', openDocumentFile('text', [{ name: 'Basic/Standard/Module1.xml', content: 'x' }])],
    ['carries a script', openDocumentFile('spreadsheet', [{ name: 'Scripts/python/a.py', content: 'x' }])],
  ])('with macros is refused when it %s', async (_name, content) => {
    expect(await problemOf(content)).toBe('upload.document_macros');
  });

  const relations = (type: string, target: string): string =>
    `<Relationships><Relationship Id="rId1" Type="http://schemas.example/relationships/${type}" Target="${target}" TargetMode="External"/></Relationships>`;

  it.each<[string, string | Buffer]>([
    ['a template', relations('attachedTemplate', 'https://example.org/a.dotm')],
    ['an object of another scheme', relations('oleObject', 'mhtml:http://example.org/a!x-usc:http://example.org/a')],
    ['a frame', relations('frame', 'HTTP://example.org/a')],
    ['a template in numbers', relations('attached&#84;emplate', '&#x68;ttp://example.org/a.dotm')],
    ['a template in another encoding', Buffer.from(relations('attachedTemplate', 'http://example.org/a'), 'utf16le')],
    ['a template in other marks', relations('attachedTemplate', 'http://example.org/a').replaceAll('"', "'")],
  ])('that fetches %s from the net when it is opened is refused', async (_name, content) => {
    const found = await problemOf(officeFile('docx', [{ name: 'word/_rels/settings.xml.RELS', content }]));
    expect(found).toBe('upload.document_remote');
  });

  it.each<[string, string]>([
    ['a link', relations('hyperlink', 'https://example.org')],
    ['a picture', relations('image', 'https://example.org/a.png')],
    ['a template of its own device', relations('attachedTemplate', 'file:///C:\\Templates\\Letter.dotx')],
    ['a relation of no sense', '<Relationship &#x110000; &#9999999; Type="" >'],
  ])('with %s is taken', async (_name, content) => {
    const made = officeFile('docx', [{ name: 'word/_rels/settings.xml.rels', content }]);
    expect(await look(made)).toEqual({ kind: 'docx' });
  });

  it.each<[string, () => Buffer]>([
    ['one entry', () => officeFile('docx', [{ name: 'word/a.xml', content: Buffer.alloc(40 * MEGABYTE) }])],
    [
      'many entries',
      () =>
        officeFile(
          'docx',
          Array.from({ length: 60 }, (_, i) => ({ name: `w/${i}.xml`, content: Buffer.alloc(MEGABYTE) })),
        ),
    ],
    [
      'too many entries',
      () =>
        officeFile(
          'docx',
          Array.from({ length: 5_001 }, (_, i) => ({ name: `w/${i}`, content: '' })),
        ),
    ],
  ])('that unpacks to a flood by %s is refused', async (_name, make) => {
    const content = make();
    expect(content.length).toBeLessThan(MEGABYTE);
    expect(await problemOf(content)).toBe('upload.document_bomb');
  });

  it.each<[string, Buffer]>([
    ['says it is small', officeFile('docx', [{ name: 'a', content: Buffer.alloc(MEGABYTE), saysBytes: 10 }])],
    ['says it is large', officeFile('docx', [{ name: 'a', content: 'a', saysBytes: 1000 }])],
    ['is locked', officeFile('docx', [{ name: 'a', content: 'a', isEncrypted: true }])],
    ['leads out of its folder', officeFile('docx', [{ name: '../../etc/passwd', content: 'a' }])],
    ['leads to the root', officeFile('docx', [{ name: '/etc/passwd', content: 'a' }])],
    ['leads out by the other slash', officeFile('docx', [{ name: '..\\a', content: 'a' }])],
    ['has one name twice', officeFile('docx', [{ name: 'WORD/document.xml', content: 'a' }])],
    ['is cut off', officeFile('docx').subarray(0, -40)],
  ])('that %s is refused as damaged', async (_name, content) => {
    expect(await problemOf(content)).toBe('upload.document_damaged');
  });

  it('of an old kind, or behind a passphrase, is told how to be saved', async () => {
    const old = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
    expect(await problemOf(old)).toBe('upload.old_office');
    expect(await lookInto(sent(old))).toMatchObject({ problem: { code: 'upload.wrong_kind' } });
  });

  it('with any byte changed is taken or refused, without a failure', async () => {
    const content = officeFile('xlsx');
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Buffer.from(content);
        changed[at] = byte;
        const found = await look(changed);
        expect('kind' in found || found.problem.code.startsWith('upload.')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a table of words', () => {
  const text = 'name,amount\r\n"Añorga, Zoë",12\r\n';

  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['Windows-1252', Buffer.concat([Buffer.from(text, 'latin1'), Buffer.from([0x80, 0x93, 0x0a])])],
    ['one large piece', Buffer.from(`é${text.repeat(20_000)}`)],
  ])('in %s is a CSV', async (_name, content) => {
    expect(await look(content, 'List.CSV')).toEqual({ kind: 'csv' });
  });

  it.each<[string, Buffer, string]>([
    ['is called something else', Buffer.from(text), 'list.txt'],
    ['has a page in it', Buffer.from('\n <script>alert(1)</script>'), 'list.csv'],
    ['draws', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="a()"/>'), 'list.csv'],
    ['runs', Buffer.from('#!/bin/sh\nrm -rf /'), 'list.csv'],
    ['rings a bell', Buffer.from('a,\x07b'), 'list.csv'],
    ['moves the cursor', Buffer.from('a,\x1b[2Jb'), 'list.csv'],
    ['has a zero byte', Buffer.from('a,b\0'), 'list.csv'],
    ['controls in Windows-1252', Buffer.from([0x61, 0xe9, 0x81]), 'list.csv'],
    ['controls far behind', Buffer.from(`${text.repeat(20_000)}\x08`), 'list.csv'],
    ['is half of UTF-16', Buffer.from([0xff, 0xfe, 0x61]), 'list.csv'],
    ['is a program', Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), 'list.csv'],
  ])('is none when it %s', async (_name, content, fileName) => {
    expect(await look(content, fileName)).toMatchObject({ problem: { code: 'upload.wrong_kind_of_document' } });
  });
});

describe('a HEIC', () => {
  const box = (width: number, height: number): Buffer => {
    const size = Buffer.alloc(8);
    size.writeUInt32BE(width, 0);
    size.writeUInt32BE(height, 4);
    return Buffer.concat([Buffer.from('\0\0\0\x14ispe\0\0\0\0', 'latin1'), size]);
  };
  const start = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');

  it('of many tiles is as large as the whole', async () => {
    expect(await look(Buffer.concat([start, box(512, 512), box(4032, 3024)]))).toEqual({ kind: 'heic' });
    const large = await look(Buffer.concat([start, box(512, 512), box(40_000, 30_000)]));
    expect(large).toMatchObject({ problem: { code: 'upload.picture_too_large', params: { width: 40_000 } } });
  });
});

it('a picker offers what is taken, and sentences name it', () => {
  expect(acceptedBy(RECEIPT_KINDS)).toBe('image/*,application/pdf,.pdf');
  expect(acceptedBy(['csv'])).toBe('text/csv,.csv');
  expect(wordsOf(RECEIPT_KINDS)).toBe('PDF, JPEG, PNG or HEIC');
  expect(wordsOf(['pdf', 'docx'])).toBe('PDF or Word (.docx)');
});
