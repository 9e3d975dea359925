/**
 * Key rings: the keys that secrets are sealed with, each with its number, as they stand in a setting or a file:
 * `2:base64,1:base64`. The first is the one that seals; the others only open what is older.
 */
import { randomBytes } from 'node:crypto';

export interface SecretKey {
  /** From 1 on; kept beside every sealed value. */
  readonly version: number;
  /** 256 bits. */
  readonly key: Buffer;
}

const KEY_BYTES = 32;
const MOST_KEYS = 100;

/** What a setting with keys must look like, as an operator is told. */
export const KEYS_EXPECTED = 'numbered keys of 32 bytes in base64, the current one first, such as 2:…,1:…';
export const KEY_EXPECTED = 'a key of 32 bytes in base64';

/** The keys a text names, in its order; undefined when it is no key ring. */
export function parseKeyRing(text: string): SecretKey[] | undefined {
  const keys = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(parseNumbered);
  if (keys.length === 0 || keys.length > MOST_KEYS) return undefined;
  if (keys.some((key) => key === undefined)) return undefined;
  const whole = keys as SecretKey[];
  return new Set(whole.map(({ version }) => version)).size === whole.length ? whole : undefined;
}

function parseNumbered(text: string): SecretKey | undefined {
  const match = /^(\d{1,6}):(.+)$/.exec(text);
  const key = parseKey(match?.[2] ?? '');
  const version = Number(match?.[1]);
  return key === undefined || !(version >= 1) ? undefined : { version, key };
}

/** One key alone; base64 with or without its filling, and the spelling for addresses too. */
export function parseKey(text: string): Buffer | undefined {
  const trimmed = text.trim();
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
  const key = Buffer.from(trimmed, 'base64');
  return key.length === KEY_BYTES ? key : undefined;
}

export function newKeyText(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

/** A ring of one new key. */
export function newKeyRing(): string {
  return `1:${newKeyText()}`;
}

/** The same ring with a new key in front, which seals from now on. */
export function withNewKey(text: string): string {
  const ring = parseKeyRing(text);
  if (ring === undefined) throw new Error('This is no key ring');
  const next = Math.max(...ring.map(({ version }) => version)) + 1;
  return `${next}:${newKeyText()},${text.trim()}`;
}
