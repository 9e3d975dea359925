/**
 * XlsxFile: one sheet as an Office Open XML workbook. Text goes in as text and never as a formula, amounts and dates as
 * figures with a format, so that they add up and sort. The archive around it is yazl's, and compressed while it grows.
 */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { Money } from '../../kernel/money.js';
import type { SheetCell, SheetCellKind, SheetColumn, SheetFile } from './sheet.js';

/** What one cell of a spreadsheet may hold. */
const MOST_CHARACTERS = 32_767;
const DAY = 86_400_000;
/** The day that spreadsheets count from. */
const FIRST_DAY = Date.UTC(1899, 11, 30);

/** When it was made stands elsewhere, and the same rows make the same bytes. */
const TIMELESS = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };

const STYLES: Readonly<Record<SheetCellKind | 'head', number>> = { text: 0, number: 0, head: 1, money: 2, date: 3 };
const WIDTHS: Readonly<Record<SheetCellKind, number>> = { text: 32, number: 12, money: 16, date: 14 };

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML allows few control characters, and half of a surrogate pair is no character at all. */
// eslint-disable-next-line no-control-regex -- these are the characters that are taken out
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const xml = (text: string): string =>
  text.replace(UNWRITABLE, '').replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

export class XlsxFile implements SheetFile {
  private readonly zip = new ZipFile();
  private readonly sheet = new PassThrough();
  private readonly content: Promise<Buffer>;
  private rows = 0;

  private constructor(private readonly columns: readonly SheetColumn[]) {
    this.content = buffer(this.zip.outputStream);
  }

  static async open(name: string, columns: readonly SheetColumn[]): Promise<XlsxFile> {
    const file = new XlsxFile(columns);
    const title =
      xml(
        name
          .replace(/[[\]:*?/\\']/g, ' ')
          .trim()
          .slice(0, 31),
      ) || 'Sheet1';
    const workbook =
      `${XML_HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
      `<sheet name="${title}" sheetId="1" r:id="rId1"/></sheets></workbook>`;
    for (const [path, text] of Object.entries({ ...PARTS, 'xl/workbook.xml': workbook })) {
      file.zip.addBuffer(Buffer.from(text, 'utf8'), path, TIMELESS);
    }
    file.zip.addReadStream(file.sheet, 'xl/worksheets/sheet1.xml', TIMELESS);
    file.zip.end();
    const widths = columns.map(({ kind = 'text' }, index) => {
      return `<col min="${index + 1}" max="${index + 1}" width="${WIDTHS[kind]}" customWidth="1"/>`;
    });
    await file.put(
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
    this.sheet.end('</sheetData></worksheet>');
    return this.content;
  }

  private async write(cells: readonly string[]): Promise<void> {
    this.rows += 1;
    await this.put(`<row r="${this.rows}">${cells.join('')}</row>`);
  }

  private async put(text: string): Promise<void> {
    if (!this.sheet.write(text)) await once(this.sheet, 'drain');
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
    `<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
    `<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
};
