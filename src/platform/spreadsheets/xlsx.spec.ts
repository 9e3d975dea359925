/** Workbooks: whether what others read out of them is what was put in. */
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { fromBufferPromise } from 'yauzl';
import { Money } from '../../kernel/money.js';
import { openSheet } from './sheet-file.js';

/** The files in an archive, as a reader of another hand finds them: by its directory, with lengths and sums compared. */
async function unzip(bytes: Buffer): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const archive = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true });
  for await (const entry of archive.eachEntry()) {
    const content = await buffer(await archive.openReadStreamPromise(entry));
    expect(crc32(content)).toBe(entry.crc32);
    files.set(entry.fileName, content.toString('utf8'));
  }
  return files;
}

type Rows = readonly (readonly (string | number | Money | null)[])[];

async function workbookOf(rows: Rows, name = 'A [list]'): Promise<Buffer> {
  const file = await openSheet('xlsx', name, [
    { label: 'Name' },
    { label: 'Amount', kind: 'money' },
    { label: 'Day', kind: 'date' },
    { label: 'Hours', kind: 'number' },
  ]);
  for (const row of rows) await file.row(row);
  return file.finish();
}

async function sheetOf(rows: Rows): Promise<string> {
  const files = await unzip(await workbookOf(rows));
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

  it('has a name that is cut between characters, never within what stands for one', async () => {
    const files = await unzip(await workbookOf([], 'Costs of the second quarter R & D'));
    expect(files.get('xl/workbook.xml')).toContain('sheet name="Costs of the second quarter R &amp;"');
  });

  it('is the same to the byte for the same rows, whenever it is made', async () => {
    const rows: Rows = [['Kent', Money.parse('1'), '2015-11-10', 1]];
    expect((await workbookOf(rows)).equals(await workbookOf(rows))).toBe(true);
  });
});
