/** Commands on the server, spawned as whoever runs it does, against a database of their own: what they do, and how they refuse. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { projectRoot } from '../../src/platform/config/root.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const MINUTES = 60_000;
const ROOT = projectRoot();
let folder: string;
let database: TestDatabase;

/** What a command printed, with its exit code. */
function command(
  file: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(ROOT, 'scripts', file), ...args], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: database.appUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
      DATA_DIR: folder,
      PUBLIC_URL: 'http://granary.test',
      LOG_LEVEL: 'error',
      ...env,
    },
  });
}

async function ask<Row>(statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query(statement)).rows as Row[];
  } finally {
    await client.end();
  }
}

const LINK = /http:\/\/granary\.test\/links\/[A-Za-z0-9_-]{43}/u;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'granary-commands-'));
  database = await createTestDatabase();
  spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' });
}, 10 * MINUTES);

afterAll(async () => {
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('commands about administrators', () => {
  it(
    'make the first two, each with a link, and no third',
    async () => {
      const nobody = command('administrator-link.mjs');
      expect([nobody.status, nobody.stderr]).toEqual([1, expect.stringContaining('No administrator')]);

      const first = command('administrator-add.mjs', ['--email', 'One@example.org', '--name', 'First Keeper']);
      expect([first.status, first.stderr]).toEqual([0, '']);
      expect(first.stdout).toMatch(LINK);
      expect(first.stdout).not.toContain('passphrase:');

      // The only one needs no address said; the link before is over.
      const again = command('administrator-link.mjs');
      expect(again.status).toBe(0);
      expect(again.stdout).toContain('First Keeper, one@example.org');
      expect(LINK.exec(again.stdout)?.[0]).not.toBe(LINK.exec(first.stdout)?.[0]);
      expect(await ask('select 1 from mailed_links where used_at is null and replaced_at is null')).toHaveLength(1);

      expect(command('administrator-add.mjs', ['--email', 'two@example.org', '--name', 'Second Keeper']).status).toBe(
        0,
      );
      const third = command('administrator-add.mjs', ['--email', 'three@example.org', '--name', 'Third']);
      expect([third.status, third.stderr]).toEqual([1, expect.stringContaining('There are two administrators')]);
      const whose = command('administrator-link.mjs');
      expect([whose.status, whose.stderr]).toEqual([1, expect.stringContaining('Say whose link it is')]);
      expect(command('administrator-link.mjs', ['--email', 'two@example.org']).stdout).toMatch(LINK);
    },
    10 * MINUTES,
  );

  it(
    'take a second step off only where there is one',
    () => {
      const { status, stderr } = command('second-factor-reset.mjs', ['--email', 'one@example.org']);
      expect([status, stderr.trim()]).toEqual([1, expect.not.stringContaining('    at ')]);
      expect(stderr).toMatch(/second step/u);
    },
    5 * MINUTES,
  );
});

describe('commands about what is kept', () => {
  it(
    'verify says that all is as it was, and tells what is not',
    async () => {
      const sound = command('verify.mjs');
      expect([sound.status, sound.stderr]).toEqual([0, '']);
      expect(sound.stdout).toContain('The ledger adds up');
      expect(sound.stdout).toContain('The audit trail is what it was');
    },
    5 * MINUTES,
  );

  it(
    'secrets:rotate makes a new key and names the old one',
    () => {
      const { status, stdout, stderr } = command('secrets-rotate.mjs');
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/Values sealed anew: \d+\. Key \S+ seals from now on\./u);
    },
    5 * MINUTES,
  );

  it(
    'backup and restore carry it into an empty database',
    async () => {
      const file = join(folder, 'all.backup.gz');
      const kept = command('backup.mjs', [file]);
      expect([kept.status, kept.stderr]).toEqual([0, '']);
      const full = command('restore.mjs', [file]);
      expect([full.status, full.stderr]).toEqual([1, expect.not.stringContaining('    at ')]);
      const empty = await createTestDatabase({ empty: true });
      try {
        const urls = { DATABASE_URL: empty.appUrl, DATABASE_OWNER_URL: empty.ownerUrl };
        const restored = command('restore.mjs', [file], urls);
        expect([restored.status, restored.stderr]).toEqual([0, '']);
        expect(restored.stdout).toContain('Restored and compared');
        const missing = command('verify.mjs', [], urls);
        expect(missing.status).toBe(0);
      } finally {
        await empty.drop();
      }
    },
    10 * MINUTES,
  );
});

describe('what was meant otherwise', () => {
  const COMMANDS = [
    'administrator-add.mjs',
    'administrator-link.mjs',
    'second-factor-reset.mjs',
    'secrets-rotate.mjs',
    'verify.mjs',
  ];

  it.each(COMMANDS)('%s tells its usage, and what it does not know', (file) => {
    const help = command(file, ['--help']);
    expect([help.status, help.stdout]).toEqual([0, expect.stringMatching(/^npm run \S+/u)]);
    const typo = command(file, ['--emial', 'x@example.org']);
    expect([typo.status, typo.stderr]).toEqual([1, expect.stringContaining('npm run')]);
    expect(typo.stderr).toContain('--emial');
    expect(typo.stderr).not.toContain('    at ');
  });

  it('wants an address and a name', () => {
    const { status, stderr } = command('administrator-add.mjs', ['--email', 'x@example.org', '--name', ' ']);
    expect([status, stderr]).toEqual([1, expect.stringContaining('Say --name')]);
  });

  it(
    'a database that is not there, and a folder nothing was started in, are told in a sentence',
    async () => {
      const gone = command('verify.mjs', [], {
        DATABASE_URL: 'postgres://granary_app:x@127.0.0.1:9/granary',
        DATABASE_OWNER_URL: 'postgres://granary_owner:x@127.0.0.1:9/granary',
      });
      expect([gone.status, gone.stderr.trim()]).toEqual([1, expect.stringContaining('does not answer')]);
      const slip = command('verify.mjs', [], {
        DATABASE_URL: '',
        DATABASE_OWNER_URL: '',
        DATA_DIR: join(folder, 'slip'),
      });
      expect([slip.status, slip.stderr]).toEqual([1, expect.stringContaining('was ever started')]);
      const empty = await createTestDatabase({ empty: true });
      try {
        const urls = { DATABASE_URL: empty.appUrl, DATABASE_OWNER_URL: empty.ownerUrl };
        const { status, stderr } = command('administrator-link.mjs', [], urls);
        expect([status, stderr.trim()]).toEqual([1, expect.stringContaining('Start Granary once')]);
      } finally {
        await empty.drop();
      }
    },
    5 * MINUTES,
  );
});
