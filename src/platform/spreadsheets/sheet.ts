/** What a table that is written as a file consists of. */
import type { Money } from '../../kernel/money.js';

export type SheetFormat = 'csv' | 'xlsx';
export type SheetCellKind = 'text' | 'number' | 'money' | 'date';

export interface SheetColumn {
  readonly label: string;
  /** Dates are 'YYYY-MM-DD'. Text when absent. */
  readonly kind?: SheetCellKind;
}

export type SheetCell = string | number | Money | null | undefined;

export interface SheetFile {
  row(cells: readonly SheetCell[]): Promise<void>;
  /** The bytes; nothing can be added afterwards. */
  finish(): Promise<Buffer>;
}
