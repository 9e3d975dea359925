/** Which fields of an input are files, and how the names of sent ones are compared with them. */
import { fieldsOf, type InputClass } from '../input/fields.js';

const known = new WeakMap<InputClass, readonly string[]>();

/** `receiptId`, and `lines.receiptId` for a file in each row of a list. */
export function fileFieldsOf(input: InputClass | undefined): readonly string[] {
  if (input === undefined) return [];
  const before = known.get(input);
  if (before !== undefined) return before;
  const paths = fieldsOf(input).flatMap(({ kind, name, item }) => {
    if (kind === 'file') return [name];
    return kind === 'list' && item !== undefined ? fileFieldsOf(item()).map((path) => `${name}.${path}`) : [];
  });
  known.set(input, paths);
  return paths;
}

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
