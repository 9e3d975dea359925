/** Office documents as archives: sound ones, and ones that somebody made to do harm. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer | string;
  /** Not packed. */
  readonly isStored?: boolean;
  /** The size it says it has, where it lies. */
  readonly saysBytes?: number;
  readonly isEncrypted?: boolean;
}

/** A plain archive, byte by byte, so that it can also be a broken one. */
export function zipFile(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, isStored = false, saysBytes, isEncrypted = false } of entries) {
    const plain = Buffer.from(content as string);
    const packed = isStored ? plain : deflateRawSync(plain);
    const path = Buffer.from(name);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(isEncrypted ? 0x801 : 0x800, 2);
    about.writeUInt16LE(isStored ? 0 : 8, 4);
    about.writeUInt32LE(crc32(plain), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(saysBytes ?? plain.length, 18);
    about.writeUInt16LE(path.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    bodies.push(Buffer.from('PK\x03\x04'), about, path, packed);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), about, place, path);
    at += 30 + path.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, central, end]);
}

const MAIN = {
  docx: ['wordprocessingml.document', 'word/document.xml'],
  xlsx: ['spreadsheetml.sheet', 'xl/workbook.xml'],
  pptx: ['presentationml.presentation', 'ppt/presentation.xml'],
} as const;

const types = (type: string): string =>
  `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension="xml" ContentType="application/xml"/>
  <Override PartName="/main.xml" ContentType="${type}"/></Types>`;

export function officeFile(kind: keyof typeof MAIN, more: readonly ZipEntry[] = []): Buffer {
  const [type, part] = MAIN[kind];
  return zipFile([
    { name: '[Content_Types].xml', content: types(`application/vnd.openxmlformats-officedocument.${type}.main+xml`) },
    { name: '_rels/.rels', content: '<Relationships/>' },
    { name: part, content: `<doc>${'words '.repeat(500)}</doc>` },
    ...more,
  ]);
}

/** One that says it has macros, whatever its name says. */
export const macroFile = (): Buffer =>
  zipFile([
    { name: '[Content_Types].xml', content: types('application/vnd.ms-word.document.macroEnabled.main+xml') },
    { name: 'word/document.xml', content: '<doc/>' },
  ]);

export function openDocumentFile(kind: 'text' | 'spreadsheet', more: readonly ZipEntry[] = []): Buffer {
  return zipFile([
    { name: 'mimetype', content: `application/vnd.oasis.opendocument.${kind}`, isStored: true },
    { name: 'content.xml', content: '<office:document-content/>' },
    ...more,
  ]);
}
