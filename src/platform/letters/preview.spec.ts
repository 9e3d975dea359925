import { describe, expect, it } from '@jest/globals';
import { parseLetter } from './blocks.js';
import { previewLetter } from './preview.js';

const frame = { agency: 'Agency', program: 'Fund', date: 'May 1', reference: 'Award 1', addressee: ['A', 'B'] };

describe('a letter on the page', () => {
  it('has the same blocks in the same order as the paper', () => {
    const blocks = parseLetter(
      '<h1>News</h1><p>We offer <strong>$5</strong>.</p><h2>Budget</h2><list><item>One</item></list><page>' +
        '<signature>Signatory | Agency</signature>',
    );
    const { parts, ...rest } = previewLetter(blocks, frame);
    expect(rest).toEqual(frame);
    expect(parts).toEqual([
      { title: 'News' },
      {
        runs: [
          { text: 'We offer ', strong: false },
          { text: '$5', strong: true },
          { text: '.', strong: false },
        ],
      },
      { heading: 'Budget' },
      { items: [[{ text: 'One', strong: false }]] },
      { page: true },
      { signature: ['Signatory', 'Agency'] },
    ]);
  });

  it('sets amounts at the right, and the sum under them', () => {
    const cells = (one: string, other: string): string => `<row><cell>${one}</cell><cell>${other}</cell></row>`;
    const markup = `<table>${cells('Category', 'Amount')}${cells('Supplies', '1,250.00')}${cells('Total', '$1,250.00')}</table>`;
    const [part] = previewLetter(parseLetter(markup), frame).parts;
    expect(part?.table?.head.cells.map(({ numeric }) => numeric)).toEqual([false, true]);
    expect(part?.table?.rows.map(({ total }) => total)).toEqual([false, true]);
    const words = `<table>${cells('Item', 'Information')}${cells('Grantor', 'A department')}</table>`;
    const [other] = previewLetter(parseLetter(words), frame).parts;
    expect(other?.table?.rows[0]?.cells[1]).toEqual({ text: 'A department', numeric: false });
  });
});
