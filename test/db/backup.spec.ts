/** A backup goes out and comes back with every row, sequence and rule; what is wrong with one leaves the database empty. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { BackupError, restoreBackup, writeBackup } from '../../src/platform/database/backup.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { type TestDatabase, createTestDatabase } from '../support/database.js';

const now = new Date('2026-03-04T05:06:07Z');
let folder: string;
let source: TestDatabase;
const databases: TestDatabase[] = [];

async function newDatabase(options?: { empty: boolean }): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  databases.push(database);
  return database;
}

async function ask<Row>(url: string, statement: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query(statement, values);
    return (Array.isArray(result) ? [] : result.rows) as Row[];
  } finally {
    await client.end();
  }
}

/** Tables that hold everything that is hard to carry: circles, awkward text, generated columns, triggers that refuse. */
const AWKWARD = `
  create table awkward_parents (
    id bigint generated always as identity primary key,
    word text, raw bytea, doc jsonb, amount bigint, at timestamptz, born date, list text[],
    doubled bigint generated always as (amount * 2) stored
  );
  create table awkward_children (
    "Id" uuid primary key, parent_id bigint not null references awkward_parents, "order" text,
    twin_id uuid references awkward_children deferrable initially deferred
  );
  alter table awkward_parents add column favorite_id uuid references awkward_children;
  create table awkward_keyless (word text, number int);
  create function refuse_change() returns trigger language plpgsql as
    $$ begin raise exception 'frozen'; end $$;
  create trigger awkward_frozen before insert or update or delete on awkward_keyless
    for each row execute function refuse_change();
  alter table awkward_keyless enable always trigger awkward_frozen`;

const ROWS = `
  insert into awkward_parents (word, raw, doc, amount, at, born, list)
  select case n % 4 when 0 then null when 1 then E'tab\\tnew\\nline\\\\slash' when 2 then 'Đắk Lắk 🌾' else '' end || n,
         decode(md5(n::text), 'hex'), jsonb_build_object('n', n, 'deep', jsonb_build_array(n, null, 'x')),
         n * 1000000007::bigint, timestamptz '2026-01-01 00:00:00.123456Z' + n * interval '1 hour', date '2026-01-01' + n,
         array['a', null, 'with "quotes" and , commas']
    from generate_series(1, 3000) n;
  insert into awkward_children
  select md5('c' || n)::uuid, n, E'\\\\.', md5('c' || (n % 3000 + 1))::uuid from generate_series(1, 3000) n;
  update awkward_parents set favorite_id = md5('c' || (3001 - id))::uuid;
  alter table awkward_keyless disable trigger awkward_frozen;
  insert into awkward_keyless values ('b', 2), ('a', 1), (null, null), ('a', 1);
  alter table awkward_keyless enable always trigger awkward_frozen`;

/** Counts and contents of every table that there is, asked another way than the backup itself does. */
async function fingerprint(url: string): Promise<Record<string, unknown>> {
  const tables = await ask<{ name: string }>(
    url,
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
        and table_name not in ('migrations', 'web_sessions') order by 1`,
  );
  const found: Record<string, unknown> = {};
  for (const { name } of tables) {
    [found[name]] = await ask(
      url,
      `select count(*)::int as rows, md5(string_agg(t::text, '|' order by t::text collate "C")) as content from ${name} t`,
    );
  }
  return found;
}

async function rules(url: string): Promise<unknown> {
  return {
    constraints: await ask(
      url,
      `select conrelid::regclass::text as on, conname, pg_get_constraintdef(oid) as says, convalidated
         from pg_constraint where conrelid <> 0 order by 1, 2`,
    ),
    triggers: await ask(
      url,
      `select tgrelid::regclass::text as on, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2`,
    ),
    privileges: await ask(
      url,
      `select table_name, privilege_type from information_schema.table_privileges
        where grantee = 'granary_app' order by 1, 2`,
    ),
  };
}

/** As a later release of Granary would: its own migrations, and then one more. */
async function migrateAwkwardly(ownerUrl: string): Promise<void> {
  await migrate(ownerUrl);
  const [there] = await ask<{ found: boolean }>(ownerUrl, `select to_regclass('awkward_parents') is not null as found`);
  if (there?.found !== true) await ask(ownerUrl, AWKWARD);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'granary backup '));
  source = await newDatabase();
  await migrateAwkwardly(source.ownerUrl);
  await ask(source.ownerUrl, ROWS);
  await ask(source.appUrl, `insert into web_sessions (sid, sess, expire) values ('sid', '{}', now())`);
});

afterAll(async () => {
  for (const database of databases) await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a backup', () => {
  let file: string;
  let number = 0;
  beforeEach(async () => {
    file = join(folder, `${++number}`, 'granary.backup.gz');
    await writeBackup({ ownerUrl: source.ownerUrl, file, appVersion: '1.2.3', now });
  });

  it('comes back whole into a database that is quite new, and the copy gives the same backup', async () => {
    const target = await newDatabase({ empty: true });
    const summary = await restoreBackup({ ownerUrl: target.ownerUrl, file, migrate: migrateAwkwardly });

    expect(summary).toMatchObject({ appVersion: '1.2.3', takenAt: now.toISOString() });
    expect(summary.migrations.length).toBeGreaterThan(0);
    expect(summary.tables.find((table) => table.name === 'awkward_parents')?.rows).toBe(3000);
    expect(await fingerprint(target.ownerUrl)).toEqual(await fingerprint(source.ownerUrl));
    expect(await rules(target.ownerUrl)).toEqual(await rules(source.ownerUrl));

    const again = join(folder, 'again.backup.gz');
    const copy = await writeBackup({ ownerUrl: target.ownerUrl, file: again, appVersion: '1.2.3', now });
    expect(copy.tables).toEqual(summary.tables);
  });

  it('goes on numbering where the old database stopped, and leaves sessions behind', async () => {
    const target = await newDatabase();
    await restoreBackup({ ownerUrl: target.ownerUrl, file, migrate: migrateAwkwardly });
    const rows = await ask<{ id: string }>(
      target.ownerUrl,
      `insert into awkward_parents (word) values ('next') returning id`,
    );
    expect(rows).toEqual([{ id: '3001' }]);
    await expect(ask(target.ownerUrl, `delete from awkward_keyless`)).rejects.toThrow('frozen');
    expect(await ask(target.appUrl, 'select sid from web_sessions')).toEqual([]);
  });

  it('is read by its owner alone, and never written over', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const order = { ownerUrl: source.ownerUrl, file, appVersion: '1.2.3', now };
    await expect(writeBackup(order)).rejects.toThrow(/never overwritten/);
    expect(readdirSync(join(file, '..'))).toEqual(['granary.backup.gz']);
  });

  it('shows one moment, whatever is written meanwhile', async () => {
    const client = new Client({ connectionString: source.ownerUrl });
    await client.connect();
    let writing = true;
    const writer = (async () => {
      while (writing) {
        await client.query(`with gone as (delete from awkward_children where "Id" = (select "Id" from awkward_children
          where "order" = 'moving' limit 1) returning 1) select 1`);
        await client.query(
          `insert into awkward_children ("Id", parent_id, "order") values (gen_random_uuid(), 1, 'moving')`,
        );
      }
    })();
    const moving = join(folder, `moving-${number}.backup.gz`);
    try {
      await writeBackup({ ownerUrl: source.ownerUrl, file: moving, appVersion: '1.2.3', now });
    } finally {
      writing = false;
      await writer;
      await client.query(`delete from awkward_children where "order" = 'moving'`);
      await client.end();
    }
    const target = await newDatabase();
    await restoreBackup({ ownerUrl: target.ownerUrl, file: moving, migrate: migrateAwkwardly });
  });

  it('is refused by a database that holds rows, which stay as they are', async () => {
    const before = await fingerprint(source.ownerUrl);
    const order = { ownerUrl: source.ownerUrl, file, migrate: migrateAwkwardly };
    await expect(restoreBackup(order)).rejects.toThrow(
      /not empty: there are rows in awkward_children, awkward_keyless/,
    );
    expect(await fingerprint(source.ownerUrl)).toEqual(before);
  });

  it('is refused by another release, with the migrations that differ', async () => {
    const target = await newDatabase();
    const later = async (ownerUrl: string): Promise<void> => {
      await migrateAwkwardly(ownerUrl);
      await ask(ownerUrl, `insert into migrations (timestamp, name) values (1, 'Later1')`);
    };
    const order = { ownerUrl: target.ownerUrl, file, migrate: later };
    await expect(restoreBackup(order)).rejects.toThrow(/by Granary 1\.2\.3 .*the backup lacks Later1/);
  });

  it.each<[string, (whole: Buffer) => Buffer]>([
    ['cut off', (whole) => whole.subarray(0, Math.floor(whole.length / 2))],
    ['cut off between two frames', (whole) => gzipSync(gunzipSync(whole).subarray(0, -200))],
    [
      'changed in a row',
      (whole) => {
        const content = gunzipSync(whole);
        const at = content.indexOf('Lắk');
        content[at] = content[at]! ^ 1;
        return gzipSync(content);
      },
    ],
    ['something else', () => gzipSync('Dear sir or madam')],
    ['not compressed', () => Buffer.from('Dear sir or madam')],
    ['empty', () => Buffer.alloc(0)],
  ])('that is %s is refused, and the database stays empty', async (_, damage) => {
    const damaged = join(folder, `damaged-${number}`);
    writeFileSync(damaged, damage(readFileSync(file)));
    const target = await newDatabase();
    const restored = restoreBackup({ ownerUrl: target.ownerUrl, file: damaged, migrate: migrateAwkwardly });
    await expect(restored).rejects.toThrow(BackupError);
    await migrateAwkwardly(target.ownerUrl);
    const counts = Object.values(await fingerprint(target.ownerUrl)).map((table) => (table as { rows: number }).rows);
    expect(new Set(counts)).toEqual(new Set([0]));
  });
});
