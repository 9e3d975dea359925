/** Passphrases: argon2id, by the figures of the OWASP cheat sheet (19 MiB, two passes, one lane). */
import { hash, verify } from '@node-rs/argon2';
import { normalizePassphrase } from './identity.rules.js';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A hash of no passphrase at all: compared with when there is no account, so that both answers take as long. */
let dummy: Promise<string> | undefined;

export function hashPassphrase(passphrase: string): Promise<string> {
  return hash(normalizePassphrase(passphrase), COST);
}

/** Compares with the stored hash, or with one that nothing fits when there is none. */
export async function fitsPassphrase(stored: string | null, passphrase: string): Promise<boolean> {
  dummy ??= hash(crypto.randomUUID(), COST);
  const fits = await verify(stored ?? (await dummy), normalizePassphrase(passphrase));
  return fits && stored !== null;
}
