/**
 * Secrets: seals what must never lie open - tax and bank numbers, second-factor secrets, the keys of persons - field by
 * field, and opens it again.
 *
 * AES-256-GCM with a nonce of its own for each value. The place (table, column, row) is authenticated with it, so that a
 * sealed value copied to another row does not open there. A header names the key, so that keys can be changed.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Config } from '../config/config.js';
import { parseKey, parseKeyRing, type SecretKey } from './key-ring.js';

/** Where a sealed value lies; it opens nowhere else. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  /** The row's id. */
  readonly id: string;
}

export interface SealedValue {
  readonly sealed: Buffer;
  readonly keyVersion: number;
}

/** The kinds of numbers that duplicates are looked for of. */
export type FingerprintKind = 'ein' | 'tin' | 'bank_account';

/** A sealed value that does not open: another key, another place, or it was changed. Says nothing of its content. */
export class SealError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SealError';
  }
}

const FORMAT = 1;
const HEADER_BYTES = 5;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What the keys are used for, each with a key of its own that is derived from it. */
const derive = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `granary ${purpose}`, 32));

export class Secrets {
  private keys: ReadonlyMap<number, Buffer>;
  private current: number;
  private readonly prints: Buffer;

  /** `reread` gives the ring as it stands now: asked when a value names a key that was added after the start. */
  constructor(
    ring: readonly SecretKey[],
    fingerprintKey: Buffer,
    private readonly reread?: () => readonly SecretKey[],
  ) {
    this.prints = fingerprintKey;
    [this.current, this.keys] = readRing(ring);
  }

  /** The number of the key that seals. */
  get currentVersion(): number {
    return this.current;
  }

  seal(place: SealedPlace, plain: string): SealedValue {
    const keyVersion = this.currentVersion;
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(FORMAT, 0);
    header.writeUInt32BE(keyVersion, 1);
    return { sealed: sealWith(this.sealingKey(keyVersion), header, placeText(place), plain), keyVersion };
  }

  /** Throws SealError when it does not belong there, was changed, or its key is not on the ring. */
  open(place: SealedPlace, sealed: Buffer): string {
    const version = this.versionOf(sealed);
    return openWith(this.sealingKey(version), HEADER_BYTES, placeText(place), sealed);
  }

  /** The number of the key a value is sealed with. */
  versionOf(sealed: Buffer): number {
    if (sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || sealed.readUInt8(0) !== FORMAT) {
      throw new SealError('This is not a sealed value');
    }
    return sealed.readUInt32BE(1);
  }

  /**
   * 32 bytes that are the same for the same number and tell nothing without the key: for finding duplicates and for a
   * unique constraint. Take `normalizeNumber` first.
   */
  fingerprint(kind: FingerprintKind, normalized: string): Buffer {
    return createHmac('sha256', derive(this.prints, `fingerprint ${kind}`))
      .update(normalized, 'utf8')
      .digest();
  }

  /** What each key answers to one question: tells a wrong key from the right one, and tells nothing else. 0 is the fingerprints'. */
  checkValues(): ReadonlyMap<number, Buffer> {
    const answers = new Map([[0, derive(this.prints, 'check').subarray(0, 16)]]);
    for (const [version, key] of this.keys) answers.set(version, derive(key, 'check').subarray(0, 16));
    return answers;
  }

  private sealingKey(version: number): Buffer {
    if (!this.keys.has(version) && this.reread !== undefined) [this.current, this.keys] = readRing(this.reread());
    const key = this.keys.get(version);
    if (key === undefined) throw new SealError(`Key ${version} is not on the ring of SECRET_KEYS`);
    return derive(key, 'seal');
  }
}

function readRing(ring: readonly SecretKey[]): [number, ReadonlyMap<number, Buffer>] {
  const [current] = ring;
  if (current === undefined) throw new SealError('There is no key to seal with');
  return [current.version, new Map(ring.map(({ version, key }) => [version, key]))];
}

function placeText({ table, column, id }: SealedPlace): string {
  return `${table}:${column}:${id}`;
}

/** `header` stands in front in clear and is authenticated with the place. */
export function sealWith(key: Buffer, header: Buffer, place: string, plain: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.concat([header, Buffer.from(place, 'utf8')]));
  const content = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([header, nonce, content, cipher.getAuthTag()]);
}

export function openWith(key: Buffer, headerBytes: number, place: string, sealed: Buffer): string {
  const header = sealed.subarray(0, headerBytes);
  const nonce = sealed.subarray(headerBytes, headerBytes + NONCE_BYTES);
  const content = sealed.subarray(headerBytes + NONCE_BYTES, sealed.length - TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.concat([header, Buffer.from(place, 'utf8')]));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(content), decipher.final()]).toString('utf8');
  } catch {
    // The cause says nothing more, and nothing of the content may come along.
    throw new SealError('A sealed value does not open: it was changed, moved, or sealed with another key');
  }
}

/** Digits alone, so that `12-3456789` and `123456789` are one number. */
export function normalizeNumber(text: string): string {
  return text.replace(/\D/g, '');
}

/** What is shown instead of the number: its last four digits, of a short one at most half of it. */
export function lastFour(normalized: string): string {
  const shown = Math.min(4, Math.floor(normalized.length / 2));
  return shown === 0 ? '' : normalized.slice(-shown);
}

/** The secrets of an installation, for whoever is not given them by injection: commands. */
export function openSecrets(config: Pick<Config, 'secretKeys' | 'fingerprintKey'>): Secrets {
  const prints = parseKey(config.fingerprintKey);
  if (prints === undefined)
    throw new SealError('The fingerprint-key in DATA_DIR cannot be read: put back the one it was');
  const read = (): SecretKey[] => {
    const ring = parseKeyRing(config.secretKeys);
    if (ring === undefined) throw new SealError('The secret-keys in DATA_DIR cannot be read: put back those that were');
    return ring;
  };
  return new Secrets(read(), prints, read);
}
