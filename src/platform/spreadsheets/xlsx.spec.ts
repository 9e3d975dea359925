/** Workbooks: whether what others read out of them is what was put in. */
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { Money } from '../../kernel/money.js';
import { openSheet } from './sheet-file.js';

/** The files in an archive, by its own directory at the end. */
function unzip(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [packed, length, nameLength] = [
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
    ];
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('ascii', at + 46, at + 46 + nameLength);
    const start = local + 30 + nameLength;
    const text = inflateRawSync(bytes.subarray(start, start + packed));
    expect(text.length).toBe(length);
    files.set(name, text.toString('utf8'));
    at += 46 + nameLength;
  }
  return files;
}

async function sheetOf(rows: readonly (readonly (string | number | Money | null)[])[]): Promise<string> {
  const file = await openSheet('xlsx', 'A [list]', [
    { label: 'Name' },
    { label: 'Amount', kind: 'money' },
    { label: 'Day', kind: 'date' },
    { label: 'Hours', kind: 'number' },
  ]);
  for (const row of rows) await file.row(row);
  const files = unzip(await file.finish());
  expect([...files.keys()]).toEqual(
    expect.arrayContaining(['[Content_Types].xml', 'xl/workbook.xml', 'xl/styles.xml', 'xl/worksheets/sheet1.xml']),
  );
  expect(files.get('xl/workbook.xml')).toContain('sheet name="A  list"');
  return files.get('xl/worksheets/sheet1.xml') ?? '';
}

describe('a workbook', () => {
  it('holds amounts, days and numbers as figures', async () => {
    const sheet = await sheetOf([['Kent', Money.parse('1250.5'), '2015-11-10', 1.25]]);
    expect(sheet).toContain('<v>1250.50</v>');
    expect(sheet).toContain('<c s="3"><v>42318</v></c>');
    expect(sheet).toContain('<c s="0"><v>1.25</v></c>');
  });

  it('holds a formula as text, and nothing that breaks its frame', async () => {
    const sheet = await sheetOf([['=1+1 </t></is></c><f>x</f> \u0000\uD800&"', null, null, null]]);
    expect(sheet).toContain('=1+1 &lt;/t&gt;&lt;/is&gt;&lt;/c&gt;&lt;f&gt;x&lt;/f&gt; &amp;&quot;');
    expect(sheet).not.toContain('<f>');
  });

  it('cuts what one cell cannot hold', async () => {
    const sheet = await sheetOf([['x'.repeat(100_000), null, null, null]]);
    expect(/x{1000,}/.exec(sheet)?.[0]).toHaveLength(32_767);
  });

  it('has many rows', async () => {
    const sheet = await sheetOf(
      Array.from({ length: 20_000 }, (_, nth) => [`Row ${nth}`, Money.zero, '2015-01-01', nth]),
    );
    expect(sheet).toContain('<row r="20001">');
  });
});
