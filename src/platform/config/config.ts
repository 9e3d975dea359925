/**
 * Config: every setting of an installation, read once from the environment, typed and checked.
 *
 * A start with settings that cannot be used fails with all their names at once, and never with a value: values may be
 * secrets, and start-up output ends in log files. `.env.example` explains each setting; a test compares the two.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clamAddress } from '../files/scanner.js';
import { KEY_EXPECTED, KEYS_EXPECTED, newKeyRing, newKeyText, parseKey, parseKeyRing } from '../secrets/key-ring.js';
import type { SettingName } from './setting-names.js';
import { isThisMachine, readSignInSettings, type SignInSettings } from './sign-in-settings.js';

export { SETTING_NAMES } from './setting-names.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const ENVIRONMENTS = ['development', 'test', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

export type Env = Readonly<Record<string, string | undefined>>;

export interface Config extends SignInSettings {
  readonly environment: Environment;
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** The address people reach Granary under, without a slash at its end; every mailed link starts with it. */
  readonly publicUrl: string;
  /** What Fastify's `trustProxy` takes: nothing, a number of hops, or addresses and ranges separated by commas. */
  readonly trustProxy: false | number | string;
  /** Absolute path of the folder for what Granary keeps beside the database. */
  readonly dataDir: string;
  /** The application's login; absent means the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** The login that owns the tables and runs migrations; absent with `databaseUrl` means one login for both. */
  readonly databaseOwnerUrl: string | undefined;
  readonly databasePoolSize: number;
  readonly readPoolSize: number;
  /** The largest file that somebody may hand in. */
  readonly uploadLimitMegabytes: number;
  /** How much room the files of one organization take at most, and those of one person that belong to none. */
  readonly uploadQuotaMegabytes: number;
  /** Where ClamAV listens, a path or `host:port`. Absent means that files are not looked through for viruses. */
  readonly clamavSocket: string | undefined;
  /** Absent means that a worker beside the web process does the background work by itself. */
  readonly redisUrl: string | undefined;
  /** Signs session cookies. Without the setting it is made on first use and kept in `dataDir`. */
  readonly sessionSecret: string;
  /** The keys that secrets are sealed with, as `2:base64,1:base64`. Without the setting kept in `dataDir`. */
  readonly secretKeys: string;
  /** The key of fingerprints, base64. Without the setting kept in `dataDir`. */
  readonly fingerprintKey: string;
  /** Absent means that mail is kept and shown, never sent. Always absent in a demo installation. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly logLevel: LogLevel;
  readonly demo: boolean;
  readonly demoPassphrase: string | undefined;
  /** How far the clock of web and worker is shifted, for tests and demonstrations. */
  readonly clockOffsetMs: number;
}

/** One setting that cannot be used, and what would be taken instead. */
export interface SettingProblem {
  readonly name: SettingName;
  readonly expected: string;
}

export class ConfigError extends Error {
  constructor(readonly problems: readonly SettingProblem[]) {
    super(
      ['These settings cannot be used:', ...problems.map(({ name, expected }) => `  ${name} must be ${expected}`)].join(
        '\n',
      ),
    );
    this.name = 'ConfigError';
  }
}

/** Reads settings one by one and gathers what is wrong with them, so that the operator is told everything at once. */
class SettingReader {
  readonly problems: SettingProblem[] = [];

  constructor(private readonly env: Env) {}

  refuse(name: SettingName, expected: string): void {
    this.problems.push({ name, expected });
  }

  /** An empty setting counts as absent: that is how one is switched off in a compose or unit file. */
  text(name: SettingName): string | undefined {
    const value = this.env[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  }

  parsed<T>(name: SettingName, expected: string, fallback: T, parse: (text: string) => T | undefined): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = parse(text);
    if (value !== undefined) return value;
    this.refuse(name, expected);
    return fallback;
  }

  whole(name: SettingName, fallback: number, least: number, most: number): number {
    return this.parsed(name, `a whole number from ${least} to ${most}`, fallback, (text) => {
      const value = Number(text);
      return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
    });
  }

  choice<T extends string>(name: SettingName, choices: readonly T[], fallback: T): T {
    return this.parsed(name, `one of ${choices.join(', ')}`, fallback, (text) =>
      choices.find((choice) => choice === text),
    );
  }

  yesNo(name: SettingName): boolean {
    return this.parsed<boolean>(name, 'yes or no', false, (text) => {
      const word = text.toLowerCase();
      if (['1', 'yes', 'true', 'on'].includes(word)) return true;
      return ['0', 'no', 'false', 'off'].includes(word) ? false : undefined;
    });
  }

  url(name: SettingName, protocols: readonly string[], expected: string): string | undefined {
    return this.parsed<string | undefined>(name, expected, undefined, (text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      return url !== undefined && protocols.includes(url.protocol) && url.hostname !== '' ? text : undefined;
    });
  }
}

const MS_OF_UNIT: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90d`, `-12h`, `30m`, `45s`, or several such as `1d12h`; undefined when it is nothing of the kind. */
function parseOffset(text: string): number | undefined {
  if (!/^[+-]?(\d+[dhms])+$/.test(text)) return undefined;
  const sum = [...text.matchAll(/(\d+)([dhms])/g)].reduce(
    (total, [, count, unit]) => total + Number(count) * (MS_OF_UNIT[unit ?? ''] ?? 0),
    0,
  );
  return text.startsWith('-') ? -sum : sum;
}

function parseTrustProxy(text: string): number | string | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const names = text.split(',').map((name) => name.trim());
  const known = /^(loopback|linklocal|uniquelocal|[0-9a-f.:]+(\/\d{1,3})?)$/i;
  return names.every((name) => known.test(name)) ? names.join(',') : undefined;
}

/** A public address is an origin: a path in it would be lost in links, a query or a login in it is a slip. */
function parsePublicUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return /^https?:$/.test(url.protocol) && plain && url.pathname === '/' ? url.origin : undefined;
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

const DATABASE_URL_EXPECTED = 'an address such as postgres://login@host:5432/granary';

export function loadConfig(env: Env): Config {
  const read = new SettingReader(env);

  const environment = read.choice<Environment>('NODE_ENV', ENVIRONMENTS, 'development');
  const production = environment === 'production';

  const host = read.parsed('HOST', 'a host name or an address', '127.0.0.1', (text) =>
    /^[A-Za-z0-9.:_-]+$/.test(text) ? text : undefined,
  );
  const port = read.whole('PORT', 3000, 0, 65_535);
  const publicUrl = read.parsed(
    'PUBLIC_URL',
    'an address such as https://grants.example.gov, without a path',
    `http://${hostInUrl(host)}:${port}`,
    parsePublicUrl,
  );
  if (production && read.text('PUBLIC_URL') === undefined) {
    read.refuse('PUBLIC_URL', 'set in production: every mailed link starts with it');
  } else if (production && publicUrl.startsWith('http:') && !isThisMachine(publicUrl)) {
    read.refuse('PUBLIC_URL', 'an https address in production: over http anybody on the way could read and sign in');
  }
  const trustProxy = read.parsed<false | number | string>(
    'TRUST_PROXY',
    'a number of proxies, or their addresses separated by commas',
    false,
    parseTrustProxy,
  );

  if (publicUrl.startsWith('https:') && trustProxy === false) {
    read.refuse(
      'TRUST_PROXY',
      'set when PUBLIC_URL starts with https: a proxy ends TLS, and secure cookies need its word',
    );
  }

  const dataDir = resolve(read.text('DATA_DIR') ?? './var');
  const databaseUrl = read.url('DATABASE_URL', ['postgres:', 'postgresql:'], DATABASE_URL_EXPECTED);
  const databaseOwnerUrl = read.url('DATABASE_OWNER_URL', ['postgres:', 'postgresql:'], DATABASE_URL_EXPECTED);
  if (read.text('DATABASE_OWNER_URL') !== undefined && read.text('DATABASE_URL') === undefined) {
    read.refuse('DATABASE_URL', 'set when DATABASE_OWNER_URL is');
  }
  const databasePoolSize = read.whole('DATABASE_POOL_SIZE', 10, 1, 500);
  const readPoolSize = read.whole('READ_POOL_SIZE', 5, 1, 500);

  const uploadLimitMegabytes = read.whole('UPLOAD_LIMIT_MB', 10, 1, 100);
  const uploadQuotaMegabytes = read.whole('UPLOAD_ORGANIZATION_QUOTA_MB', 2_000, 1, 1_000_000);
  const clamavSocket = read.parsed<string | undefined>(
    'CLAMAV_SOCKET',
    'the path of a socket, such as /run/clamav/clamd.ctl, or host:port',
    undefined,
    (text) => (clamAddress(text) === undefined ? undefined : text),
  );

  const redisUrl = read.url('REDIS_URL', ['redis:', 'rediss:'], 'an address such as redis://host:6379');

  const sessionSecret = read.parsed<string | undefined>(
    'SESSION_SECRET',
    'at least 32 characters long',
    undefined,
    (text) => (text.length >= 32 ? text : undefined),
  );
  const secretKeys = read.parsed<string | undefined>('SECRET_KEYS', KEYS_EXPECTED, undefined, (text) =>
    parseKeyRing(text) === undefined ? undefined : text,
  );
  const fingerprintKey = read.parsed<string | undefined>('FINGERPRINT_KEY', KEY_EXPECTED, undefined, (text) =>
    parseKey(text) === undefined ? undefined : text,
  );
  if ((read.text('SECRET_KEYS') === undefined) !== (read.text('FINGERPRINT_KEY') === undefined)) {
    const absent = read.text('SECRET_KEYS') === undefined ? 'SECRET_KEYS' : 'FINGERPRINT_KEY';
    read.refuse(absent, 'set when the other of SECRET_KEYS and FINGERPRINT_KEY is');
  }

  const smtpUrl = read.url(
    'SMTP_URL',
    ['smtp:', 'smtps:'],
    'an address such as smtp://login:secret@mail.example.gov:587',
  );
  const mailFrom = read.parsed(
    'MAIL_FROM',
    'a mail address, alone or as Name <address>',
    'Granary <granary@localhost>',
    (text) => (/^([^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/.test(text) ? text : undefined),
  );
  const logLevel = read.choice<LogLevel>('LOG_LEVEL', LOG_LEVELS, 'info');

  const demo = read.yesNo('GRANARY_DEMO');
  if (demo && production) read.refuse('GRANARY_DEMO', 'off in production: its accounts are known to everybody');
  const demoPassphrase = read.parsed<string | undefined>(
    'DEMO_PASSPHRASE',
    'at least 12 characters long',
    undefined,
    (text) => (text.length >= 12 ? text : undefined),
  );
  const signIn = readSignInSettings(read, { production, demo });
  const clockOffsetMs = read.parsed('CLOCK_OFFSET', 'a span such as 30d, -12h or 1d12h', 0, parseOffset);
  if (production && read.text('CLOCK_OFFSET') !== undefined) {
    read.refuse('CLOCK_OFFSET', 'absent in production: deadlines and money follow the clock');
  }

  if (read.problems.length > 0) throw new ConfigError(read.problems);

  let secret = sessionSecret;
  return {
    environment,
    production,
    host,
    port,
    publicUrl,
    trustProxy,
    dataDir,
    databaseUrl,
    databaseOwnerUrl,
    databasePoolSize,
    readPoolSize,
    uploadLimitMegabytes,
    uploadQuotaMegabytes,
    clamavSocket,
    redisUrl,
    // Read late, so that looking at the settings writes nothing to disk.
    get sessionSecret() {
      return (secret ??= keptSecret(dataDir, 'session-secret'));
    },
    get secretKeys() {
      return secretKeys ?? keptSecret(dataDir, 'secret-keys', newKeyRing);
    },
    get fingerprintKey() {
      return fingerprintKey ?? keptSecret(dataDir, 'fingerprint-key', newKeyText);
    },
    // A demo's people are invented but their mail addresses may exist, so nothing leaves a demo installation.
    smtpUrl: demo ? undefined : smtpUrl,
    mailFrom,
    logLevel,
    ...signIn,
    demo,
    demoPassphrase,
    clockOffsetMs,
  };
}

/** A random secret kept in a file that only its owner reads; made when it is not there yet. */
export function keptSecret(
  dataDir: string,
  name: string,
  make: () => string = () => randomBytes(32).toString('base64url'),
): string {
  const file = join(dataDir, name);
  const kept = readIfThere(file);
  if (kept !== undefined) return kept;
  mkdirSync(dataDir, { recursive: true });
  // Linked into place whole: of two processes that start at once, one wins and the other reads the winner's secret.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${make()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
