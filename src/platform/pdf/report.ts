/** Draws a report: key figures between rules, one picture with its conclusion, and a table whose heads repeat. */
import { GRAY, HEADING, INK, LINE, openSheet, type Sheet, STRONG_LINE, type StructureElement, TEXT } from './sheet.js';

/** Lengths in basis points of the whole; what is not drawn stays within the edge. */
export interface ReportShares {
  readonly paid: number;
  readonly approved: number;
}

/** A cell is text, text with a gray line under it, or a thin bar. */
export type ReportCell = string | { readonly text: string; readonly note?: string } | { readonly shares: ReportShares };

export interface ReportColumnHead {
  readonly label: string;
  readonly kind: 'text' | 'bar' | 'money';
}

/** A report as it is printed: nothing left to compute, and plain data so that it has a fingerprint. */
export interface ReportSheet {
  readonly agency: string;
  /** What kind of report it is: stands at the top right. */
  readonly kind: string;
  readonly title: string;
  readonly lead: string;
  readonly landscape: boolean;
  readonly figures: readonly { readonly label: string; readonly value: string }[];
  readonly picture?: {
    readonly title: string;
    /** The sentence above the bars, and what is said in their place to those who do not see them. */
    readonly conclusion: string;
    readonly bars: readonly { readonly label: string; readonly value: string; readonly basisPoints: number }[];
  };
  readonly table: {
    readonly title: string;
    readonly note: string;
    readonly columns: readonly ReportColumnHead[];
    readonly groups: readonly { readonly label?: string; readonly rows: readonly (readonly ReportCell[])[] }[];
    readonly total: readonly ReportCell[];
    /** Said instead of rows. */
    readonly empty: string;
  };
  /** Made when, by which role, and the record. */
  readonly foot: string;
}

const MARGIN = 54;
const HEAD_SIZE = 8.5;
const ROW_SIZE = 9;
const NOTE_SIZE = 7.5;
const ROW = 20;
const NOTED_ROW = 29;
const GROUP_ROW = 23;
const HEAD_ROW = 20;
const GUTTER = 10;
const BAR_COLUMN = 58;
const PAID = '#074b69';
const APPROVED = '#28a0cb';

export async function drawReport(report: ReportSheet): Promise<Uint8Array> {
  const { title, agency, landscape } = report;
  const sheet = await openSheet({ title: `${title}, ${report.kind}`, author: agency, margin: MARGIN, landscape });
  drawHead(sheet, report);
  drawFigures(sheet, report.figures);
  if (report.picture !== undefined) drawPicture(sheet, report.picture);
  drawTable(sheet, report.table);
  sheet.feet(report.foot);
  return sheet.end();
}

function drawHead(sheet: Sheet, { agency, kind, title, lead }: ReportSheet): void {
  const { pdf, left, width } = sheet;
  const y = MARGIN - 14;
  sheet.element('P', () => sheet.use('sans', ROW_SIZE, GRAY).text(agency, left, y, { ...TEXT, lineBreak: false }));
  sheet.element('P', () => {
    sheet.use('sans', ROW_SIZE, GRAY);
    pdf.text(kind, left + width - pdf.widthOfString(kind), y, { ...TEXT, lineBreak: false });
  });
  sheet.rule(y + 18, LINE);
  pdf.y = y + 34;
  sheet.element('H1', () => sheet.use('sans-bold', 20, HEADING).text(title, left, pdf.y, { ...TEXT, width }));
  pdf.y += 1;
  sheet.element('P', () => sheet.use('sans', 10.5, GRAY).text(lead, left, pdf.y, { ...TEXT, width }));
  pdf.y += 12;
}

function drawFigures(sheet: Sheet, figures: ReportSheet['figures']): void {
  const { pdf, left, width } = sheet;
  const y = pdf.y;
  const each = width / figures.length;
  sheet.rule(y, STRONG_LINE, 1);
  figures.forEach(({ label, value }, index) => {
    const x = left + index * each + (index === 0 ? 0 : GUTTER);
    if (index > 0) {
      sheet.artifact(() => {
        const at = left + index * each;
        pdf
          .moveTo(at, y)
          .lineTo(at, y + 46)
          .lineWidth(0.75)
          .strokeColor(LINE)
          .stroke();
      });
    }
    sheet.element('P', () => {
      sheet.use('sans', HEAD_SIZE, GRAY).text(`${label} `, x, y + 7, { ...TEXT, lineBreak: false });
      sheet.use('sans-bold', fitting(sheet, value, each - GUTTER - 2), HEADING);
      pdf.text(value, x, y + 20, { ...TEXT, lineBreak: false });
    });
  });
  sheet.rule(y + 46, LINE);
  pdf.y = y + 62;
}

/** The largest size, from 13 points down, at which the value keeps to its column. */
function fitting(sheet: Sheet, value: string, width: number): number {
  for (let size = 13; size > 9; size -= 0.5) {
    if (sheet.use('sans-bold', size).widthOfString(value) <= width) return size;
  }
  return 9;
}

function heading(sheet: Sheet, text: string): void {
  const { pdf, left, width } = sheet;
  sheet.element('H2', () => sheet.use('sans-bold', 12, HEADING).text(text, left, pdf.y, { ...TEXT, width }));
}

const PICTURE_ROW = 16;

function drawPicture(sheet: Sheet, { title, conclusion, bars }: NonNullable<ReportSheet['picture']>): void {
  const { pdf, left, width } = sheet;
  sheet.room(44 + bars.length * PICTURE_ROW);
  heading(sheet, conclusion);
  sheet.element('P', () => sheet.use('sans', ROW_SIZE, GRAY).text(title, left, pdf.y + 1, { ...TEXT, width }));
  pdf.y += 6;
  sheet.use('sans', ROW_SIZE);
  const names = Math.min(width * 0.4, Math.max(...bars.map(({ label }) => pdf.widthOfString(label)))) + GUTTER;
  const values = Math.max(...bars.map(({ value }) => pdf.widthOfString(value))) + GUTTER;
  const longest = width - names - values;
  const top = pdf.y;
  const figure = { alt: `${title}. ${conclusion}`, bounds: [left, top, left + width, top + bars.length * PICTURE_ROW] };
  sheet.figure(figure, () => {
    bars.forEach(({ label, value, basisPoints }, index) => {
      const y = top + index * PICTURE_ROW;
      const length = (longest * basisPoints) / 10_000;
      sheet.use('sans', ROW_SIZE, INK).text(label, left, y, { ...TEXT, ...oneLine(names - GUTTER) });
      // Nothing keeps a tick, so that its row is not taken for a missing one.
      pdf
        .rect(left + names, y + 2.5, length > 0 ? Math.max(length, 0.75) : 0.75, 8)
        .fill(length > 0 ? PAID : STRONG_LINE);
      sheet.use('sans', ROW_SIZE, INK);
      pdf.text(value, left + width - pdf.widthOfString(value), y, { ...TEXT, lineBreak: false });
    });
  });
  pdf.y = top + bars.length * PICTURE_ROW + 14;
}

const oneLine = (width: number): PDFKit.Mixins.TextOptions => ({ width, height: 12, ellipsis: true });

/** Where each column begins and how wide it is. */
interface Place {
  readonly x: number;
  readonly width: number;
}

type Table = ReportSheet['table'];

function drawTable(sheet: Sheet, table: Table): void {
  const { pdf, left, width } = sheet;
  const rows = table.groups.flatMap((group) => group.rows);
  sheet.room(90);
  heading(sheet, table.title);
  sheet.element('P', () => sheet.use('sans', ROW_SIZE, GRAY).text(table.note, left, pdf.y + 1, { ...TEXT, width }));
  pdf.y += 4;
  if (rows.length === 0) {
    sheet.element('P', () => sheet.use('sans', ROW_SIZE, INK).text(table.empty, left, pdf.y + 6, { ...TEXT, width }));
    return;
  }
  const places = layOut(sheet, table);
  const structure = sheet.open('Table', sheet.root);
  drawHeads(sheet, table.columns, places, structure);
  // The heads of later pages say nothing new: they belong to the page, not to the table.
  const again = (): void => drawHeads(sheet, table.columns, places, undefined);
  table.groups.forEach((group, index) => {
    if (group.label !== undefined) {
      // A group's name never stands alone at the end of a page.
      sheet.room(GROUP_ROW + NOTED_ROW, again);
      drawGroup(sheet, group.label, table.columns.length, structure);
    }
    group.rows.forEach((row, at) => {
      // The last row keeps the total with it.
      const isLast = at === group.rows.length - 1 && index === table.groups.length - 1;
      sheet.room(heightOf(row) + (isLast ? ROW + 2 : 0), again);
      drawRow(sheet, { row, columns: table.columns, places, structure });
      if (!isLast) sheet.rule(pdf.y, LINE, 0.6);
    });
  });
  sheet.rule(pdf.y, INK, 1.2);
  drawRow(sheet, { row: table.total, columns: table.columns, places, structure, isTotal: true });
  sheet.close(structure);
}

const textOf = (cell: ReportCell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : 'text' in cell ? cell.text : '';

const noteOf = (cell: ReportCell | undefined): string | undefined =>
  typeof cell === 'object' && 'text' in cell ? cell.note : undefined;

const heightOf = (row: readonly ReportCell[]): number =>
  row.some((cell) => noteOf(cell) !== undefined) ? NOTED_ROW : ROW;

/** Money columns are as wide as their widest amount; words share what is left. */
function layOut(sheet: Sheet, { columns, groups, total }: Table): Place[] {
  const rows = groups.flatMap((group) => group.rows);
  const widest = columns.map(({ label, kind }, index) => {
    if (kind === 'bar') return BAR_COLUMN;
    if (kind === 'text') return 0;
    const head = sheet.use('sans-bold', HEAD_SIZE).widthOfString(label);
    const sum = sheet.use('sans-bold', ROW_SIZE).widthOfString(textOf(total[index]));
    sheet.use('sans', ROW_SIZE);
    return Math.max(head, sum, ...rows.map((row) => sheet.pdf.widthOfString(textOf(row[index])))) + GUTTER;
  });
  const words = columns.filter(({ kind }) => kind === 'text').length;
  const left = sheet.width - widest.reduce((sum, each) => sum + each, 0);
  let x = sheet.left;
  return widest.map((each) => {
    const place = { x, width: each === 0 ? left / Math.max(1, words) : each };
    x += place.width;
    return place;
  });
}

function drawHeads(
  sheet: Sheet,
  columns: readonly ReportColumnHead[],
  places: readonly Place[],
  structure: StructureElement | undefined,
): void {
  const { pdf } = sheet;
  const y = pdf.y;
  const row = structure === undefined ? undefined : sheet.open('TR', structure);
  columns.forEach(({ label, kind }, index) => {
    const place = places[index] ?? { x: 0, width: 0 };
    const draw = (): void => {
      sheet.use('sans-bold', HEAD_SIZE, GRAY);
      aligned(sheet, label, place, y + 5, kind === 'money');
    };
    if (row === undefined) sheet.artifact(draw);
    else sheet.part(row, 'TH', draw, { O: 'Table', Scope: 'Column' });
  });
  if (row !== undefined) sheet.close(row);
  pdf.y = y + HEAD_ROW;
  sheet.rule(pdf.y, STRONG_LINE);
}

function aligned(sheet: Sheet, text: string, { x, width }: Place, y: number, right: boolean): void {
  const { pdf } = sheet;
  if (!right) pdf.text(text, x, y, { ...TEXT, ...oneLine(width - GUTTER) });
  else pdf.text(text, x + width - pdf.widthOfString(text), y, { ...TEXT, lineBreak: false });
}

function drawGroup(sheet: Sheet, label: string, columns: number, structure: StructureElement): void {
  const { pdf, left, width } = sheet;
  const y = pdf.y;
  const row = sheet.open('TR', structure);
  const draw = (): void => {
    sheet.use('sans-bold', ROW_SIZE, HEADING).text(label, left, y + 7, { ...TEXT, ...oneLine(width) });
  };
  sheet.part(row, 'TH', draw, { O: 'Table', Scope: 'Row', ColSpan: columns });
  sheet.close(row);
  pdf.y = y + GROUP_ROW;
  sheet.rule(pdf.y, LINE, 0.6);
}

interface DrawnRow {
  readonly row: readonly ReportCell[];
  readonly columns: readonly ReportColumnHead[];
  readonly places: readonly Place[];
  readonly structure: StructureElement;
  readonly isTotal?: boolean;
}

function drawRow(sheet: Sheet, { row, columns, places, structure, isTotal = false }: DrawnRow): void {
  const { pdf } = sheet;
  const y = pdf.y;
  const element = sheet.open('TR', structure);
  columns.forEach(({ kind }, index) => {
    const cell = row[index];
    const place = places[index] ?? { x: 0, width: 0 };
    const draw = (): void => {
      if (typeof cell === 'object' && 'shares' in cell) drawShares(sheet, cell.shares, place, y + 7);
      sheet.use(isTotal ? 'sans-bold' : 'sans', ROW_SIZE, INK);
      aligned(sheet, textOf(cell), place, y + 4, kind === 'money');
      const note = noteOf(cell);
      if (note === undefined) return;
      sheet.use('sans', NOTE_SIZE, GRAY);
      aligned(sheet, note, place, y + 16, false);
    };
    if (index === 0) sheet.part(element, 'TH', draw, { O: 'Table', Scope: 'Row' });
    else sheet.part(element, 'TD', draw);
  });
  sheet.close(element);
  pdf.y = y + heightOf(row);
}

/** Dark is paid, middle approved, the rest within the edge remains: the same in gray. */
function drawShares(sheet: Sheet, { paid, approved }: ReportShares, { x, width }: Place, y: number): void {
  const { pdf } = sheet;
  const length = width - GUTTER;
  const at = (basisPoints: number): number => (length * Math.max(0, Math.min(basisPoints, 10_000))) / 10_000;
  if (paid > 0) pdf.rect(x, y, at(paid), 5).fill(PAID);
  if (approved > 0) pdf.rect(x + at(paid), y, at(approved), 5).fill(APPROVED);
  pdf.rect(x, y, length, 5).lineWidth(0.5).strokeColor(STRONG_LINE).stroke();
}
