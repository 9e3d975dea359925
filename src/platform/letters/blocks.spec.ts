import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import Handlebars from 'handlebars';
import { parseLetter } from './blocks.js';

describe('the markup of a letter', () => {
  it('becomes blocks', () => {
    const blocks = parseLetter(
      '<h1>Award of $5</h1>\n<p>We offer <strong>$5</strong> to A &amp; B.</p><list><item>One</item></list>' +
        '<table><row><cell>Category</cell><cell>Amount</cell></row></table><page><signature>Signatory|Agency</signature>',
    );
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Award of $5' },
      {
        kind: 'paragraph',
        runs: [
          { text: 'We offer ', strong: false },
          { text: '$5', strong: true },
          { text: ' to A & B.', strong: false },
        ],
      },
      { kind: 'list', items: [[{ text: 'One', strong: false }]] },
      { kind: 'table', rows: [['Category', 'Amount']] },
      { kind: 'page' },
      { kind: 'signature', lines: ['Signatory', 'Agency'] },
    ]);
  });

  it('takes no tag it does not know, and none that is left open or crossed', () => {
    expect(() => parseLetter('<script>x</script>')).toThrow('no tag script');
    expect(() => parseLetter('<p>open')).toThrow('does not close p');
    expect(() => parseLetter('<p><strong>x</p></strong>')).toThrow('closes p where strong');
    expect(() => parseLetter('text')).toThrow('outside its paragraphs');
  });

  it('is never changed in its structure by data', () => {
    const template = Handlebars.create().compile('<p>Dear {{name}},</p>', { strict: true });
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom('</p><signature>Me</signature><p>', '<page>', '&lt;h1&gt;', '{{name}}', '<!-- x', '|'),
    );
    fc.assert(
      fc.property(hostile, (name) => {
        const blocks = parseLetter(template({ name }));
        expect(blocks).toHaveLength(1);
        expect(blocks[0]?.kind).toBe('paragraph');
      }),
    );
  });
});
