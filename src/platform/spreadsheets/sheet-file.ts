/** SheetFile: a table as a file that spreadsheets open - CSV or XLSX - written row by row, so that long ones fit. */
import { csvLine } from './csv.js';
import type { SheetCell, SheetColumn, SheetFile, SheetFormat } from './sheet.js';
import { XlsxFile } from './xlsx.js';

export const SHEET_TYPES: Readonly<Record<SheetFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** A new file with its head row. `name` is that of the sheet. */
export async function openSheet(
  format: SheetFormat,
  name: string,
  columns: readonly SheetColumn[],
): Promise<SheetFile> {
  if (format === 'xlsx') return XlsxFile.open(name, columns);
  return new CsvFile(columns);
}

class CsvFile implements SheetFile {
  private readonly parts: Buffer[] = [];

  constructor(columns: readonly SheetColumn[]) {
    // Without the mark, the most used spreadsheet reads UTF-8 as something else.
    this.parts.push(Buffer.from(`\uFEFF${csvLine(columns.map(({ label }) => label))}`, 'utf8'));
  }

  row(cells: readonly SheetCell[]): Promise<void> {
    this.parts.push(Buffer.from(csvLine(cells), 'utf8'));
    return Promise.resolve();
  }

  finish(): Promise<Buffer> {
    return Promise.resolve(Buffer.concat(this.parts));
  }
}
