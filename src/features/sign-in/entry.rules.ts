/** How long links live, how often things may be tried, and how telephone numbers are written. */
import type { Limit } from './limits.service.js';

/** Long enough for a mail server that lets newcomers wait, short enough for a mailbox left open. */
export const SIGN_IN_MINUTES = 15;
export const SIGN_UP_MINUTES = 24 * 60;
export const INVITATION_MINUTES = 3 * 24 * 60;
export const PASSPHRASE_MINUTES = 60;
export const ADDRESS_MINUTES = 60;

/** Wrong passphrases for one account from one network. */
export const TRIES: Limit = { most: 10, minutes: 15 };
/** Wrong passphrases from one network, for whatever accounts. What goes well is not counted: a library has one. */
export const TRIES_OF_NETWORK: Limit = { most: 300, minutes: 15 };
/** Wrong passphrases for one account from anywhere. Then only networks it was open in may try; a link is always good. */
export const TRIES_OF_ACCOUNT: Limit = { most: 100, minutes: 24 * 60 };
/**
 * Links to one address. No longer than a link lives, and a new link ends no older one: whoever asks for somebody else's
 * links keeps them out of nothing, because those are in their mailbox and good.
 */
export const LINKS_OF_ADDRESS: Limit = { most: 5, minutes: SIGN_IN_MINUTES };
export const LINKS_OF_NETWORK: Limit = { most: 300, minutes: 60 };
export const TEXTS_OF_NETWORK: Limit = { most: 30, minutes: 60 };
/** Wrong PINs from one network, for whatever cards. */
export const PINS_OF_NETWORK: Limit = { most: 60, minutes: 15 };

export const CARD_DAYS = 365;
export const MOST_WRONG_PINS = 5;
export const PIN_DIGITS = 6;

/** One spelling for each telephone number, with its country; undefined when it is none. Ten digits are American. */
export function normalizeTelephone(typed: string): string | undefined {
  const text = typed.trim().replace(/[\s().\-\u2010-\u2015/]/gu, '');
  const national = /^(?:\+?1)?([2-9]\d{2}[2-9]\d{6})$/u.exec(text)?.[1];
  if (national !== undefined) return `+1${national}`;
  return /^\+(?!1)[1-9]\d{7,14}$/u.test(text) ? text : undefined;
}
