/** The blocks of a letter as the page shows them: one letter, two views. */
import type { Block, Run } from './blocks.js';

export interface LetterFrameView {
  readonly agency: string;
  readonly program: string;
  readonly date: string;
  readonly reference: string;
  readonly addressee: readonly string[];
}

interface LetterRow {
  readonly cells: readonly { readonly text: string; readonly numeric: boolean }[];
  readonly total: boolean;
}

/** One block: exactly one of these is there. */
export interface LetterPart {
  readonly title?: string;
  readonly heading?: string;
  readonly runs?: readonly Run[];
  readonly items?: readonly (readonly Run[])[];
  readonly table?: { readonly head: LetterRow; readonly rows: readonly LetterRow[] };
  readonly signature?: readonly string[];
  readonly page?: boolean;
}

/** `letter`. */
export interface LetterView extends LetterFrameView {
  readonly parts: readonly LetterPart[];
}

export function previewLetter(blocks: readonly Block[], frame: LetterFrameView): LetterView {
  return { ...frame, parts: blocks.map(partOf) };
}

function partOf(block: Block): LetterPart {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? { title: block.text } : { heading: block.text };
    case 'paragraph':
      return { runs: block.runs };
    case 'list':
      return { items: block.items };
    case 'table':
      return { table: tableOf(block.rows) };
    case 'signature':
      return { signature: block.lines };
    case 'page':
      return { page: true };
  }
}

/** As in the PDF: amounts stand at the right, and a last row that begins with "Total" is the sum. */
function tableOf([head = [], ...body]: readonly (readonly string[])[]): NonNullable<LetterPart['table']> {
  const isNumeric = head.map((_, column) => column > 0 && body.every((row) => isAmount(row[column] ?? '')));
  const row = (cells: readonly string[], total: boolean): LetterRow => ({
    cells: cells.map((text, column) => ({ text, numeric: isNumeric[column] ?? false })),
    total,
  });
  return {
    head: row(head, false),
    rows: body.map((cells, index) => row(cells, index === body.length - 1 && cells[0] === 'Total')),
  };
}

const isAmount = (text: string): boolean => /^[−-]?\$?[\d,]+(\.\d\d)?$/.test(text);
