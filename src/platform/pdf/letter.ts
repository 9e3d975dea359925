/** Draws a letter: letter size, serif, the news as its title, and a foot with its number on every page. */
import type { Block, Run } from '../letters/blocks.js';
import { GRAY, HEADING, INK, LINE, openSheet, type Sheet, STRONG_LINE, TEXT } from './sheet.js';

export interface LetterFrame {
  readonly agency: string;
  /** The line under the agency's name. */
  readonly program: string;
  readonly date: string;
  /** Such as `Award 2014-0001`. */
  readonly reference: string;
  readonly addressee: readonly string[];
  /** What stands at the foot of every page. */
  readonly foot: string;
  readonly title: string;
}

const MARGIN = 63;
const BODY = 10;
const LEADING = 3.4;
const GAP = 6.5;

export async function drawLetter(blocks: readonly Block[], frame: LetterFrame): Promise<Uint8Array> {
  const sheet = await openSheet({ title: frame.title, author: frame.agency, margin: MARGIN });
  head(sheet, frame);
  blocks.forEach((block, index) => drawBlock(sheet, block, blocks[index + 1]));
  sheet.feet(frame.foot);
  return sheet.end();
}

function head(sheet: Sheet, frame: LetterFrame): void {
  const { pdf, left, width } = sheet;
  seal(sheet, left + 15, MARGIN + 15);
  sheet.element('P', () => {
    sheet.use('sans-bold', 12.5, HEADING).text(frame.agency, left + 42, MARGIN - 1, TEXT);
    sheet.use('sans', 10, GRAY).text(frame.program, left + 42, MARGIN + 16, TEXT);
  });
  sheet.rule(MARGIN + 42, LINE);
  const y = MARGIN + 58;
  sheet.element('P', () => {
    sheet.use('serif', BODY).text(frame.date, left, y, { ...TEXT, lineBreak: false });
    const at = left + width - pdf.widthOfString(frame.reference);
    pdf.text(frame.reference, at, y, { ...TEXT, lineBreak: false });
  });
  sheet.element('P', () => {
    sheet.use('serif', BODY);
    pdf.y = y + 27;
    for (const line of frame.addressee) pdf.text(line, left, pdf.y, { ...TEXT, lineGap: 2.5 });
  });
  pdf.y += 16;
}

/** A placeholder until the agency gives its own: a ridge over water in a ring. */
function seal(sheet: Sheet, x: number, y: number): void {
  sheet.artifact(() => {
    sheet.pdf.lineWidth(1.4).strokeColor('#074b69').circle(x, y, 14).stroke();
    sheet.pdf
      .moveTo(x - 6.5, y + 1)
      .lineTo(x, y - 6)
      .lineTo(x + 6.5, y + 1)
      .stroke();
    sheet.pdf
      .moveTo(x - 9, y + 5)
      .bezierCurveTo(x - 4, y + 1, x - 3, y + 8, x + 1, y + 5)
      .bezierCurveTo(x + 4, y + 2, x + 6, y + 4, x + 9, y + 5)
      .stroke();
  });
}

function drawBlock(sheet: Sheet, block: Block, next: Block | undefined): void {
  const { pdf, left, width } = sheet;
  switch (block.kind) {
    case 'page':
      pdf.addPage();
      return;
    case 'heading': {
      const isNews = block.level === 1;
      sheet.room(70);
      if (!isNews) pdf.y += block.large === true ? 14 : 4;
      sheet.element(isNews ? 'H1' : 'H2', () => {
        sheet
          .use(isNews ? 'serif-bold' : 'sans-bold', isNews ? 15.5 : block.large === true ? 13 : 9.5, INK)
          .text(block.text, left, pdf.y, { ...TEXT, width });
      });
      pdf.y += isNews ? 10 : 4;
      return;
    }
    case 'paragraph': {
      const isLast = next?.kind === 'signature';
      sheet.room(height(sheet, block.runs) + (isLast ? SIGNATURE_HEIGHT : 0) + firstLinesOf(sheet, block, next));
      sheet.element('P', () => drawRuns(sheet, block.runs, left, width));
      pdf.y += GAP;
      return;
    }
    case 'list':
      drawList(sheet, block.items);
      return;
    case 'table':
      drawTable(sheet, block.rows);
      return;
    case 'signature':
      drawSignature(sheet, block.lines);
      return;
  }
}

/** A question stands on the page on which its answer begins. */
function firstLinesOf(sheet: Sheet, { runs }: { readonly runs: readonly Run[] }, next: Block | undefined): number {
  const isQuestion = runs.every((run) => run.strong === true) && next?.kind === 'paragraph';
  return isQuestion ? GAP + height(sheet, next.runs) : 0;
}

/** What must not fall apart is held together: dates and amounts keep their spaces. */
const held = (text: string): string =>
  text
    .replace(/\b([A-Z][a-z]+) (\d{1,2}), (\d{4})\b/g, '$1\u00a0$2,\u00a0$3')
    .replace(/\b(Award|Page) (\d)/g, '$1\u00a0$2');

function height(sheet: Sheet, runs: readonly Run[]): number {
  sheet.use('serif', BODY);
  const text = runs.map((run) => run.text).join('');
  return sheet.pdf.heightOfString(text, { width: sheet.width, lineGap: LEADING });
}

function drawRuns(sheet: Sheet, runs: readonly Run[], x: number, width: number): void {
  const { pdf } = sheet;
  runs.forEach((run, index) => {
    sheet.use(run.strong ? 'serif-bold' : 'serif', BODY);
    const options = { ...TEXT, width, lineGap: LEADING, continued: index < runs.length - 1 };
    if (index === 0) pdf.text(held(run.text), x, pdf.y, options);
    else pdf.text(held(run.text), options);
  });
}

function drawList(sheet: Sheet, items: readonly (readonly Run[])[]): void {
  const { pdf, left, width } = sheet;
  items.forEach((runs, index) => {
    sheet.room(height(sheet, runs));
    const y = pdf.y;
    sheet.element('LI', () => {
      sheet.use('serif', BODY).text(`${index + 1}.`, left + 8, y, { ...TEXT, lineBreak: false });
      pdf.y = y;
      drawRuns(sheet, runs, left + 26, width - 26);
    });
    pdf.y += 1.5;
  });
  pdf.y += GAP - 1.5;
}

const ROW = 17.5;
/** Between two columns. */
const GUTTER = 6;
/** With more columns than this their heads are set smaller, so that words stay whole. */
const MANY = 5;
/** A column under this head holds figures, and one in which there is nothing else. */
const AMOUNT = 'Amount';
const FIGURE = /^[−-]?\$?[\d,.]+%?$/;

type Rows = readonly (readonly string[])[];

const isFigures = ([head, ...body]: Rows, column: number): boolean =>
  head?.[column] === AMOUNT || (column > 0 && body.length > 0 && body.every((row) => FIGURE.test(row[column] ?? '')));

/** Words take what figures leave; where there are no figures, all columns are alike. */
function widthsOf(rows: Rows, width: number): number[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const others = Array.from({ length: columns - 1 }, (_, index) => index + 1);
  const share = others.every((column) => isFigures(rows, column)) ? Math.max(0.27, 0.86 - 0.14 * others.length) : 0;
  const lead = columns === 2 ? 0.72 : share === 0 ? 1 / columns : share;
  return [width * lead, ...others.map(() => (width * (1 - lead)) / others.length)];
}

function drawTable(sheet: Sheet, rows: Rows): void {
  const { pdf, left, width } = sheet;
  const widths = widthsOf(rows, width);
  const use = (isHead: boolean, isTotal: boolean): Sheet['pdf'] =>
    sheet.use(
      isHead || isTotal ? 'sans-bold' : 'sans',
      isHead ? (widths.length > MANY ? 7.5 : 8.5) : 9,
      isHead ? GRAY : INK,
    );
  const inner = (column: number): number => (widths[column] ?? 0) - (column === widths.length - 1 ? 0 : GUTTER);
  const heightOf = (row: readonly string[], isHead: boolean, isTotal: boolean): number => {
    use(isHead, isTotal);
    const lines = row.map((cell, index) => pdf.heightOfString(cell, { width: inner(index) }));
    return Math.max(ROW, Math.max(...lines) + 8);
  };
  const drawRow = (row: readonly string[], isHead: boolean, isTotal: boolean): void => {
    const y = pdf.y;
    const tall = heightOf(row, isHead, isTotal);
    sheet.element('TR', () => {
      let x = left;
      row.forEach((cell, index) => {
        const align = isFigures(rows, index) ? 'right' : 'left';
        // The gutter is at the right of words and at the left of figures, whose last column ends with the line.
        const from = align === 'right' ? x + (widths[index] ?? 0) - inner(index) : x;
        use(isHead, isTotal).text(cell, from, y + 4, { ...TEXT, width: inner(index), align });
        x += widths[index] ?? 0;
      });
    });
    pdf.y = y + tall;
  };
  const [headRow, ...body] = rows;
  sheet.room((headRow === undefined ? 0 : heightOf(headRow, true, false)) + ROW * 2);
  if (headRow !== undefined) {
    drawRow(headRow, true, false);
    sheet.rule(pdf.y, STRONG_LINE);
  }
  body.forEach((row, index) => {
    const isTotal = index === body.length - 1 && row[0] === 'Total';
    sheet.room(heightOf(row, false, isTotal), () => headRow !== undefined && drawRow(headRow, true, false));
    if (isTotal) sheet.rule(pdf.y, INK, 1);
    drawRow(row, false, isTotal);
    if (!isTotal && body[index + 1]?.[0] !== 'Total') sheet.rule(pdf.y, LINE, 0.6);
  });
  pdf.y += GAP + 4;
  pdf.x = left;
}

const SIGNATURE_HEIGHT = 66;

function drawSignature(sheet: Sheet, lines: readonly string[]): void {
  const { pdf, left } = sheet;
  sheet.room(SIGNATURE_HEIGHT - 8);
  const y = pdf.y + 22;
  sheet.artifact(() => {
    pdf
      .moveTo(left, y)
      .lineTo(left + 218, y)
      .lineWidth(0.9)
      .strokeColor(INK)
      .stroke();
  });
  sheet.element('P', () => {
    pdf.y = y + 6;
    for (const line of lines) sheet.use('serif', BODY).text(line, left, pdf.y, { ...TEXT, lineGap: 2.5 });
  });
  pdf.y += GAP;
}
