/**
 * startEmbedded: a real PostgreSQL from npm's binaries, run by Granary itself on a machine that has none.
 *
 * The server lives exactly as long as the process that started it: a small shell between them stops it as soon as that
 * process is gone, however it went. What a harder death leaves behind is cleaned at the next start. Beside this file,
 * `embedded-home` decides where data and binaries lie and as which user the server runs, `embedded-hold` that it is run
 * once, and `embedded-server` runs it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedHome, EmbeddedError, findRunningHome, prepareHome } from './embedded-home.js';
import { type Holder, isAlive, readHolder, takeHold } from './embedded-hold.js';
import { Supervisor, clearOrphan, serverEnvironment } from './embedded-server.js';

export { EmbeddedError } from './embedded-home.js';

export interface EmbeddedOptions {
  /** The installation's DATA_DIR; the server takes the folder `postgres` in it. */
  readonly stateDir: string;
  /** Told single sentences about what is unusual; never a secret. */
  readonly log: (sentence: string) => void;
  /** `false` gives up surviving a power cut, for test runs. */
  readonly durable?: boolean;
}

export interface EmbeddedUrls {
  /** The login that owns the tables and runs migrations. */
  readonly ownerUrl: string;
  /** The application's login. */
  readonly appUrl: string;
  /** The server's superuser; only for tests and for repairs. */
  readonly adminUrl: string;
  readonly port: number;
}

export interface EmbeddedServer extends EmbeddedUrls {
  /** Stops the server cleanly: open transactions are rolled back, nothing committed is lost. */
  stop(): Promise<void>;
}

export const OWNER_ROLE = 'granary_owner';
export const APP_ROLE = 'granary_app';
const ADMIN_ROLE = 'postgres';
const DATABASE_NAME = 'granary';

const ROLES = [ADMIN_ROLE, OWNER_ROLE, APP_ROLE] as const;
type Passwords = Readonly<Record<(typeof ROLES)[number], string>>;

export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = prepareHome(options.stateDir, options.log);
  const hold = takeHold(home.holdFile, (holder) => new EmbeddedError(alreadyRuns(home, holder)));
  try {
    await clearOrphan(home, options.log);
    const passwords = keptPasswords(home);
    if (!existsSync(join(home.dataDir, 'PG_VERSION'))) await initialize(home, passwords, options);
    refuseOtherVersion(home);

    const supervisor = new Supervisor(home, options);
    await supervisor.start();
    try {
      await bootstrap(supervisor.port, passwords);
    } catch (error) {
      await supervisor.stop();
      throw error;
    }
    hold.note({ port: supervisor.port });
    return {
      ...urlsOf(supervisor.port, passwords),
      stop: async () => {
        await supervisor.stop();
        hold.release();
      },
    };
  } catch (error) {
    hold.release();
    throw error;
  }
}

/**
 * The addresses of the server that another process of this installation runs right now, for commands such as a backup
 * beside a running Granary; undefined when none runs.
 */
export function findRunningEmbedded(stateDir: string): EmbeddedUrls | undefined {
  const home = findRunningHome(stateDir);
  const holder = home === undefined ? undefined : readHolder(home.holdFile);
  if (home === undefined || holder?.port === undefined || !isAlive(holder)) return undefined;
  return urlsOf(holder.port, keptPasswords(home));
}

/** Refuses where no installation was ever started: a slip in DATA_DIR would make an empty one. */
export function requireEmbedded(stateDir: string): void {
  const home = findRunningHome(stateDir);
  if (home !== undefined && existsSync(join(home.dataDir, 'PG_VERSION'))) return;
  throw new EmbeddedError(
    `No Granary was ever started with its data in ${resolve(stateDir)}. ` +
      'Set DATA_DIR, or DATABASE_URL, as it is when Granary starts.',
  );
}

function alreadyRuns(home: EmbeddedHome, holder: Holder): string {
  return (
    `Granary already runs on the data in ${home.postgresDir} (process ${holder.pid}). ` +
    'Stop that one first, or set DATA_DIR to another folder.'
  );
}

function urlsOf(port: number, passwords: Passwords): EmbeddedUrls {
  const url = (role: keyof Passwords): string =>
    `postgres://${role}:${passwords[role]}@127.0.0.1:${port}/${DATABASE_NAME}`;
  return { ownerUrl: url(OWNER_ROLE), appUrl: url(APP_ROLE), adminUrl: url(ADMIN_ROLE), port };
}

/** Makes the data folder under another name first, so that one interrupted halfway is never taken for whole. */
async function initialize(home: EmbeddedHome, passwords: Passwords, options: EmbeddedOptions): Promise<void> {
  const draft = `${home.dataDir}.new`;
  const passwordFile = join(home.postgresDir, 'initial-password');
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, `${passwords[ADMIN_ROLE]}\n`, { mode: 0o600 });
  if (home.runAs !== undefined) chownSync(passwordFile, home.runAs.uid, home.runAs.gid);
  const flags = [
    // The same order and case rules on every machine, whatever its operating system knows of languages.
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--auth=scram-sha-256',
    `--username=${ADMIN_ROLE}`,
    ...(options.durable === false ? ['--no-sync'] : []),
  ];
  try {
    await run(join(home.binDir, 'initdb'), ['-D', draft, `--pwfile=${passwordFile}`, ...flags], home);
    renameSync(draft, home.dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function run(program: string, args: readonly string[], home: EmbeddedHome): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: home.postgresDir,
      env: serverEnvironment(),
      ...home.runAs,
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(new EmbeddedError(`The embedded PostgreSQL could not make its data folder. It said:\n${said.trim()}`)),
    );
  });
}

function refuseOtherVersion(home: EmbeddedHome): void {
  const written = readFileSync(join(home.dataDir, 'PG_VERSION'), 'utf8').trim();
  if (written === home.majorVersion) return;
  throw new EmbeddedError(
    Number(written) < Number(home.majorVersion)
      ? `The data in ${home.dataDir} was written by PostgreSQL ${written}, and this release brings ${home.majorVersion}. ` +
          'Make a backup with the release of Granary that wrote it (npm run backup), move that folder away, ' +
          'and restore the backup with this release (npm run restore).'
      : `The data in ${home.dataDir} was written by PostgreSQL ${written}, which is newer than the ${home.majorVersion} ` +
          'of this release. Start the release of Granary that wrote it.',
  );
}

/** Made before the data folder is, so that a start interrupted between the two does not lock us out. */
function keptPasswords(home: EmbeddedHome): Passwords {
  const file = join(home.postgresDir, 'passwords.json');
  if (!existsSync(file)) {
    if (existsSync(join(home.dataDir, 'PG_VERSION'))) {
      throw new EmbeddedError(`The passwords of the database are missing: put ${file} back beside its data.`);
    }
    const made = Object.fromEntries(ROLES.map((role) => [role, randomBytes(24).toString('base64url')]));
    writeFileSync(`${file}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Passwords;
}

/** Makes the two roles and the database; does nothing where they are there, so an interrupted first start goes on. */
async function bootstrap(port: number, passwords: Passwords): Promise<void> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: ADMIN_ROLE,
    password: passwords[ADMIN_ROLE],
    database: 'postgres',
    application_name: 'granary-start',
  });
  await client.connect();
  try {
    for (const role of [OWNER_ROLE, APP_ROLE] as const) {
      const found = await client.query('select from pg_roles where rolname = $1', [role]);
      if (found.rowCount === 0) {
        await client.query(`create role ${role} login password ${client.escapeLiteral(passwords[role])}`);
      }
    }
    const found = await client.query('select from pg_database where datname = $1', [DATABASE_NAME]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE_NAME} owner ${OWNER_ROLE}`);
    await client.query(`revoke all on database ${DATABASE_NAME} from public`);
    await client.query(`grant connect on database ${DATABASE_NAME} to ${APP_ROLE}`);
  } finally {
    await client.end();
  }
}
