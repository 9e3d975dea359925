import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigError, SETTING_NAMES, loadConfig } from './config.js';
import type { Env } from './config.js';
import { createLogger, watchLog } from './logger.js';

function problemsOf(env: Env): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.name);
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('has a sensible value for everything when nothing is set', () => {
    expect(loadConfig({})).toMatchObject({
      environment: 'development',
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      trustProxy: false,
      dataDir: resolve('var'),
      databaseUrl: undefined,
      smtpUrl: undefined,
      demo: false,
      clockOffsetMs: 0,
    });
  });

  it('takes an empty setting for an absent one', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: ' ', TRUST_PROXY: '' })).toMatchObject({
      port: 3000,
      trustProxy: false,
    });
  });

  it('names every bad setting at once, and no value', () => {
    const env = {
      PORT: '80s3cret',
      PUBLIC_URL: 'grants/s3cret',
      DATABASE_URL: 'mysql://s3cret',
      LOG_LEVEL: 's3cret',
      SESSION_SECRET: 's3cret',
      CLOCK_OFFSET: 's3cret',
      GRANARY_DEMO: 's3cret',
      TRUST_PROXY: 's3cret!',
      MAIL_FROM: 's3cret',
    };
    expect(problemsOf(env).sort()).toEqual(Object.keys(env).sort());
    expect(() => loadConfig(env)).toThrow(/PORT must be a whole number from 0 to 65535/);
    expect(() => loadConfig(env)).not.toThrow(/s3cret/);
  });

  it('asks in production for an address over TLS, save on this machine', () => {
    const production = { NODE_ENV: 'production' };
    expect(problemsOf({ ...production, PUBLIC_URL: 'http://grants.example.gov' })).toEqual(['PUBLIC_URL']);
    expect(problemsOf({ ...production, PUBLIC_URL: 'http://127.0.0.1:3000' })).toEqual([]);
  });

  it('takes a socket or an address for the virus scanner, and nothing else', () => {
    for (const text of ['/run/clamav/clamd.ctl', 'scanner:3310', '127.0.0.1:3310', '[::1]:3310']) {
      expect(loadConfig({ CLAMAV_SOCKET: text }).clamavSocket).toBe(text);
    }
    for (const text of ['clamd.ctl', 'scanner', 'scanner:0', 'scanner:70000', 'http://scanner:3310', ':3310']) {
      expect(problemsOf({ CLAMAV_SOCKET: text })).toEqual(['CLAMAV_SOCKET']);
    }
    expect(loadConfig({}).clamavSocket).toBeUndefined();
    expect(loadConfig({}).uploadQuotaMegabytes).toBe(2000);
  });

  it('refuses in production what belongs to demonstrations, and asks for the public address', () => {
    expect(problemsOf({ NODE_ENV: 'production', GRANARY_DEMO: '1', CLOCK_OFFSET: '1d' })).toEqual([
      'PUBLIC_URL',
      'GRANARY_DEMO',
      'CLOCK_OFFSET',
    ]);
    expect(problemsOf({ NODE_ENV: 'production', PUBLIC_URL: 'https://grants.example.gov', TRUST_PROXY: '1' })).toEqual(
      [],
    );
  });

  it('sends no mail from a demo', () => {
    const env = { SMTP_URL: 'smtp://mail.example.gov' };
    expect(loadConfig(env).smtpUrl).toBe('smtp://mail.example.gov');
    expect(loadConfig({ ...env, GRANARY_DEMO: 'yes' }).smtpUrl).toBeUndefined();
  });

  it.each([
    ['90d', 90 * 86_400_000],
    ['-12h', -12 * 3_600_000],
    ['1d12h', 36 * 3_600_000],
    ['45s', 45_000],
  ])('reads the clock offset %s', (text, ms) => {
    expect(loadConfig({ CLOCK_OFFSET: text }).clockOffsetMs).toBe(ms);
  });

  it.each([
    ['1', 1],
    ['loopback', 'loopback'],
    ['10.0.0.0/8, ::1', '10.0.0.0/8,::1'],
  ])('reads the trusted proxies %s', (text, value) => {
    expect(loadConfig({ TRUST_PROXY: text }).trustProxy).toBe(value);
  });

  it('drops the slash at the end of the public address', () => {
    expect(loadConfig({ PUBLIC_URL: 'https://grants.example.gov/', TRUST_PROXY: '1' }).publicUrl).toBe(
      'https://grants.example.gov',
    );
  });

  it('asks for a second step, save in a demo, and never goes without in production', () => {
    expect(loadConfig({}).secondFactor).toBe('required');
    expect(loadConfig({ GRANARY_DEMO: 'yes' }).secondFactor).toBe('off');
    expect(loadConfig({ GRANARY_DEMO: 'yes', SECOND_FACTOR: 'required' }).secondFactor).toBe('required');
    expect(loadConfig({ SECOND_FACTOR: 'off' }).secondFactor).toBe('off');
    const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://grants.example.gov', TRUST_PROXY: '1' };
    expect(problemsOf({ ...production, SECOND_FACTOR: 'off' })).toEqual(['SECOND_FACTOR']);
  });

  it('knows a sign-in service by three settings that go together, over https', () => {
    const oidc = { OIDC_ISSUER: 'https://login.example.gov', OIDC_CLIENT_ID: 'granary', OIDC_CLIENT_SECRET: 's3cret' };
    expect(loadConfig({}).oidc).toBeUndefined();
    expect(loadConfig(oidc).oidc).toMatchObject({ name: 'login.example.gov', secondFactor: 'claimed' });
    expect(loadConfig({ ...oidc, OIDC_NAME: 'County account' }).oidc?.name).toBe('County account');
    expect(problemsOf({ OIDC_ISSUER: oidc.OIDC_ISSUER })).toEqual(['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']);
    expect(problemsOf({ ...oidc, OIDC_ISSUER: 'http://login.example.gov' })).toEqual(['OIDC_ISSUER']);
    const here = { ...oidc, OIDC_ISSUER: 'http://127.0.0.1:4444' };
    expect(problemsOf(here)).toEqual([]);
    const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://grants.example.gov', TRUST_PROXY: '1' };
    expect(problemsOf({ ...production, ...here })).toEqual(['OIDC_ISSUER']);
  });

  it('refuses an owner login without an application login', () => {
    expect(problemsOf({ DATABASE_OWNER_URL: 'postgres://owner@db/granary' })).toEqual(['DATABASE_URL']);
  });
});

describe('the session secret', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'granary config '));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made once and kept where only its owner reads it', () => {
    const dataDir = join(folder, 'var');
    const first = loadConfig({ DATA_DIR: dataDir }).sessionSecret;
    expect(first.length).toBeGreaterThanOrEqual(43);
    expect(loadConfig({ DATA_DIR: dataDir }).sessionSecret).toBe(first);
    expect(readdirSync(dataDir)).toEqual(['session-secret']);
    expect(statSync(join(dataDir, 'session-secret')).mode & 0o777).toBe(0o600);
  });

  it('comes from the setting when there is one, and then nothing is written', () => {
    const secret = 'x'.repeat(32);
    expect(loadConfig({ DATA_DIR: folder, SESSION_SECRET: secret }).sessionSecret).toBe(secret);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('.env.example', () => {
  const lines = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8').split('\n');
  const named = lines.flatMap((line) => /^#?([A-Z][A-Z_]*)=/.exec(line)?.[1] ?? []);

  it('names exactly the settings there are', () => {
    expect([...named].sort()).toEqual([...SETTING_NAMES].sort());
  });

  it('names exactly the settings that are read', () => {
    const read = new Set<string>();
    loadConfig(new Proxy({}, { get: (_, name) => (read.add(String(name)), undefined) }));
    expect([...read].sort()).toEqual([...SETTING_NAMES].sort());
  });

  it('says something about each', () => {
    for (const name of named) {
      const at = lines.findIndex((line) => new RegExp(`^#?${name}=`).test(line));
      expect(`${name}: ${lines[at - 1]}`).toMatch(/: # .+/);
    }
  });

  it('can be used as it is', () => {
    const set = lines.filter((line) => /^[A-Z][A-Z_]*=/.test(line)).map((line) => line.split(/=(.*)/).slice(0, 2));
    expect(problemsOf(Object.fromEntries(set) as Env)).toEqual([]);
  });
});

describe('the log', () => {
  function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
    let text = '';
    write(createLogger({ logLevel: 'info' }, { write: (line) => void (text += line) }));
    return text;
  }

  it('is one JSON object a line, with the level as a word and the time as text', () => {
    const line = JSON.parse(logged((log) => log.info({ round: 7 }, 'opened'))) as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'info', round: 7, msg: 'opened', pid: process.pid });
    expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('blanks secrets at any depth, in children, in errors and in addresses', () => {
    const error = Object.assign(new Error('no connection to postgres://granary:s3cret@db/granary'), {
      request: { headers: { authorization: 's3cret' } },
    });
    const text = logged((log) => {
      log.info({ a: [{ password: 's3cret', b: { currentPassphrase: 's3cret', resetToken: 's3cret' } }] }, 'x');
      log.info({ headers: { cookie: 's3cret', 'set-cookie': ['s3cret'], Authorization: 's3cret', host: 'kept' } }, 'y');
      log.child({ token: 's3cret' }).error({ err: error }, 'z');
      log.error(error);
    });
    expect(text).not.toContain('s3cret');
    expect(text).toContain('kept');
    expect(text).toContain('postgres://granary:[redacted]@db/granary');
    expect(text).toContain('config.spec');
  });

  it('says of an error of the database which rule and statement it was, and no value of anybody', () => {
    const driverError = Object.assign(new Error('new row for relation "people" violates check constraint "a_check"'), {
      code: '23514',
      detail: 'Failing row contains (1, Rosa Example, 123-45-6789).',
      where: "unnamed portal parameter $2 = '123-45-6789'",
      constraint: 'a_check',
    });
    const failed = Object.assign(new Error(driverError.message), {
      ...{ name: 'QueryFailedError', query: 'insert into people values ($1, $2)', constraint: 'a_check' },
      ...{ detail: driverError.detail, parameters: ['Rosa Example', '123-45-6789'], driverError },
    });
    const unreadable = Object.assign(new Error('invalid input syntax for type date: "123-45-6789 "of" Rosa Example"'), {
      code: '22007',
    });
    const text = logged((log) => {
      log.error({ err: failed }, 'a');
      log.error({ err: new Error('it did not work', { cause: failed }) }, 'b');
      log.error({ err: unreadable }, 'c');
      log.error({ err: new Error('it did not work', { cause: unreadable }) }, 'd');
      log.error({ err: new AggregateError([failed, unreadable], 'both') }, 'e');
      log.error(failed);
    });
    expect(text).not.toContain('123-45');
    expect(text).not.toContain('Rosa');
    expect(text).toContain('insert into people values ($1, $2)');
    expect(text).toContain('a_check');
    expect(text).toContain('invalid input syntax for type date');
  });

  it('has the last words of a process that ends by an error nobody caught, without anybody’s values', () => {
    const program = `
      const { createLogger, logLastWords } = await import('./src/platform/config/logger.ts');
      logLastWords(createLogger({ logLevel: 'warn' }));
      Promise.reject(Object.assign(new Error('refused'), { parameters: ['123-45-6789'], detail: '(Rosa)', pin: 'x' }));`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    expect(ended.status).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ level: 'fatal', err: { message: 'refused' } });
    expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/123-45|Rosa/);
  });
});

describe('what was turned away', () => {
  it('is told of in production whatever the level, save in a log that is silent', () => {
    const told = (production: boolean, logLevel: 'info' | 'warn' | 'error' | 'silent'): number => {
      let lines = 0;
      const logger = createLogger({ logLevel }, { write: () => void (lines += 1) });
      watchLog(logger, { production, logLevel }).info({ code: 'session.wrong' }, 'refused');
      return lines;
    };
    expect([told(true, 'info'), told(true, 'warn'), told(true, 'error'), told(true, 'silent')]).toEqual([1, 1, 1, 0]);
    expect([told(false, 'info'), told(false, 'warn')]).toEqual([1, 0]);
  });
});
