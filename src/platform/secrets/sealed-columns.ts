/**
 * Sealed: marks a column whose values are sealed. Rotation, the sealing of what still lies open, and the test that looks
 * for leaks read the list that the marks make.
 */
import type { FingerprintKind } from './secrets.js';

export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** Names of the row's id in the database; `id` when absent. */
  readonly idColumn?: string;
  /** Holds the number of the key, where the table has one. */
  readonly keyVersionColumn?: string;
  readonly fingerprint?: { readonly column: string; readonly kind: FingerprintKind };
  readonly lastFourColumn?: string;
  /** Where the value lay open before: what is still there at a start is sealed and taken away. */
  readonly plainColumn?: string;
}

const found: SealedColumn[] = [];

/** Every sealed column of the features that are loaded. */
export const SEALED_COLUMNS: readonly SealedColumn[] = found;

const secretFields = new Set<string>();

/** On the entity's property, beside its `Column({ type: 'bytea' })`. */
export function Sealed(column: SealedColumn): PropertyDecorator {
  return (_target, property) => {
    if (found.some((each) => each.table === column.table && each.column === column.column)) return;
    found.push(column);
    for (const name of [column.column, column.fingerprint?.column, column.plainColumn, String(property)]) {
      if (name !== undefined) secretFields.add(camel(name));
    }
  };
}

/** Whether a field of this name holds what is sealed, its fingerprint, or what lay open before: never told, only that it changed. */
export function isSecretField(name: string): boolean {
  return secretFields.has(camel(name));
}

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
