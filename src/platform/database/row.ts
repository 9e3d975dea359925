/** Columns that every kind of row spells the same way. */
import { Column, type ColumnOptions, PrimaryColumn } from 'typeorm';
import { Money } from '../../kernel/money.js';

/** A thing with an id of ours and a version that a stale write is refused by. */
export abstract class Row {
  @PrimaryColumn('uuid')
  id: string;

  @Column({ type: 'integer', default: 1 })
  version: number;

  @Column({ type: 'timestamptz' })
  createdAt: Date;
}

/** A thing with a lifecycle. Only the transition writes `state`. */
export abstract class StatefulRow extends Row {
  @Column({ type: 'text' })
  state: string;
}

/** Whole US cents as a bigint column, read as Money. */
export function MoneyColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({
    type: 'bigint',
    ...options,
    transformer: {
      to: (value: Money | null | undefined) => (value instanceof Money ? value.cents.toString() : value),
      from: (value: string | null) => (value === null ? null : Money.ofCents(BigInt(value))),
    },
  });
}
