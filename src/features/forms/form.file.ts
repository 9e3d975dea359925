/** FormFile: a form as JSON that travels between installations. */
import type { Sentence } from '../../kernel/errors.js';
import { type FormDefinition, MOST } from './form.definition.js';
import { readDefinition } from './form.reader.js';

/** What the file says it is, and in which shape. */
const FORMAT = 'granary-form/1';
const MOST_NAME = 120;

export interface FormFile {
  readonly format: string;
  readonly name: string;
  readonly definition: FormDefinition;
}

export const formFile = (name: string, definition: FormDefinition): FormFile => ({ format: FORMAT, name, definition });

export type FormFileReading =
  { readonly name?: string; readonly definition: FormDefinition } | { readonly problems: readonly Sentence[] };

/** Reads a file of ours, or a bare definition. */
export function readFormFile(text: string): FormFileReading {
  if (text.length > MOST.bytes) {
    return { problems: [{ code: 'form.too_large', params: { most: MOST.bytes / 1000 } }] };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problems: [{ code: 'form.not_json' }] };
  }
  if (typeof json !== 'object' || json === null || !('format' in json)) return readDefinition(json);
  const { format, name, definition } = json as Record<string, unknown>;
  if (format !== FORMAT) return { problems: [{ code: 'form.other_format', params: { format: FORMAT } }] };
  const reading = readDefinition(definition);
  if ('problems' in reading) return reading;
  const isName = typeof name === 'string' && name.trim() !== '' && name.length <= MOST_NAME;
  return { ...(isName && { name: name.trim() }), definition: reading.definition };
}
