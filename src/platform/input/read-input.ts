/** readInput: turns what was sent into an input, or says everything that is wrong with it at once. */
import { type FieldProblem, invalid } from '../../kernel/errors.js';
import { type FieldSpec, fieldsOf, type InputClass } from './fields.js';

const isAbsent = (raw: unknown): boolean =>
  raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');

const MOST_UNKNOWN = 20;
const MOST_PROBLEMS = 200;

/** A form's spare rows are sent blank; they are not lines. */
const isBlank = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && Object.values(item).every(isAbsent);

/** What a field that was not sent stands for. */
function absent(field: FieldSpec, form: boolean): { value: unknown } | { problem: { code: string } } {
  if (form && field.kind === 'yes_no') return { value: false };
  if (form && (field.kind === 'many' || field.kind === 'list')) return { value: [] };
  return field.optional ? { value: undefined } : { problem: { code: 'field.required' } };
}

function readFields(input: InputClass, raw: unknown, form: boolean, path: string, problems: FieldProblem[]): object {
  const result = new input() as Record<string, unknown>;
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    problems.push({ field: path, code: 'field.not_an_object' });
    return result;
  }
  const fields = fieldsOf(input);
  const sent = raw as Record<string, unknown>;
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const known = new Set(fields.map((field) => field.name));
  // What is said of unknown names is bounded, so that a body full of them does not make a larger answer.
  for (const name of Object.keys(sent)
    .filter((each) => !known.has(each))
    .slice(0, MOST_UNKNOWN)) {
    const shown = name.slice(0, 40);
    problems.push({ field: at(shown), code: 'field.unknown', params: { name: shown } });
  }
  for (const field of fields) {
    const value = Object.hasOwn(sent, field.name) ? sent[field.name] : undefined;
    // A passphrase may consist of spaces; an empty text in JSON is a mistake the field itself names.
    const isMissing = field.kind === 'secret' ? value === undefined || value === '' : isAbsent(value);
    const outcome = isMissing ? absent(field, form) : field.read(value, form);
    if ('problem' in outcome) {
      problems.push({ field: at(field.name), label: field.label, kind: field.kind, ...outcome.problem });
    } else if (field.kind === 'list' && field.item !== undefined && Array.isArray(outcome.value)) {
      const item = field.item();
      result[field.name] = outcome.value.flatMap((each: unknown, index) =>
        form && isBlank(each) ? [] : [readFields(item, each, form, `${at(field.name)}[${index}]`, problems)],
      );
    } else {
      result[field.name] = outcome.value;
    }
  }
  return result;
}

/** Throws 422 with a sentence for each field that is missing, unknown or not readable. */
export function readInput<T extends object>(input: InputClass<T>, raw: unknown, form: boolean): T {
  const problems: FieldProblem[] = [];
  const result = readFields(input, raw ?? {}, form, '', problems);
  if (problems.length > 0) {
    const params = { count: problems.length };
    throw invalid('input.has_problems', { params, fields: problems.slice(0, MOST_PROBLEMS) });
  }
  return result as T;
}
