/**
 * lookIntoOffice: what an office document is, by the directory of its archive and by really unpacking it. Nothing of it
 * is kept unpacked; what is counted is what comes out, not what the archive says of itself.
 */
import { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import type { Sentence } from '../../kernel/errors.js';
import type { FileKindName } from './kind-names.js';
import type { ReadAt } from './read-at.js';

const MEGABYTE = 1024 * 1024;
const MOST_ENTRIES = 5_000;
const MOST_UNPACKED = 200 * MEGABYTE;
/** Tables of equal rows are packed tightly, but not like this; what is small harms nobody. */
const MOST_RATIO = 200;
const FREE_OF_RATIO = 5 * MEGABYTE;
const MOST_DIRECTORY_TEXT = MEGABYTE;

const MAIN_PARTS: readonly (readonly [kind: FileKindName, type: string, part: RegExp])[] = [
  [
    'docx',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
    /^word\/document\d*\.xml$/,
  ],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml', /^xl\/workbook\d*\.xml$/],
  [
    'pptx',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
    /^ppt\/presentation\d*\.xml$/,
  ],
];
const OPEN_DOCUMENTS: Readonly<Record<string, FileKindName>> = {
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
};
/** Programs in documents, in each of the places they are kept in. */
const PROGRAM = /(^|\/)(vba(project|data)[^/]*|macrosheets|intlmacrosheets|activex|basic|scripts)(\/|\.|$)/i;
const PROGRAM_TYPE = /macroEnabled|vbaProject|ms-office\.activeX|intlmacrosheet|ms-excel\.macrosheet/i;

/** What says which parts belong to which, and what is fetched from elsewhere. */
const RELATIONS = /\.rels$/i;
/** A template, an object or a frame that is fetched when the document is opened: programs come in that way. */
const FETCHED = /\/(attachedTemplate|oleObject|frame|subDocument)$/i;
const FROM_THE_NET = /^\s*(https?|ftp|mhtml|x-usc|ms-[a-z]+)\s*:/i;

export type OfficeFinding = { readonly kind: FileKindName } | { readonly problem: Sentence };

/** Why it is not taken. */
class Refused extends Error {
  constructor(readonly problem: Sentence) {
    super(problem.code);
  }
}

const refuse = (code: string): never => {
  throw new Refused({ code });
};

export async function lookIntoOffice(readAt: ReadAt, sizeBytes: number): Promise<OfficeFinding> {
  try {
    const zip = await fromRandomAccessReaderPromise(new SpoolReader(readAt), sizeBytes, {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: true,
      validateEntrySizes: true,
    });
    return { kind: await kindOf(zip, sizeBytes) };
  } catch (error) {
    if (error instanceof Refused) return { problem: error.problem };
    // The disk's own errors are ours; all else is about the archive.
    if (
      typeof (error as { errno?: unknown }).errno === 'number' &&
      (error as { syscall?: string }).syscall === 'read'
    ) {
      throw error;
    }
    return { problem: { code: 'upload.document_damaged' } };
  }
}

async function kindOf(zip: ZipFile, sizeBytes: number): Promise<FileKindName> {
  if (zip.entryCount > MOST_ENTRIES) refuse('upload.document_bomb');
  const names = new Set<string>();
  const texts = new Map<string, string>();
  let unpacked = 0;
  let first: string | undefined;
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.toLowerCase();
    first ??= entry.fileName;
    if (names.has(name) || entry.isEncrypted() || !entry.canDecodeFileData()) refuse('upload.document_damaged');
    names.add(name);
    if (names.size > MOST_ENTRIES) refuse('upload.document_bomb');
    if (PROGRAM.test(entry.fileName)) refuse('upload.document_macros');
    if (entry.fileName.endsWith('/')) continue;
    const isRelations = RELATIONS.test(entry.fileName);
    const wanted = isRelations || entry.fileName === '[Content_Types].xml' || entry.fileName === 'mimetype';
    const most = Math.min(MOST_UNPACKED, Math.max(FREE_OF_RATIO, sizeBytes * MOST_RATIO)) - unpacked;
    const { bytes, text } = await unpack(zip, entry, most, wanted);
    unpacked += bytes;
    if (text === undefined) continue;
    if (!isRelations) texts.set(entry.fileName, text);
    else if (fetchesParts(text)) refuse('upload.document_remote');
  }
  const openDocument = OPEN_DOCUMENTS[texts.get('mimetype') ?? ''];
  if (openDocument !== undefined && first === 'mimetype' && names.has('content.xml')) return openDocument;
  return officeKind(texts.get('[Content_Types].xml') ?? '', [...names]);
}

/** Read as text: in whatever encoding, and with characters that are written as their numbers. */
function fetchesParts(relations: string): boolean {
  const plain = relations
    .replaceAll('\0', '')
    .replace(/&#(x[0-9a-f]{1,6}|\d{1,7});/gi, (_, number: string) => characterOf(number));
  return (plain.match(/<(?:\w+:)?Relationship\s[^<>]*>/gi) ?? []).some(
    (each) => FETCHED.test(valueOf(each, 'Type')) && FROM_THE_NET.test(valueOf(each, 'Target')),
  );
}

function characterOf(number: string): string {
  const code = /^x/i.test(number) ? parseInt(number.slice(1), 16) : Number(number);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

const valueOf = (element: string, name: string): string =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(element)?.slice(1).join('') ?? '';

function officeKind(types: string, names: readonly string[]): FileKindName {
  if (PROGRAM_TYPE.test(types)) refuse('upload.document_macros');
  const kinds = MAIN_PARTS.filter(
    ([, type, part]) => types.includes(`"${type}"`) && names.some((name) => part.test(name)),
  );
  const [only, ...others] = kinds;
  if (only === undefined || others.length > 0) return refuse('upload.wrong_kind');
  return only[0];
}

async function unpack(
  zip: ZipFile,
  entry: Entry,
  most: number,
  wanted: boolean,
): Promise<{ bytes: number; text: string | undefined }> {
  if (entry.uncompressedSize > most) refuse('upload.document_bomb');
  if (wanted && entry.uncompressedSize > MOST_DIRECTORY_TEXT) refuse('upload.document_damaged');
  const stream = await zip.openReadStreamPromise(entry);
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > most) refuse('upload.document_bomb');
    if (wanted) kept.push(piece);
  }
  return { bytes, text: wanted ? Buffer.concat(kept).toString('utf8') : undefined };
}

/** Reads the spooled file where the archive's reader wants to. */
class SpoolReader extends RandomAccessReader {
  constructor(private readonly readAt: ReadAt) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(piecesOf(this.readAt, start, end), { objectMode: false });
  }
}

const PIECE = 65_536;

/** Its bytes between two places, a piece at a time. */
export async function* piecesOf(readAt: ReadAt, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    const piece = await readAt(at, Math.min(PIECE, end - at));
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}
