/**
 * Texts: every sentence a person reads, by key. The sentences are ICU messages in `texts/<locale>/<area>.json`, flat
 * objects that are merged at start; a key that stands in two files stops the start, so that nobody edits the one that
 * is not shown.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import type { Sentence, TextParams } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { projectRoot } from '../config/root.js';

/** How dates among the parameters are shown; the kernel's Calendar fits. */
export interface DateWords {
  formatDate(date: string, style: 'short' | 'long' | 'full'): string;
  formatInstant(instant: Date): string;
}

export interface TextsOptions {
  readonly locale?: string;
  /** The folder with one folder per locale; the project's own when left out. */
  readonly folder?: string;
  readonly dates?: DateWords;
  /**
   * Called for a key that no file has. Without it the key throws, which is right while developing and testing; in
   * production it is better to show the key and report it than to lose the page.
   */
  readonly onMissing?: (key: string) => void;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

export class Texts {
  readonly locale: string;
  private readonly messages = new Map<string, string>();
  private readonly defaults = new Map<string, string>();
  private readonly compiled = new Map<string, IntlMessageFormat | string>();
  private readonly list: Intl.ListFormat;
  private readonly dates?: DateWords;
  private readonly onMissing?: (key: string) => void;

  constructor(messages: Readonly<Record<string, string>> = {}, options: TextsOptions = {}) {
    this.locale = options.locale ?? 'en';
    this.dates = options.dates;
    this.onMissing = options.onMissing;
    this.list = new Intl.ListFormat(this.locale, { type: 'conjunction' });
    for (const [key, message] of Object.entries(messages)) this.messages.set(key, message);
  }

  /** Reads all files of the locale. A duplicate key, or a value that is not text, throws and names the file. */
  static load(options: TextsOptions = {}): Texts {
    const folder = join(options.folder ?? join(projectRoot(), 'texts'), options.locale ?? 'en');
    const messages: Record<string, string> = {};
    const fileOf = new Map<string, string>();
    for (const file of readdirSync(folder).sort()) {
      if (!file.endsWith('.json')) continue;
      const content = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
      for (const [key, message] of Object.entries(content)) {
        if (typeof message !== 'string') throw new Error(`Text ${key} in ${file} is not a text`);
        const other = fileOf.get(key);
        if (other !== undefined) throw new Error(`Text ${key} stands in both ${other} and ${file}`);
        fileOf.set(key, file);
        messages[key] = message;
      }
    }
    return new Texts(messages, options);
  }

  /**
   * Adds English words that stand in a table elsewhere (the labels of a lifecycle, the meaning of a permission). A
   * text of the same key in a file wins; two different defaults for one key are a mistake.
   */
  add(defaults: Readonly<Record<string, string>>): this {
    for (const [key, message] of Object.entries(defaults)) {
      const before = this.defaults.get(key);
      if (before !== undefined && before !== message) throw new Error(`Text ${key} has two different defaults`);
      this.defaults.set(key, message);
    }
    return this;
  }

  has(key: string): boolean {
    return this.messages.has(key) || this.defaults.has(key);
  }

  keys(): readonly string[] {
    return [...new Set([...this.messages.keys(), ...this.defaults.keys()])];
  }

  /** Compiles every message, so that a mistake in one stops the start or a test and not a page. Throws with its key. */
  check(): void {
    for (const key of this.keys()) {
      try {
        this.compile(key);
      } catch (error) {
        throw new Error(`Text ${key} does not compile: ${String(error)}`, { cause: error });
      }
    }
  }

  t(key: string, params?: TextParams): string {
    const message = this.compile(key);
    if (typeof message === 'string') return message;
    // An hour at the end of a sentence has its full stop already.
    return String(message.format(this.shown(params))).replace(/\b([ap]\.m\.)\.(?!\.)/g, '$1');
  }

  /** The sentence of an error, a field problem or a blocker. */
  sentence(sentence: Sentence): string {
    return this.t(`error.${sentence.code}`, sentence.params);
  }

  /** A message without an argument is kept as plain text, so that the common case costs one look-up. */
  private compile(key: string): IntlMessageFormat | string {
    const ready = this.compiled.get(key);
    if (ready !== undefined) return ready;
    const source = this.messages.get(key) ?? this.defaults.get(key);
    if (source === undefined) {
      if (this.onMissing === undefined) throw new Error(`Text ${key} is missing`);
      this.onMissing(key);
      return key;
    }
    const compiled = /[{}'#]/.test(source)
      ? new IntlMessageFormat(source, this.locale, undefined, { ignoreTag: true })
      : source;
    this.compiled.set(key, compiled);
    return compiled;
  }

  private shown(params: TextParams | undefined): Record<string, string | number | boolean | null | undefined> {
    const shown: Record<string, string | number | boolean | null | undefined> = {};
    for (const [name, value] of Object.entries(params ?? {})) shown[name] = this.show(value);
    return shown;
  }

  private show(value: unknown): string | number | boolean | null | undefined {
    if (value instanceof Money) return value.format({ cents: 'auto' });
    if (value instanceof Date) return this.dates?.formatInstant(value) ?? value.toISOString();
    if (Array.isArray(value)) return this.list.format(value.map((item) => String(this.show(item))));
    if (typeof value === 'string' && this.dates !== undefined && DATE.test(value)) {
      return this.dates.formatDate(value, 'long');
    }
    if (typeof value === 'bigint') return value.toString();
    if (value === null || value === undefined) return value;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    return String(value);
  }
}
