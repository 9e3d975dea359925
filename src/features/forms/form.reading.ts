/** Reading: reads JSON that somebody else wrote piece by piece, and gathers what is wrong with it, never too much of it. */
import { type AppError, invalid, type Sentence } from '../../kernel/errors.js';
import { manyLines } from '../../kernel/writing.js';
import { KEY_SHAPE } from './form.definition.js';

const MOST_PROBLEMS = 50;
/** Keys that mean something of their own in a program or in an answer. */
const TAKEN = ['constructor', 'prototype', 'typed'];
// eslint-disable-next-line no-control-regex -- these are the characters being refused
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u;
const SHOWN = 60;

const short = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text);

export class Reading {
  readonly problems: Sentence[] = [];

  get isSound(): boolean {
    return this.problems.length === 0;
  }

  say(code: string, params: Record<string, unknown> = {}): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ code, params });
  }

  /** What sentences call a part: its own words, or where it stands. */
  named(label: unknown, path: string): string {
    return typeof label === 'string' && label.trim() !== '' ? short(label.trim()) : path;
  }

  object(json: unknown, where: string, known: readonly string[]): Record<string, unknown> | undefined {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      this.say('form.not_an_object', { where });
      return undefined;
    }
    for (const name of Object.keys(json)) {
      if (!known.includes(name)) this.say('form.unknown_part', { where, name: short(name) });
    }
    return Object.fromEntries(known.map((name) => [name, Object.hasOwn(json, name) ? json[name as never] : undefined]));
  }

  list(json: unknown, where: string, most: number): readonly unknown[] | undefined {
    if (!Array.isArray(json)) this.say('form.not_a_list', { where });
    else if (json.length > most) this.say('form.too_many', { where, most, count: json.length });
    else return json;
    return undefined;
  }

  optionalList(json: unknown, where: string, most: number): readonly unknown[] | undefined {
    return json === undefined ? undefined : this.list(json, where, most);
  }

  text(json: unknown, where: string, most: number): string | undefined {
    if (typeof json !== 'string') this.say('form.not_text', { where });
    else if (CONTROL.test(json)) this.say('form.control_characters', { where });
    else if (json.trim() === '') this.say('form.empty', { where });
    else if (json.length > most) this.say('form.text_too_long', { where, most, length: json.length });
    else return manyLines(json);
    return undefined;
  }

  optionalText(json: unknown, where: string, most: number): string | undefined {
    return json === undefined ? undefined : this.text(json, where, most);
  }

  key(json: unknown, where: string): string {
    if (typeof json === 'string' && KEY_SHAPE.test(json) && !TAKEN.includes(json)) return json;
    this.say('form.key_shape', { where, key: short(typeof json === 'string' ? json : '') });
    return '';
  }

  flag(json: unknown, where: string, name: string): boolean | undefined {
    if (json !== undefined && typeof json !== 'boolean') this.say('form.not_yes_or_no', { where, name });
    return json === true ? true : undefined;
  }

  count(json: unknown, where: string, name: string, least: number, most: number): number | undefined {
    if (json === undefined) return undefined;
    if (typeof json === 'number' && Number.isSafeInteger(json) && json >= least && json <= most) return json;
    this.say('form.not_a_count', { where, name, least, most });
    return undefined;
  }

  choice<T extends string>(json: unknown, where: string, name: string, known: readonly T[]): T | undefined {
    const found = known.find((each) => each === json);
    if (found === undefined) this.say('form.not_one_of', { where, name, known: known.join(', ') });
    return found;
  }
}

/** All that is wrong with a form, said beside one box. */
export function problemsWith(field: string, problems: readonly Sentence[]): AppError {
  const fields = problems.map((problem) => ({ field, ...problem }));
  return invalid('input.has_problems', { params: { count: fields.length }, fields });
}
