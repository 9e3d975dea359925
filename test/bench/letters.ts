/** Award letters: drawn by us, by bare pdfkit with the same text and fonts, and printed by Chromium. */
import { existsSync, readFileSync } from 'node:fs';
import * as fontkit from 'fontkit';
import PDFDocument from 'pdfkit';
import type { AwardLetterInputs } from '../../src/features/awards/award-letter-inputs.js';
import { LETTER_KIND } from '../../src/features/awards/award.lifecycle.js';
import { DocumentKinds } from '../../src/features/documents/index.js';
import type { Block, Run } from '../../src/platform/letters/blocks.js';
import { parseLetter } from '../../src/platform/letters/blocks.js';
import { FONT_NAMES, fontFile, type FontName } from '../../src/platform/pdf/fonts.js';
import { drawLetter, type LetterFrame } from '../../src/platform/pdf/letter.js';
import { letterMarkup } from '../../src/platform/templates/letter-markup.js';
import { CHROMIUM, launchBrowser } from '../support/browser.js';
import type { World } from '../support/world.js';
import { letterInputs } from './letter-inputs.js';
import { compare, ms, say, type Sizes, tell, times } from './measure.js';

const MARGIN = 63;

interface Letter {
  readonly inputs: AwardLetterInputs;
  readonly blocks: readonly Block[];
  readonly frame: LetterFrame;
}

/** As the feature makes it, with its template filled and read beforehand. */
function letterOf(number: number): Letter {
  const inputs = letterInputs(number);
  const frame: LetterFrame = {
    agency: inputs.agency,
    program: inputs.program,
    date: inputs.date,
    reference: `Award ${inputs.number}`,
    addressee: ['Authorized signatory', inputs.recipient, ...inputs.recipientAddress],
    foot: `Award ${inputs.number} · ${inputs.title}`,
    title: `Award letter, award ${inputs.number}`,
  };
  return { inputs, blocks: parseLetter(letterMarkup('letters/award-letter', inputs)), frame };
}

/** The same font files, parsed once, without anything of ours around them. */
const plainFonts = new Map<FontName, unknown>();
function plainFont(name: FontName): unknown {
  if (!plainFonts.has(name)) plainFonts.set(name, fontkit.create(readFileSync(fontFile(name))));
  return plainFonts.get(name);
}

export async function benchLetters(world: World, sizes: Sizes): Promise<void> {
  const kind = world.get(DocumentKinds).get(LETTER_KIND);
  const letters = Array.from({ length: sizes.letters }, (_, number) => letterOf(number + 1));
  const many = (draw: (letter: Letter) => Promise<unknown>) => async () => {
    for (const letter of letters) await draw(letter);
  };
  const [first] = letters;
  if (first !== undefined) {
    const pages = [await drawLetter(first.blocks, first.frame), await bare(first)].map(countPages);
    say(`pages of the letter: ${pages.join(', and bare ')}`);
  }
  const [ours, whole, plain] = await compare(
    [
      { name: 'ours', run: many(({ blocks, frame }) => drawLetter(blocks, frame)) },
      { name: 'with its template', run: many(async ({ inputs }) => kind.draw(inputs)) },
      { name: 'bare pdfkit', run: many(bare) },
    ] as const,
    sizes.runs,
  );
  const each = (time: number): string => ms(time / sizes.letters);
  tell({
    what: 'Award letter, drawn',
    ...{ ours: each(ours), baseline: `${each(plain)}, bare pdfkit, same text and fonts` },
    ...{ ratio: `${times(plain / ours)} its rate`, aim: '0.7x' },
  });
  tell({
    what: 'Award letter, from its template',
    ...{ ours: each(whole), baseline: `${each(plain)}, bare pdfkit, same text and fonts` },
    ...{ ratio: `${times(plain / whole)} its rate`, aim: 'none' },
  });
  if (existsSync(CHROMIUM)) await againstChromium(letters.slice(0, Math.max(1, Math.round(sizes.letters / 6))), sizes);
  else say('Award letter against Chromium: left out, there is no Chromium here.');
}

async function againstChromium(letters: readonly Letter[], sizes: Sizes): Promise<void> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const print = async ({ blocks, frame }: Letter): Promise<unknown> => {
      await page.setContent(asHtml(blocks, frame));
      return page.pdf({ format: 'Letter', tagged: true });
    };
    const many = (draw: (letter: Letter) => Promise<unknown>) => async () => {
      for (const letter of letters) await draw(letter);
    };
    const [ours, chromium] = await compare(
      [
        { name: 'ours', run: many(({ blocks, frame }) => drawLetter(blocks, frame)) },
        { name: 'Chromium', run: many(print) },
      ] as const,
      sizes.runs,
    );
    tell({
      what: 'Award letter, drawn',
      ...{ ours: ms(ours / letters.length), baseline: `${ms(chromium / letters.length)}, Chromium page.pdf()` },
      ...{ ratio: `${times(chromium / ours)} its rate`, aim: '5x' },
    });
  } finally {
    await browser.close();
  }
}

/** The same words in the same fonts and sizes, and nothing else: no structure, no rules, no measuring ahead. */
async function bare({ blocks, frame }: Letter): Promise<Uint8Array> {
  const pdf = new PDFDocument({ size: 'letter', margin: MARGIN });
  for (const name of FONT_NAMES) pdf.registerFont(name, plainFont(name) as never);
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise<void>((resolve) => pdf.on('end', resolve));
  pdf.font('sans-bold').fontSize(12.5).text(frame.agency);
  pdf.font('sans').fontSize(10).text(frame.program);
  pdf.font('serif').fontSize(10).text(frame.date).text(frame.reference);
  for (const line of frame.addressee) pdf.text(line);
  for (const block of blocks) bareBlock(pdf, block);
  pdf.font('sans').fontSize(8).text(frame.foot).text('Page 1 of 2').text(frame.foot).text('Page 2 of 2');
  pdf.end();
  await done;
  return Buffer.concat(chunks);
}

const wordsOf = (runs: readonly Run[]): string => runs.map((run) => run.text).join('');

function bareBlock(pdf: PDFKit.PDFDocument, block: Block): void {
  switch (block.kind) {
    case 'page':
      pdf.addPage();
      return;
    case 'heading':
      pdf
        .font(block.level === 1 ? 'serif-bold' : 'sans-bold')
        .fontSize(block.level === 1 ? 15.5 : 9.5)
        .text(block.text);
      return;
    case 'paragraph':
      pdf.font('serif').fontSize(10).text(wordsOf(block.runs), { lineGap: 3.9 });
      return;
    case 'list':
      pdf.font('serif').fontSize(10);
      block.items.forEach((runs, index) => pdf.text(`${index + 1}. ${wordsOf(runs)}`, { lineGap: 3.9 }));
      return;
    case 'table':
      pdf.font('sans').fontSize(9);
      for (const row of block.rows) pdf.text(row.join(' '));
      return;
    case 'signature':
      pdf.font('serif').fontSize(10);
      for (const line of block.lines) pdf.text(line);
      return;
  }
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function asHtml(blocks: readonly Block[], frame: LetterFrame): string {
  const body = blocks.map((block) => {
    switch (block.kind) {
      case 'page':
        return '<div style="break-after: page"></div>';
      case 'heading':
        return `<h${block.level}>${escaped(block.text)}</h${block.level}>`;
      case 'paragraph':
        return `<p>${escaped(wordsOf(block.runs))}</p>`;
      case 'list':
        return `<ol>${block.items.map((runs) => `<li>${escaped(wordsOf(runs))}</li>`).join('')}</ol>`;
      case 'table':
        return `<table>${block.rows
          .map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`)
          .join('')}</table>`;
      case 'signature':
        return `<p>${block.lines.map(escaped).join('<br>')}</p>`;
    }
  });
  const head = [frame.agency, frame.program, frame.date, frame.reference, ...frame.addressee].map(escaped);
  return `<!doctype html><title>${escaped(frame.title)}</title><style>body { font: 10pt serif }</style>
    <p>${head.join('<br>')}</p>${body.join('')}`;
}

const countPages = (bytes: Uint8Array): number =>
  Buffer.from(bytes)
    .toString('latin1')
    .match(/\/Type \/Page\b/g)?.length ?? 0;
