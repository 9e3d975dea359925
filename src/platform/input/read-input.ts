/** readInput: turns what was sent into an input, or says everything that is wrong with it at once. */
import { type FieldProblem, invalid } from '../../kernel/errors.js';
import { type FieldSpec, fieldsOf, type InputClass } from './fields.js';

const isAbsent = (raw: unknown): boolean =>
  raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');

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
  for (const name of Object.keys(sent)) {
    if (!known.has(name)) problems.push({ field: at(name), code: 'field.unknown', params: { name } });
  }
  for (const field of fields) {
    const value = Object.hasOwn(sent, field.name) ? sent[field.name] : undefined;
    // A passphrase may consist of spaces; an empty text in JSON is a mistake the field itself names.
    const isMissing = field.kind === 'secret' ? value === undefined || value === '' : isAbsent(value);
    const outcome = isMissing ? absent(field, form) : field.read(value, form);
    if ('problem' in outcome) {
      problems.push({ field: at(field.name), ...outcome.problem });
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
  if (problems.length > 0)
    throw invalid('input.has_problems', { params: { count: problems.length }, fields: problems });
  return result as T;
}
