/** A letter: the same bytes for the same words, tagged for those who listen, and text that can be copied out of it. */
import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import type { Block } from '../letters/blocks.js';
import { drawLetter, type LetterFrame } from './letter.js';

const frame: LetterFrame = {
  agency: 'Example Agency',
  program: 'Fund for Families',
  date: 'November 10, 2015',
  reference: 'Award 2015-0001',
  addressee: ['Trung tâm Cộng đồng Người Việt', '1 Main Street'],
  foot: 'Award 2015-0001 · Đọc sách cùng con',
  title: 'Award letter, award 2015-0001',
};

const vietnamese = [
  'Kính gửi quý phụ huynh, chúng tôi rất vui mừng được hỗ trợ chương trình của quý vị.',
  'Những đứa trẻ ở trường tiểu học sẽ được học thêm tiếng Anh và tiếng Việt.',
  'ĂÂĐÊÔƠƯ ăâđêôơư ằẳẵắặ ầẩẫấậ ềểễếệ ồổỗốộ ờởỡớợ ừửữứự ỳỷỹýỵ',
];

const words = (text: string): Block => ({ kind: 'paragraph', runs: [{ text, strong: false }] });

const letter: Block[] = [
  { kind: 'heading', level: 1, text: 'Award of $100,000' },
  ...vietnamese.map(words),
  { kind: 'list', items: [[{ text: 'Lớp học buổi tối', strong: false }]] },
  {
    kind: 'table',
    rows: [
      ['Category', 'Amount'],
      ['Tiền lương', '$75,000'],
      ['Total', '$75,000'],
    ],
  },
  { kind: 'signature', lines: ['Authorized signatory', 'Example Agency'] },
];

/** What a reader program takes out of it, with the line breaks of the page as spaces. */
function textOf(pdf: Uint8Array): string {
  const text = execFileSync('pdftotext', ['-enc', 'UTF-8', '-', '-'], { input: pdf, encoding: 'utf8' });
  return text.replace(/[\s\u00a0]+/g, ' ');
}

describe('a letter', () => {
  it('is the same, byte by byte, when it is drawn again', async () => {
    const one = await drawLetter(letter, frame);
    const other = await drawLetter(letter, frame);
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true);
    const changed = await drawLetter(letter, { ...frame, reference: 'Award 2015-0002' });
    expect(Buffer.from(one).equals(Buffer.from(changed))).toBe(false);
  });

  it('gives a row of a table the height of its tallest cell, and ends figures at the edge of their column', async () => {
    const long = 'Family liaisons, two of them, ten hours a week, for all four schools of the district';
    const rows = [
      ['Category', 'Lead', 'A partner with a long name of its own', 'Together', 'Match'],
      [long, '$24,000', '$4,000', '$28,000', '$500'],
      ['Books', '$1,200', '$2,500', '$3,700', '$0'],
      ['Total', '$25,200', '$6,500', '$31,700', '$500'],
    ];
    const file = await drawLetter([{ kind: 'table', rows }], frame);
    const laid = execFileSync('pdftotext', ['-enc', 'UTF-8', '-bbox', '-', '-'], { input: file, encoding: 'utf8' });
    const boxes = [...laid.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</g)];
    const box = (word: string): { left: number; top: number; right: number; bottom: number } => {
      const [, left, top, right, bottom] = boxes.find(([, , , , , text]) => text === word) ?? [];
      return { left: Number(left), top: Number(top), right: Number(right), bottom: Number(bottom) };
    };
    // The last word of the long cell ends above the row that follows.
    expect(box('district').bottom).toBeLessThanOrEqual(box('Books').top);
    expect(Math.abs(box('$24,000').right - box('$25,200').right)).toBeLessThan(1);
    expect(box('$28,000').left).toBeGreaterThan(box('$4,000').right);
    expect(box('Match').left).toBeGreaterThan(box('Together').right);
  });

  it('is tagged, in its language and with its title', async () => {
    const file = Buffer.from(await drawLetter(letter, frame)).toString('latin1');
    expect(file.startsWith('%PDF-1.7')).toBe(true);
    expect(file).toContain('/MarkInfo');
    expect(file).toMatch(/\/Marked true/);
    expect(file).toContain('/StructTreeRoot');
    expect(file).toMatch(/\/Lang \(en-US\)/);
    expect(file).toContain('/DisplayDocTitle true');
    for (const tag of ['H1', 'P', 'LI', 'TR']) expect(file).toContain(`/S /${tag}\n`);
  });

  it('gives its words back, in Vietnamese too', async () => {
    const text = textOf(await drawLetter(letter, frame));
    for (const line of vietnamese) expect(text.normalize('NFC')).toContain(line.normalize('NFC'));
    for (const line of ['Trung tâm Cộng đồng Người Việt', 'Tiền lương', 'Lớp học buổi tối', 'Đọc sách cùng con']) {
      expect(text.normalize('NFC')).toContain(line.normalize('NFC'));
    }
    expect(text).toContain('Award of $100,000');
    expect(text).toContain('Page 1 of 1');
  });

  it('loses no line when it runs over many pages, and numbers each', async () => {
    const lines = Array.from({ length: 120 }, (_, index) => `Đoạn văn số ${index + 1} của lá thư.`);
    const text = textOf(await drawLetter(lines.map(words), frame));
    for (const line of lines) expect(text).toContain(line);
    const [, pages] = /Page 1 of (\d+)/.exec(text) ?? [];
    expect(Number(pages)).toBeGreaterThan(2);
    for (let page = 1; page <= Number(pages); page += 1) expect(text).toContain(`Page ${page} of ${pages}`);
  });
});
