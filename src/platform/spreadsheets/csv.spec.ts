/** What leaves as CSV opens as it was, and runs nothing. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Money } from '../../kernel/money.js';
import { csvCell, csvLine } from './csv.js';

describe('cells of a CSV file', () => {
  it.each([
    ['=1+2', "'=1+2"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    [' =1', "' =1"],
    ['plain', 'plain'],
    ['a, b', '"a, b"'],
    ['say "hi"', '"say ""hi"""'],
    ['=HYPERLINK("x"),y', '"\'=HYPERLINK(""x""),y"'],
  ])('writes %j as %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  it('leaves numbers and nothing as they are', () => {
    expect(csvCell(-5)).toBe('-5');
    expect(csvCell(null)).toBe('');
    expect(csvCell(undefined)).toBe('');
  });
});

describe('lines of a CSV file', () => {
  it('never starts a formula and keeps figures as they are', () => {
    const line = csvLine(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', ' =1', Money.ofCents(-12_345), 7, null, undefined]);
    expect(line).toBe("'=1+1,'+1,'-1,'@SUM(A1),'\tx,' =1,-123.45,7,,\r\n");
  });

  it('quotes what would break a line or a cell', () => {
    expect(csvLine(['a,b', 'say "x"', 'two\nlines', ' edge '])).toBe('"a,b","say ""x""","two\nlines"," edge "\r\n');
  });

  it('gives every cell back, but for the mark before a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (cells) => {
        const read = readLine(csvLine(cells));
        expect(read.map((cell, index) => (cell === `'${cells[index]}` ? cells[index] : cell))).toEqual(cells);
        for (const cell of read) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});

/** Reads one line by the rules of RFC 4180. */
function readLine(line: string): string[] {
  const cells: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') break;
  }
  return cells;
}
