/** Which fields of an input are files, what kinds they take, and how the names of sent ones are compared with them. */
import { fieldsOf, type InputClass } from '../input/fields.js';
import type { FileKindName } from './kind-names.js';

type Accepted = ReadonlyMap<string, readonly FileKindName[]>;

const NONE: Accepted = new Map();
const known = new WeakMap<InputClass, Accepted>();

/** What kinds each field takes: of `receiptId`, and of `lines.receiptId` for a file in each row of a list. */
export function acceptedIn(input: InputClass | undefined): Accepted {
  if (input === undefined) return NONE;
  const before = known.get(input);
  if (before !== undefined) return before;
  const accepted: Accepted = new Map(
    fieldsOf(input).flatMap(({ kind, name, item, accept = [] }): [string, readonly FileKindName[]][] => {
      if (kind === 'file') return [[name, accept]];
      if (kind !== 'list' || item === undefined) return [];
      return [...acceptedIn(item())].map(([path, kinds]) => [`${name}.${path}`, kinds]);
    }),
  );
  known.set(input, accepted);
  return accepted;
}

/** `receiptId`, and `lines.receiptId` for a file in each row of a list. */
export const fileFieldsOf = (input: InputClass | undefined): readonly string[] => [...acceptedIn(input).keys()];

/** `lines[0].receiptId` and `lines[0][receiptId]` without the numbers of rows: `lines.receiptId`. */
export function plainPath(sent: string): string {
  return sent
    .replace(/\[([^\]]*)\]/g, '.$1')
    .split('.')
    .filter((part) => !/^\d*$/.test(part))
    .join('.');
}

/** What was sent for the files of a form: the texts in the fields that are files. */
export function sentFiles(input: InputClass | undefined, values: unknown): string[] {
  const ids: string[] = [];
  for (const path of fileFieldsOf(input)) collect(values, path.split('.'), ids);
  return ids;
}

function collect(value: unknown, path: readonly string[], into: string[]): void {
  const [name, ...rest] = path;
  if (name === undefined) {
    if (typeof value === 'string') into.push(value);
  } else if (Array.isArray(value)) {
    for (const each of value.slice(0, 500)) collect(each, path, into);
  } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) {
    collect((value as Record<string, unknown>)[name], rest, into);
  }
}
