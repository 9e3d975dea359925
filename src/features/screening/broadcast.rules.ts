/** Merge fields of a message to many: which there are, which are used, and the message with them filled. */
import type { Sentence } from '../../kernel/errors.js';

export const MERGE_FIELDS = ['organization', 'title', 'number', 'round', 'due', 'requested'] as const;
export type MergeField = (typeof MERGE_FIELDS)[number];
export type MergeValues = Readonly<Record<MergeField, string>>;

/** A field stands in braces; what else is in braces is taken for a field that was spelled wrong. */
const FIELD = /\{\s*([^{}\n]{1,60}?)\s*\}/g;

const isField = (name: string): name is MergeField => (MERGE_FIELDS as readonly string[]).includes(name);

/** What is wrong with the fields of a text, if anything: names that are none. */
export function fieldProblem(text: string): Sentence | undefined {
  const unknown = [...text.matchAll(FIELD)].map(([, name = '']) => name).filter((name) => !isField(name));
  if (unknown.length === 0) return undefined;
  const known = MERGE_FIELDS.map((name) => `{${name}}`).join(', ');
  return { code: 'broadcast.field_unknown', params: { field: `{${unknown[0] ?? ''}}`, known } };
}

/** The text with its fields filled. A value is text and nothing else: braces in a name are no field. */
export function merge(text: string, values: MergeValues): string {
  const filled = text.replace(FIELD, (whole, name: string) => (isField(name) ? values[name] : whole));
  // An hour at the end of a sentence has its full stop already.
  return filled.replace(/\b([ap]\.m\.)\.(?!\.)/g, '$1');
}
