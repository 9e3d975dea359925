/** Settings about who gets in and how: the second step, and a sign-in service (OpenID Connect) of the agency's own. */
import type { SettingName } from './setting-names.js';

/** The agency's own sign-in service. */
export interface OidcSettings {
  /** The address its description is found under. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What people call it: "County account". */
  readonly name: string;
  /** Its word counts as a second step: always, or when it says that it asked for one. */
  readonly secondFactor: 'trusted' | 'claimed';
}

export interface SignInSettings {
  /** After so many minutes without a request a session ends of somebody who holds a role at the agency. */
  readonly idleMinutes: number;
  /** Whether roles that decide about money ask for a second step. */
  readonly secondFactor: 'required' | 'off';
  /** Absent where the agency has no sign-in service. */
  readonly oidc: OidcSettings | undefined;
  /** Where text messages are handed to; absent where none are sent, and in a demo. */
  readonly sms: SmsSettings | undefined;
}

/** A gateway that takes `{to, text}` as JSON. */
export interface SmsSettings {
  readonly url: string;
  readonly token: string | undefined;
}

/** What `SettingReader` offers. */
interface Reader {
  text(name: SettingName): string | undefined;
  whole(name: SettingName, fallback: number, least: number, most: number): number;
  choice<T extends string>(name: SettingName, choices: readonly T[], fallback: T): T;
  url(name: SettingName, protocols: readonly string[], expected: string): string | undefined;
  refuse(name: SettingName, expected: string): void;
}

export function readSignInSettings(read: Reader, where: { production: boolean; demo: boolean }): SignInSettings {
  const secondFactor = read.choice('SECOND_FACTOR', ['required', 'off'], where.demo ? 'off' : 'required');
  if (where.production && !where.demo && secondFactor === 'off') {
    read.refuse('SECOND_FACTOR', 'required in production: roles that decide about money need it');
  }
  const idleMinutes = read.whole('SESSION_IDLE_MINUTES', 60, 5, 720);
  return { idleMinutes, secondFactor, oidc: readOidc(read, where.production), sms: readSms(read, where) };
}

const OIDC_NAMES = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;

function readOidc(read: Reader, production: boolean): OidcSettings | undefined {
  const issuer = read.url('OIDC_ISSUER', ['https:', 'http:'], 'an address such as https://login.example.gov');
  const [clientId, clientSecret] = [read.text('OIDC_CLIENT_ID'), read.text('OIDC_CLIENT_SECRET')];
  const name = read.text('OIDC_NAME');
  const secondFactor = read.choice('OIDC_SECOND_FACTOR', ['claimed', 'trusted'], 'claimed');
  const missing = OIDC_NAMES.filter((each) => read.text(each) === undefined);
  if (missing.length === OIDC_NAMES.length) return undefined;
  for (const each of missing) read.refuse(each, `set: ${OIDC_NAMES.join(', ')} go together`);
  // Whoever can change what the service answers can sign in as anybody.
  if (issuer !== undefined && !isSafe(issuer, production)) {
    read.refuse('OIDC_ISSUER', 'an https address; http only for this machine, and never in production');
  }
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  return { issuer, clientId, clientSecret, name: name ?? new URL(issuer).hostname, secondFactor };
}

/** Its messages let people in, so outside this machine they travel by https alone. */
function readSms(read: Reader, { production, demo }: { production: boolean; demo: boolean }): SmsSettings | undefined {
  const url = read.url('SMS_GATEWAY_URL', ['https:', 'http:'], 'an address such as https://sms.example.com/send');
  const token = read.text('SMS_GATEWAY_TOKEN');
  if (token !== undefined && read.text('SMS_GATEWAY_URL') === undefined) {
    read.refuse('SMS_GATEWAY_URL', 'set when SMS_GATEWAY_TOKEN is');
  }
  if (url !== undefined && !isSafe(url, production)) {
    read.refuse('SMS_GATEWAY_URL', 'an https address; http only for this machine, and never in production');
  }
  return url === undefined || demo ? undefined : { url, token };
}

function isSafe(issuer: string, production: boolean): boolean {
  return new URL(issuer).protocol === 'https:' || (!production && isThisMachine(issuer));
}

/** Whether what is sent to this address never leaves the machine. */
export function isThisMachine(address: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(address).hostname);
}
