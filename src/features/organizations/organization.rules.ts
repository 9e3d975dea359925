/** Checks and arithmetic about organizations that need no database: EIN, UEI, mail domains. */
import { invalidField, type Sentence } from '../../kernel/errors.js';
import { normalizeAddress } from '../identity/index.js';

/** Letters but I and O, and digits; the first is not 0 (Federal Audit Clearinghouse). */
export const UEI_PATTERN = /^[A-HJ-NP-Z1-9][A-HJ-NP-Z0-9]{11}$/i;
export const EIN_PATTERN = /^\d{2}-?\d{7}$/;

/** First two digits that the IRS has not given to any campus; such an EIN is most likely a slip of the finger. */
const UNASSIGNED_EIN_PREFIXES = new Set('00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97'.split(' '));

/** Mail services open to everybody say nothing about where a person works. */
const PUBLIC_MAIL_DOMAINS = new Set([
  'aol.com',
  'comcast.net',
  'gmail.com',
  'hotmail.com',
  'icloud.com',
  'live.com',
  'mail.com',
  'msn.com',
  'outlook.com',
  'proton.me',
  'protonmail.com',
  'yahoo.com',
]);

const DOMAIN_PATTERN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
export const MOST_DOMAINS = 10;

/** The nine digits of an EIN typed with or without its dash. */
export function plainEin(typed: string): string {
  return typed.replace('-', '');
}

/** An EIN as people write it: 91-1234567. */
export function writtenEin(ein: string): string {
  return `${ein.slice(0, 2)}-${ein.slice(2)}`;
}

/** What is shown in place of the number. */
export function maskedEin(lastFour: string | null | undefined): string | null {
  return lastFour === null || lastFour === undefined ? null : `••-•••${lastFour}`;
}

export function isEinPrefixAssigned(ein: string): boolean {
  return !UNASSIGNED_EIN_PREFIXES.has(ein.slice(0, 2));
}

/** Twelve characters of the right kind without a run of nine digits, which SAM.gov never gives. */
export function isUeiShaped(uei: string): boolean {
  return UEI_PATTERN.test(uei) && !/\d{9}/.test(uei);
}

/**
 * The check digit that the first eleven characters of a UEI ask for. The formula is known from practice only, so a
 * mismatch warns and never refuses. Each round makes the number smaller, so it ends.
 */
export function ueiCheckDigit(uei: string): string {
  const weigh = (values: readonly number[]): number =>
    values.reduce((sum, value, index) => sum + ((value * (index + 1)) % 10), 0);
  let sum = weigh([...uei.slice(0, 11).toUpperCase()].map((each) => each.charCodeAt(0)));
  while (sum > 9) sum = weigh([...String(sum)].map(Number));
  return String(sum);
}

export function hasUeiCheckDigit(uei: string): boolean {
  return uei.at(-1) === ueiCheckDigit(uei);
}

/** What is allowed yet worth a second look. */
export function identifierWarnings(ids: { readonly isEinOdd?: boolean; readonly uei?: string | null }): Sentence[] {
  const warnings: Sentence[] = [];
  if (ids.isEinOdd) warnings.push({ code: 'organization.ein_prefix' });
  if (ids.uei && !hasUeiCheckDigit(ids.uei)) {
    warnings.push({ code: 'organization.uei_check', params: { uei: ids.uei } });
  }
  return warnings;
}

/**
 * Mail domains typed in one line, separated by commas or spaces, lower case and each once. They find conflicts of
 * interest, so a mail service that everybody uses is refused: it would tie half the county to the organization.
 */
export function readMailDomains(typed: string | undefined): string[] {
  const domains = (typed ?? '')
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((each) => each !== '');
  const plain = [...new Set(domains.map((each) => each.replace(/^@/, '')))];
  if (plain.length > MOST_DOMAINS) throw invalidField('mailDomains', 'field.too_many', { max: MOST_DOMAINS });
  for (const domain of plain) {
    if (!DOMAIN_PATTERN.test(domain)) throw invalidField('mailDomains', 'organization.mail_domain_shape', { domain });
    if (PUBLIC_MAIL_DOMAINS.has(domain)) {
      throw invalidField('mailDomains', 'organization.mail_domain_public', { domain });
    }
  }
  return plain;
}

/** The domains of these addresses that say where somebody works; those open to everybody are left out. */
export function workDomains(addresses: readonly string[]): string[] {
  const domains = addresses.flatMap((address) => address.toLowerCase().split('@')[1] ?? []);
  return [...new Set(domains)].filter((domain) => DOMAIN_PATTERN.test(domain) && !PUBLIC_MAIL_DOMAINS.has(domain));
}

const ADDRESS_PATTERN = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/u;
const MOST_ADDRESSES = 20;
const LONGEST_ADDRESS = 254;

/** Addresses typed one on each line, or parted by commas or spaces; small letters, each once. */
export function addressesIn(typed: string): string[] {
  const parts = typed.split(/[\s,;]+/u).filter((part) => part !== '');
  const wrong = parts.find((part) => !ADDRESS_PATTERN.test(part) || part.length > LONGEST_ADDRESS);
  if (wrong !== undefined)
    throw invalidField('addresses', 'organization_invitation.not_an_address', { address: wrong });
  const addresses = [...new Set(parts.map(normalizeAddress))];
  if (addresses.length === 0) throw invalidField('addresses', 'field.required');
  if (addresses.length > MOST_ADDRESSES) throw invalidField('addresses', 'field.too_many', { max: MOST_ADDRESSES });
  return addresses;
}
