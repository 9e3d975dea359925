/** Pure rules of the second step: which roles wait for it, its codes, and how recovery codes look. */
import { randomInt } from 'node:crypto';
import { generateSecret, generateURI, verifySync } from 'otplib';
import type { Grant, PersonActor } from '../../kernel/actor.js';
import type { Role } from '../../kernel/policy.js';

/** Roles over money, signatures and other people's roles: without a second step they do not work. */
export const SECOND_FACTOR_ROLES: ReadonlySet<Role> = new Set([
  'finance_officer',
  'finance_approver',
  'agency_signatory',
  'administrator',
]);

export const RECOVERY_CODES = 10;
const STEP_SECONDS = 30;

/** What of a person's roles works in a session, and what waits for the second step. */
export type GrantShare = Pick<PersonActor, 'grants' | 'withheld' | 'secondFactor'>;

export function shareGrants(grants: readonly Grant[], given: boolean, required: boolean): GrantShare {
  if (given) return { grants, secondFactor: 'done' };
  if (!required) return { grants };
  const withheld = grants.filter(({ role }) => SECOND_FACTOR_ROLES.has(role));
  if (withheld.length === 0) return { grants, secondFactor: 'missing' };
  return { grants: grants.filter(({ role }) => !SECOND_FACTOR_ROLES.has(role)), withheld, secondFactor: 'missing' };
}

/** A new secret of 160 bits, as apps take it. */
export function newSecret(): string {
  return generateSecret({ length: 20 });
}

/** What the picture on the page says to an app. */
export function appAddress(secret: string, agency: string, person: string): string {
  // A colon would part the name from the account a second time.
  return generateURI({ issuer: agency.replaceAll(':', ' '), label: person.replaceAll(':', ' '), secret });
}

/** The secret in groups of four, for typing. */
export function inFours(text: string): string {
  return text.replace(/(.{4})(?=.)/gu, '$1 ');
}

/** Six digits however they were grouped; undefined for anything else. */
export function appCode(typed: string): string | undefined {
  const digits = typed.replace(/[\s-]/gu, '');
  return /^\d{6}$/u.test(digits) ? digits : undefined;
}

/**
 * The half minute whose code this is: now, just past or just coming, since clocks of phones are not exact. Undefined
 * for a wrong code and for one of a half minute that was used already.
 */
export function stepOf(secret: string, digits: string, now: Date, lastStep: number): number | undefined {
  const epoch = Math.floor(now.getTime() / 1000);
  // A clock that was set back: nothing can be new yet.
  if (lastStep > Math.floor(epoch / STEP_SECONDS)) return undefined;
  const result = verifySync({ secret, token: digits, epoch, epochTolerance: STEP_SECONDS, afterTimeStep: lastStep });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}

/** Letters and digits that nobody takes for one another. */
const LETTERS = '23456789abcdefghjkmnpqrstuvwxyz';
const letters = (count: number): string =>
  Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** Ten different codes such as `k7-m2xqw-9dtrh`; by the first two letters one is found, the others are the secret. */
export function newRecoveryCodes(): string[] {
  const selectors = new Set<string>();
  while (selectors.size < RECOVERY_CODES) selectors.add(letters(2));
  return [...selectors].map((selector) => `${selector}-${letters(5)}-${letters(5)}`);
}

/** A recovery code in one spelling, parted; undefined for what cannot be one. */
export function recoveryCode(typed: string): { readonly selector: string; readonly plain: string } | undefined {
  const plain = typed.replace(/[\s-]/gu, '').toLowerCase();
  return /^[2-9a-hjkmnp-z]{12}$/u.test(plain) ? { selector: plain.slice(0, 2), plain } : undefined;
}

/** Eight digits, as they are mailed. */
export function newMailedCode(): string {
  return String(randomInt(100_000_000)).padStart(8, '0');
}

export function mailedCode(typed: string): string | undefined {
  const digits = typed.replace(/[\s-]/gu, '');
  return /^\d{8}$/u.test(digits) ? digits : undefined;
}
