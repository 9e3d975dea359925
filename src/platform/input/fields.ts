/**
 * Fields of an input: one decorator per kind of field carries its reading (from JSON and from a form), its validation,
 * its OpenAPI schema and its label. An input is a plain class of decorated properties, shared by API and page.
 */
import 'reflect-metadata';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { AppError, type Sentence } from '../../kernel/errors.js';
import { isId } from '../../kernel/ids.js';
import { Money } from '../../kernel/money.js';
import { Calendar } from '../../kernel/calendar.js';
import { parseTime } from '../../kernel/time-of-day.js';
import { manyLines, mixedWord, oneLine } from '../../kernel/writing.js';
import { type FileKindName, RECEIPT_KINDS } from '../files/kind-names.js';
import { ApiProperty } from '../http/api-description.js';

export type FieldKind =
  | 'text'
  | 'long_text'
  | 'secret'
  | 'money'
  | 'date'
  | 'time'
  | 'integer'
  | 'percent'
  | 'choice'
  | 'many'
  | 'yes_no'
  | 'ref'
  | 'file'
  | 'anything'
  | 'list';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are classes of any shape
export type InputClass<T = any> = new () => T;

export interface FieldSpec {
  readonly name: string;
  readonly kind: FieldKind;
  /** Key of the label in the text catalogue; its hint, if any, has the same key and `.hint`. */
  readonly label: string;
  readonly optional: boolean;
  readonly max?: number;
  readonly choices?: readonly string[];
  readonly item?: () => InputClass;
  /** Of a file: what kinds are taken. */
  readonly accept?: readonly FileKindName[];
  /** Turns what was sent into a value, or says what is wrong with it. `form` is true for text from a form or query. */
  read(raw: unknown, form: boolean): { value: unknown } | { problem: Sentence };
}

export interface FieldOptions {
  readonly label: string;
  readonly optional?: boolean;
}

const FIELDS = Symbol('granary.fields');

export function fieldsOf(input: InputClass): readonly FieldSpec[] {
  return (Reflect.getMetadata(FIELDS, input) as FieldSpec[] | undefined) ?? [];
}

function declare(
  spec: Omit<FieldSpec, 'name' | 'optional'>,
  optional: boolean,
  api: ApiPropertyOptions,
): PropertyDecorator {
  return (target, property) => {
    const input = target.constructor as InputClass;
    const own = Reflect.getOwnMetadata(FIELDS, input) as FieldSpec[] | undefined;
    const fields = own ?? [...fieldsOf(input)];
    fields.push({ ...spec, optional, name: String(property) });
    Reflect.defineMetadata(FIELDS, fields, input);
    ApiProperty({ required: !optional, ...api } as ApiPropertyOptions)(target, property);
  };
}

const ok = (value: unknown): { value: unknown } => ({ value });
const bad = (code: string, params?: Record<string, unknown>): { problem: Sentence } => ({ problem: { code, params } });

/** What stands in one box of a form; a name that was sent twice or as a list is no figure. */
const typed = (raw: unknown): string => (typeof raw === 'string' ? raw : '');

export interface TextOptions extends FieldOptions {
  /** Most characters after trimming; 200 when absent. */
  readonly max?: number;
  readonly min?: number;
  readonly pattern?: RegExp;
  /** The sentence for text that does not match the pattern. */
  readonly patternCode?: string;
  readonly long?: boolean;
}

/**
 * Text on one line, trimmed and without what nobody sees; control characters are refused, line breaks save in long text,
 * and on one line a word in which letters of another alphabet pass for Latin ones.
 */
export function Text(options: TextOptions): PropertyDecorator {
  const max = options.max ?? (options.long ? 4000 : 200);
  const read: FieldSpec['read'] = (raw) => {
    if (typeof raw !== 'string') return bad('field.not_text');
    // Nobody types so much into this by mistake: it is not even cleaned, so that a flood costs nothing.
    if (raw.length > max * 4 + 1000) return bad('field.too_long', { max, length: raw.length });
    const value = options.long || /[\r\n\u2028\u2029]/.test(raw.trim()) ? manyLines(raw) : oneLine(raw);
    // eslint-disable-next-line no-control-regex -- these are the characters being refused
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value)) return bad('field.control_characters');
    // Half of a surrogate pair is no character, and PostgreSQL refuses it in JSON.
    if (/\p{Surrogate}/u.test(value)) return bad('field.control_characters');
    if (!options.long && value.includes('\n')) return bad('field.one_line');
    // What stands for bytes that could not be read is no letter of a name.
    if (!options.long && value.includes('\ufffd')) return bad('field.control_characters');
    const mixed = options.long ? undefined : mixedWord(value);
    if (mixed !== undefined) return bad('field.mixed_letters', { word: mixed });
    const length = [...value].length;
    if (length > max) return bad('field.too_long', { max, length });
    if (length < (options.min ?? 1)) return bad('field.too_short', { min: options.min ?? 1 });
    if (options.pattern !== undefined && !options.pattern.test(value))
      return bad(options.patternCode ?? 'field.not_matching');
    return ok(value);
  };
  const kind = options.long ? 'long_text' : 'text';
  return declare({ kind, label: options.label, max, read }, options.optional ?? false, {
    type: String,
    maxLength: max,
  });
}

/** A passphrase: taken exactly as typed, never shown again. */
export function Secret(options: FieldOptions & { readonly max?: number }): PropertyDecorator {
  const max = options.max ?? 500;
  const read: FieldSpec['read'] = (raw) => {
    if (typeof raw !== 'string') return bad('field.not_text');
    return raw.length > max ? bad('field.too_long', { max, length: raw.length }) : ok(raw);
  };
  const api: ApiPropertyOptions = { type: String, format: 'password' };
  return declare({ kind: 'secret', label: options.label, max, read }, options.optional ?? false, api);
}

/** An amount in US dollars: a money object in JSON, text such as "1,234.50" in a form. */
export function MoneyField(options: FieldOptions & { readonly allowZero?: boolean }): PropertyDecorator {
  const read: FieldSpec['read'] = (raw, form) => {
    try {
      const amount = form ? Money.parse(typed(raw)) : Money.fromJSON(raw);
      if (amount.isNegative) return bad('field.money_negative');
      if (amount.isZero && !options.allowZero) return bad('field.money_zero');
      return ok(amount);
    } catch (error) {
      if (error instanceof AppError) return bad(error.code, error.params);
      throw error;
    }
  };
  return declare({ kind: 'money', label: options.label, read }, options.optional ?? false, {
    type: 'object',
    properties: { amount: { type: 'string', example: '1250.00' }, currency: { type: 'string', enum: ['USD'] } },
    required: ['amount', 'currency'],
    additionalProperties: false,
  } as ApiPropertyOptions);
}

/** A calendar date, kept as 'YYYY-MM-DD'. Forms may also say 10/30/2020. */
export function DateField(options: FieldOptions): PropertyDecorator {
  const read: FieldSpec['read'] = (raw, form) => {
    if (typeof raw !== 'string') return bad('field.not_a_date');
    const date = form ? Calendar.parseDate(raw) : Calendar.isDate(raw) ? raw : undefined;
    return date === undefined ? bad('field.not_a_date') : ok(date);
  };
  const api: ApiPropertyOptions = { type: String, format: 'date' };
  return declare({ kind: 'date', label: options.label, read }, options.optional ?? false, api);
}

/** A time of day, kept as '17:00'. It may also be said as 5:00 PM. */
export function TimeField(options: FieldOptions): PropertyDecorator {
  const read: FieldSpec['read'] = (raw) => {
    const time = typeof raw === 'string' ? parseTime(raw) : undefined;
    return time === undefined ? bad('field.not_a_time') : ok(time);
  };
  const api: ApiPropertyOptions = { type: String, example: '17:00' };
  return declare({ kind: 'time', label: options.label, read }, options.optional ?? false, api);
}

export function Integer(options: FieldOptions & { readonly min?: number; readonly max?: number }): PropertyDecorator {
  const { min = 0, max = 1_000_000_000 } = options;
  const read: FieldSpec['read'] = (raw, form) => {
    const text = form ? typed(raw).trim().replace(/,/g, '') : raw;
    const value = typeof text === 'string' && /^-?\d{1,12}$/.test(text) ? Number(text) : text;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || (!form && typeof raw !== 'number')) {
      return bad('field.not_a_number');
    }
    return value < min || value > max ? bad('field.out_of_range', { min, max }) : ok(value);
  };
  const api: ApiPropertyOptions = { type: 'integer', minimum: min, maximum: max };
  return declare({ kind: 'integer', label: options.label, read }, options.optional ?? false, api);
}

/** A percentage, kept in basis points: "15" or "10.5" in a form, 1050 in JSON. */
export function Percent(options: FieldOptions & { readonly max?: number }): PropertyDecorator {
  const max = options.max ?? 10_000;
  const read: FieldSpec['read'] = (raw, form) => {
    let value = raw;
    if (form) {
      const match = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/.exec(typed(raw).trim());
      if (match === null) return bad('field.not_a_percentage');
      value = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
    }
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return bad('field.not_a_percentage');
    return value < 0 || value > max ? bad('field.percentage_out_of_range', { max: max / 100 }) : ok(value);
  };
  const api: ApiPropertyOptions = { type: 'integer', minimum: 0, maximum: max, description: 'Basis points' };
  return declare({ kind: 'percent', label: options.label, read }, options.optional ?? false, api);
}

export function Choice(choices: readonly string[], options: FieldOptions): PropertyDecorator {
  const read: FieldSpec['read'] = (raw) =>
    typeof raw === 'string' && choices.includes(raw) ? ok(raw) : bad('field.not_a_choice');
  const api: ApiPropertyOptions = { type: String, enum: [...choices] };
  return declare({ kind: 'choice', label: options.label, choices, read }, options.optional ?? false, api);
}

/** Several of some choices; a form sends one value, many, or nothing. */
export function Many(choices: readonly string[], options: FieldOptions): PropertyDecorator {
  const read: FieldSpec['read'] = (raw, form) => {
    const list = Array.isArray(raw) ? raw : form ? [raw] : undefined;
    if (list === undefined || list.some((each) => typeof each !== 'string' || !choices.includes(each))) {
      return bad('field.not_a_choice');
    }
    return ok([...new Set(list as string[])]);
  };
  const api: ApiPropertyOptions = { type: [String], enum: [...choices] };
  return declare({ kind: 'many', label: options.label, choices, read }, options.optional ?? false, api);
}

/** Several keys of things that data defines, such as sections of a form; whether there are such is for the use case to say. */
export function Keys(options: FieldOptions & { readonly max?: number }): PropertyDecorator {
  const max = options.max ?? 60;
  const read: FieldSpec['read'] = (raw, form) => {
    const list = Array.isArray(raw) ? raw : form ? [raw] : undefined;
    const isKey = (each: unknown): boolean => typeof each === 'string' && /^[a-z][a-z0-9_]{0,39}$/.test(each);
    if (list === undefined || list.length > max || !list.every(isKey)) return bad('field.not_a_choice');
    return ok([...new Set(list as string[])]);
  };
  const api: ApiPropertyOptions = { type: [String], maxItems: max };
  return declare({ kind: 'many', label: options.label, read }, options.optional ?? false, api);
}

/**
 * Whatever a form that is data asks for: text, lists, rows, things by name. It is read by what asked for it; here it is
 * only known to be bounded by the body it came in.
 */
export function Anything(options: FieldOptions): PropertyDecorator {
  const api: ApiPropertyOptions = { description: 'What the question asks for' };
  return declare({ kind: 'anything', label: options.label, read: ok }, options.optional ?? false, api);
}

/** Yes or no. In a form an unchecked box sends nothing, which is no. */
export function YesNo(options: FieldOptions): PropertyDecorator {
  const read: FieldSpec['read'] = (raw, form) => {
    if (typeof raw === 'boolean') return ok(raw);
    if (form && (raw === 'yes' || raw === 'no')) return ok(raw === 'yes');
    return bad('field.not_yes_or_no');
  };
  return declare({ kind: 'yes_no', label: options.label, read }, options.optional ?? false, { type: Boolean });
}

/** The id of another thing; whether it exists and may be seen is for the use case to say. */
export function Ref(options: FieldOptions): PropertyDecorator {
  const read: FieldSpec['read'] = (raw) => (typeof raw === 'string' && isId(raw) ? ok(raw) : bad('field.not_found'));
  const api: ApiPropertyOptions = { type: String, format: 'uuid' };
  return declare({ kind: 'ref', label: options.label, read }, options.optional ?? false, api);
}

/**
 * A file that was handed in: the id of an attachment. In JSON it is what `POST /api/attachments` answered; the file
 * itself in a form, which is kept before the handler runs, so that the handler gets its id either way. PDF and pictures
 * are taken when nothing else is said; whether a file that was handed in elsewhere fits is for the thing it is linked to.
 */
export function FileField(options: FieldOptions & { readonly accept?: readonly FileKindName[] }): PropertyDecorator {
  const read: FieldSpec['read'] = (raw) => (typeof raw === 'string' && isId(raw) ? ok(raw) : bad('upload.no_file'));
  const api: ApiPropertyOptions = { type: String, format: 'uuid', description: 'The id of an attachment' };
  const accept = options.accept ?? RECEIPT_KINDS;
  return declare({ kind: 'file', label: options.label, accept, read }, options.optional ?? false, api);
}

/** A list of inputs of their own; in a form `lines[0][amount]`. At most 500 when nothing else is said. */
export function List(item: () => InputClass, options: FieldOptions & { readonly max?: number }): PropertyDecorator {
  const max = options.max ?? 500;
  const read: FieldSpec['read'] = (raw) => {
    if (!Array.isArray(raw)) return bad('field.not_a_list');
    return raw.length > max ? bad('field.too_many', { max }) : ok(raw);
  };
  return declare({ kind: 'list', label: options.label, item, max, read }, options.optional ?? false, {
    type: () => [item()],
  } as ApiPropertyOptions);
}
