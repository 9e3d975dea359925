/**
 * XlsxFile: one sheet as an Office Open XML workbook. Text goes in as text and never as a formula, amounts and dates as
 * figures with a format, so that they add up and sort. The sheet is compressed while it grows.
 */
import { once } from 'node:events';
import { crc32, createDeflateRaw, type DeflateRaw, deflateRawSync } from 'node:zlib';
import { Money } from '../../kernel/money.js';
import type { SheetCell, SheetCellKind, SheetColumn, SheetFile } from './sheet.js';

/** What one cell of a spreadsheet may hold. */
const MOST_CHARACTERS = 32_767;
const DAY = 86_400_000;
/** The day that spreadsheets count from. */
const FIRST_DAY = Date.UTC(1899, 11, 30);

const STYLES: Readonly<Record<SheetCellKind | 'head', number>> = { text: 0, number: 0, head: 1, money: 2, date: 3 };
const WIDTHS: Readonly<Record<SheetCellKind, number>> = { text: 32, number: 12, money: 16, date: 14 };

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML allows few control characters, and half of a surrogate pair is no character at all. */
// eslint-disable-next-line no-control-regex -- these are the characters that are taken out
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const xml = (text: string): string =>
  text.replace(UNWRITABLE, '').replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

export class XlsxFile implements SheetFile {
  private readonly sheet: ZipEntry;
  private rows = 0;

  private constructor(
    private readonly name: string,
    private readonly columns: readonly SheetColumn[],
  ) {
    this.sheet = new ZipEntry('xl/worksheets/sheet1.xml');
  }

  static async open(name: string, columns: readonly SheetColumn[]): Promise<XlsxFile> {
    const file = new XlsxFile(name, columns);
    const widths = columns.map(({ kind = 'text' }, index) => {
      return `<col min="${index + 1}" max="${index + 1}" width="${WIDTHS[kind]}" customWidth="1"/>`;
    });
    await file.sheet.write(
      `${XML_HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">` +
        `<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
        `<cols>${widths.join('')}</cols><sheetData>`,
    );
    await file.write(columns.map(({ label }) => textCell(label, STYLES.head)));
    return file;
  }

  async row(cells: readonly SheetCell[]): Promise<void> {
    await this.write(this.columns.map(({ kind = 'text' }, index) => cellOf(cells[index], kind)));
  }

  async finish(): Promise<Buffer> {
    await this.sheet.write(`</sheetData></worksheet>`);
    const title = xml(this.name.replace(/[[\]:*?/\\']/g, ' ').trim()).slice(0, 31) || 'Sheet1';
    return zip([
      ...Object.entries(PARTS).map(([path, text]) => ZipEntry.of(path, text)),
      ZipEntry.of(
        'xl/workbook.xml',
        `${XML_HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
          `<sheet name="${title}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ),
      this.sheet,
    ]);
  }

  private async write(cells: readonly string[]): Promise<void> {
    this.rows += 1;
    await this.sheet.write(`<row r="${this.rows}">${cells.join('')}</row>`);
  }
}

function cellOf(value: SheetCell, kind: SheetCellKind): string {
  if (value === null || value === undefined || value === '') return '<c/>';
  if (value instanceof Money) return figureCell(value.toDecimal(), STYLES.money);
  if (typeof value === 'number') return figureCell(String(value), STYLES.number);
  if (kind === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(value)) {
    return figureCell(String((Date.parse(`${value}T00:00:00Z`) - FIRST_DAY) / DAY), STYLES.date);
  }
  return textCell(value, STYLES.text);
}

const figureCell = (figure: string, style: number): string => `<c s="${style}"><v>${figure}</v></c>`;

const textCell = (text: string, style: number): string =>
  `<c s="${style}" t="inlineStr"><is><t xml:space="preserve">${xml(text.slice(0, MOST_CHARACTERS))}</t></is></c>`;

/** One file within the archive, compressed as it is written. */
class ZipEntry {
  private readonly deflate: DeflateRaw = createDeflateRaw();
  private readonly parts: Buffer[] = [];
  private sum = 0;
  private length = 0;

  constructor(readonly path: string) {
    this.deflate.on('data', (part: Buffer) => void this.parts.push(part));
  }

  static of(path: string, text: string): FinishedEntry {
    const plain = Buffer.from(text, 'utf8');
    return { path, packed: deflateRawSync(plain), sum: crc32(plain), length: plain.length };
  }

  async write(text: string): Promise<void> {
    const plain = Buffer.from(text, 'utf8');
    this.sum = crc32(plain, this.sum);
    this.length += plain.length;
    if (!this.deflate.write(plain)) await once(this.deflate, 'drain');
  }

  async finish(): Promise<FinishedEntry> {
    const ended = once(this.deflate, 'end');
    this.deflate.end();
    await ended;
    return { path: this.path, packed: Buffer.concat(this.parts), sum: this.sum, length: this.length };
  }
}

interface FinishedEntry {
  readonly path: string;
  readonly packed: Buffer;
  readonly sum: number;
  readonly length: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** 1 January 1980: when it was made stands elsewhere, and the same rows make the same bytes. */
const NO_DAY = 0x21;

/** PKWARE's format, without what files over 4 GB need. */
async function zip(entries: readonly (ZipEntry | FinishedEntry)[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const each of entries) {
    const entry = each instanceof ZipEntry ? await each.finish() : each;
    const name = Buffer.from(entry.path, 'ascii');
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt16LE(NO_DAY, 8);
    facts.writeUInt32LE(entry.sum >>> 0, 10);
    facts.writeUInt32LE(entry.packed.length, 14);
    facts.writeUInt32LE(entry.length, 18);
    facts.writeUInt16LE(name.length, 22);
    parts.push(number(LOCAL), facts, name, entry.packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(number(CENTRAL), Buffer.from([20, 0]), facts, tail, name);
    offset += 4 + facts.length + name.length + entry.packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, list, number(END), end]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEETS = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml':
    `${XML_HEAD}<Types xmlns="${PACKAGE}/content-types">` +
    `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    `<Default Extension="xml" ContentType="application/xml"/>` +
    `<Override PartName="/xl/workbook.xml" ContentType="${SHEETS}.sheet.main+xml"/>` +
    `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SHEETS}.worksheet+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${SHEETS}.styles+xml"/></Types>`,
  '_rels/.rels':
    `${XML_HEAD}<Relationships xmlns="${PACKAGE}/relationships">` +
    `<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/_rels/workbook.xml.rels':
    `${XML_HEAD}<Relationships xmlns="${PACKAGE}/relationships">` +
    `<Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>` +
    `<Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml':
    `${XML_HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.00"/>` +
    `<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>` +
    `<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
    `<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
    `<fills count="2"><fill><patternFill patternType="none"/></fill>` +
    `<fill><patternFill patternType="gray125"/></fill></fills>` +
    `<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
    `<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
    `<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
    `<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
    `<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
    `<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
};
