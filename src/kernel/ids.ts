/**
 * Identifiers and secrets. An id names a thing and is no secret; a token is a secret, and only its hash is stored.
 */
import { createHash, randomBytes } from 'node:crypto';
import { v7, validate } from 'uuid';

/** A new uuidv7, lower case: its first part is the time, so rows made together lie together in an index. */
export function newId(): string {
  return v7();
}

/** Whether the text can be an id at all; asked before a query, as the database refuses a malformed uuid. */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && validate(text);
}

/** A new secret of 256 random bits: 43 characters of base64url, safe in a link. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * SHA-256 of a token, 64 hexadecimal characters. No salt and no slow hash are needed, because a random token of 256
 * bits cannot be guessed; never use it for a passphrase.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
