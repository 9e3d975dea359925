/** Sheet: a tagged PDF being drawn, with the fonts, the colors and the small steps that letters and reports share. */
import type Pdf from 'pdfkit';
import { type FontName, readFonts } from './fonts.js';

export const INK = '#171716';
export const GRAY = '#5d5d52';
export const HEADING = '#002d3f';
export const LINE = '#d6d7d9';
export const STRONG_LINE = '#76766a';

export interface SheetOptions {
  readonly title: string;
  readonly author: string;
  /** Points on each side; 72 to the inch. */
  readonly margin: number;
  readonly landscape?: boolean;
}

type Structure = PDFKit.PDFDocument extends { struct: (...args: never[]) => infer S } ? S : never;

/** An element of the structure, of which the types of pdfkit know too little. */
export interface StructureElement {
  add(child: unknown): void;
  end(): void;
  readonly dictionary: { readonly data: Record<string, unknown> };
}

/** Names and numbers such as `{O: 'Table', Scope: 'Row'}`. */
export type StructureAttributes = Readonly<Record<string, string | number | readonly number[]>>;

/** One date for all, so that the same content gives the same bytes; when it was made stands in its record. */
const SAME_DATE = new Date(Date.UTC(2000, 0, 1));

/** No features are named here: then pdfkit asks for words, which the fonts know already, with the features of ours. */
export const TEXT: PDFKit.Mixins.TextOptions = {};

/** What drawing needs is loaded with the first sheet, as most processes never draw any. */
async function loadTools(): Promise<Tools> {
  const fonts = await readFonts();
  const { default: PDFDocument } = await import('pdfkit');
  return { PDFDocument, fonts };
}

interface Tools {
  readonly PDFDocument: typeof Pdf;
  readonly fonts: Awaited<ReturnType<typeof readFonts>>;
}

let tools: Promise<Tools> | undefined;

export async function openSheet(options: SheetOptions): Promise<Sheet> {
  tools ??= loadTools();
  const { PDFDocument, fonts } = await tools;
  const pdf = new PDFDocument({
    size: 'letter',
    layout: options.landscape ? 'landscape' : 'portrait',
    margin: options.margin,
    // Else pdfkit reads a font of its own for every document.
    font: null as never,
    bufferPages: true,
    tagged: true,
    lang: 'en-US',
    displayTitle: true,
    pdfVersion: '1.7',
    info: { Title: options.title, Author: options.author, CreationDate: SAME_DATE, ModDate: SAME_DATE },
  });
  for (const [name, font] of fonts) pdf.registerFont(name, font as never);
  return new Sheet(pdf, options);
}

export class Sheet {
  readonly root: StructureElement;
  private readonly chunks: Buffer[] = [];

  constructor(
    readonly pdf: PDFKit.PDFDocument,
    readonly options: SheetOptions,
  ) {
    this.pdf.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    this.root = this.pdf.struct('Document') as never;
    this.pdf.addStructure(this.root as never as Structure);
  }

  get left(): number {
    return this.options.margin;
  }

  get width(): number {
    return this.pdf.page.width - 2 * this.options.margin;
  }

  get bottom(): number {
    return this.pdf.page.height - this.options.margin - FOOT_HEIGHT;
  }

  /** Draws as one element of the structure. */
  element(tag: string, draw: () => void, options: object = {}): void {
    this.root.add(this.pdf.struct(tag as never, options as never, [draw] as never));
  }

  /** Begins an element that has elements in it, to be closed after the last. */
  open(tag: string, within: StructureElement): StructureElement {
    const element = this.pdf.struct(tag as never) as unknown as StructureElement;
    within.add(element);
    return element;
  }

  close(element: StructureElement): void {
    element.end();
  }

  /** Draws as one element within another. */
  part(within: StructureElement, tag: string, draw: () => void, attributes?: StructureAttributes): void {
    const element = this.pdf.struct(tag as never, {} as never, [draw] as never) as unknown as StructureElement;
    if (attributes !== undefined) element.dictionary.data['A'] = attributes;
    within.add(element);
    element.end();
  }

  /** Draws a picture, with the words that stand for it and its place from the top left. */
  figure({ alt, bounds }: { alt: string; bounds: readonly number[] }, draw: () => void): void {
    const { height } = this.pdf.page;
    const [x = 0, top = 0, right = 0, bottom = 0] = bounds;
    const figure = this.pdf.struct('Figure' as never, { alt } as never, [draw] as never) as unknown as StructureElement;
    figure.dictionary.data['A'] = { O: 'Layout', Placement: 'Block', BBox: [x, height - bottom, right, height - top] };
    this.root.add(figure);
    figure.end();
  }

  /** What carries no meaning: lines, page numbers. */
  artifact(draw: () => void): void {
    this.pdf.markContent('Artifact', { type: 'Layout' } as never);
    draw();
    this.pdf.endMarkedContent();
  }

  use(name: FontName, size: number, color = INK): PDFKit.PDFDocument {
    return this.pdf.font(name).fontSize(size).fillColor(color);
  }

  rule(y: number, color = LINE, width = 0.75): void {
    this.artifact(() => {
      this.pdf
        .moveTo(this.left, y)
        .lineTo(this.left + this.width, y)
        .lineWidth(width)
        .strokeColor(color)
        .stroke();
    });
  }

  /** A new page when this much does not fit any more. */
  room(height: number, onNewPage: () => void = () => undefined): void {
    if (this.pdf.y + height <= this.bottom) return;
    this.pdf.addPage();
    onNewPage();
  }

  /** The foot of every page, drawn last because it says how many there are. */
  feet(left: string): void {
    const { start, count } = this.pdf.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      this.pdf.switchToPage(start + index);
      const y = this.pdf.page.height - this.options.margin - 12;
      // A foot stands below the margin, where pdfkit would begin another page.
      this.pdf.page.margins.bottom = 0;
      this.rule(y - 8);
      this.artifact(() => {
        this.use('sans', 8, GRAY).text(left, this.left, y, { ...TEXT, lineBreak: false });
        const page = `Page ${index + 1} of ${count}`;
        const width = this.pdf.widthOfString(page);
        this.pdf.text(page, this.left + this.width - width, y, { ...TEXT, lineBreak: false });
      });
    }
  }

  async end(): Promise<Uint8Array> {
    const done = new Promise<void>((resolve) => this.pdf.on('end', resolve));
    this.root.end();
    this.pdf.end();
    await done;
    return Buffer.concat(this.chunks);
  }
}

const FOOT_HEIGHT = 24;
