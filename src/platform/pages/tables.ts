/** Tables: the shape of a table, and the builder that makes it from rows of values. */
import { Money } from '../../kernel/money.js';
import { type BarStage, type BarView, count, percent } from './bars.js';
import type { ActionView, EmptyView, FieldView, LinkView, PagerView, SearchView, TagView } from './shapes.js';

export interface ColumnView {
  readonly label: string;
  readonly numeric?: boolean;
  readonly sortHref?: string;
  readonly sorted?: 'ascending' | 'descending';
  /** Goes first when there is no room. */
  readonly minor?: boolean;
  /** The label is only heard. */
  readonly unlabeled?: boolean;
}

export interface CellView {
  /** The column's label, for the stacked rows of a phone. */
  readonly label: string;
  readonly numeric?: boolean;
  readonly minor?: boolean;
  /** First column: the header of its row. */
  readonly header?: boolean;
  readonly text?: string;
  readonly href?: string;
  readonly note?: string;
  readonly tag?: TagView;
  readonly bar?: BarView;
  readonly field?: FieldView;
  readonly button?: ActionView;
  /** Does not apply: blank, with words for those who hear it. */
  readonly none?: boolean;
}

export interface RowView {
  readonly cells: readonly CellView[];
  /** The 2 px rule above this row: what stands above it fits. */
  readonly cutoff?: boolean;
}

/** `table`. Make it with `table()`. */
export interface TableView {
  readonly id: string;
  readonly caption: string;
  readonly showCaption?: boolean;
  readonly columns: readonly ColumnView[];
  readonly columnCount: number;
  readonly groups: readonly { readonly label?: string; readonly rows: readonly RowView[] }[];
  readonly total?: readonly CellView[];
  readonly search?: SearchView;
  readonly export?: LinkView;
  readonly legend?: readonly { readonly stage: BarStage; readonly label: string }[];
  readonly pager?: PagerView;
  /** Instead of the rows, when there are none. */
  readonly empty?: EmptyView;
  readonly note?: string;
  /** On a phone each row becomes a block of labels and values; else the table scrolls in its region. */
  readonly stack?: boolean;
  /** Without the white card around it. */
  readonly plain?: boolean;
}

export type CellInput =
  | string
  | number
  | bigint
  | Money
  | null
  | undefined
  | {
      readonly text?: string;
      readonly amount?: Money;
      readonly href?: string;
      readonly note?: string;
      readonly tag?: TagView;
      readonly bar?: BarView;
      readonly field?: FieldView;
      readonly button?: ActionView;
    };

export interface ColumnInput<Key extends string> {
  readonly key: Key;
  readonly label: string;
  /** money: cents in all of the column or in none; payments: always cents; share: basis points as a percentage. */
  readonly kind?: 'text' | 'number' | 'money' | 'payments' | 'share';
  readonly sortHref?: string;
  readonly sorted?: 'ascending' | 'descending';
  readonly minor?: boolean;
  readonly unlabeled?: boolean;
}

export type RowInput<Key extends string> = Readonly<Partial<Record<Key, CellInput>>> & { readonly cutoff?: boolean };

export interface TableInput<Key extends string> extends Omit<
  TableView,
  'columns' | 'columnCount' | 'groups' | 'total' | 'empty'
> {
  readonly columns: readonly ColumnInput<Key>[];
  readonly rows?: readonly RowInput<Key>[];
  readonly groups?: readonly { readonly label?: string; readonly rows: readonly RowInput<Key>[] }[];
  readonly total?: RowInput<Key>;
  readonly empty?: EmptyView;
}

const NUMERIC_KINDS = new Set(['number', 'money', 'payments', 'share']);

/**
 * Makes a table from rows of values. The first column is the header of its row. Amounts have no `$` but in the total
 * row, and cents in all of their column or in none. A value that is left out is a cell that does not apply.
 */
export function table<Key extends string>(input: TableInput<Key>): TableView {
  const { columns, rows, groups: given, total, empty, ...rest } = input;
  const groups = given ?? [{ rows: rows ?? [] }];
  const everyRow = [...groups.flatMap((group) => group.rows), ...(total === undefined ? [] : [total])];
  const withCents = new Map<Key, boolean>();
  for (const column of columns) {
    const amounts = everyRow.map((row) => amountOf(row[column.key])).filter((amount) => amount !== undefined);
    withCents.set(column.key, column.kind === 'payments' || amounts.some((amount) => amount.cents % 100n !== 0n));
  }
  const cells = (row: RowInput<Key>, symbol: boolean): CellView[] =>
    columns.map((column, index) => ({
      label: column.label,
      ...(NUMERIC_KINDS.has(column.kind ?? 'text') && { numeric: true }),
      ...(column.minor && { minor: true }),
      ...(index === 0 && { header: true }),
      ...cell(row[column.key], column.kind, { cents: withCents.get(column.key) ?? false, symbol }),
    }));
  const hasRows = groups.some((group) => group.rows.length > 0);
  return {
    ...rest,
    columnCount: columns.length,
    columns: columns.map(({ key: _key, kind, ...column }) => ({
      ...column,
      ...(NUMERIC_KINDS.has(kind ?? 'text') && { numeric: true }),
    })),
    groups: groups.map((group) => ({
      label: group.label,
      rows: group.rows.map((row) => ({ cells: cells(row, false), cutoff: row.cutoff === true })),
    })),
    ...(total !== undefined && hasRows && { total: cells(total, true) }),
    ...(!hasRows && empty !== undefined && { empty }),
  };
}

function amountOf(value: CellInput): Money | undefined {
  if (value instanceof Money) return value;
  return typeof value === 'object' && value !== null ? value.amount : undefined;
}

function cell(
  value: CellInput,
  kind: ColumnInput<string>['kind'],
  style: { cents: boolean; symbol: boolean },
): Omit<CellView, 'label'> {
  if (value === null || value === undefined || value === '') return { none: true };
  if (value instanceof Money) return { text: value.format(style) };
  if (typeof value === 'number' || typeof value === 'bigint') {
    return { text: kind === 'share' ? percent(Number(value)) : count(value) };
  }
  if (typeof value === 'string') return { text: value };
  const { amount, ...shown } = value;
  return amount === undefined ? shown : { ...shown, text: amount.format(style) };
}
