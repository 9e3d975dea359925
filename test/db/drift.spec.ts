/** The migrated database and the entities say the same, and every migration can be taken back. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { migrate, openOwner } from '../../src/platform/database/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const entities = FEATURES_IN_ORDER.flatMap((feature) => [...feature.entities]);

/** What TypeORM would still do to make the database fit the entities. */
async function differences(source: DataSource): Promise<string[]> {
  const plan = await source.driver.createSchemaBuilder().log();
  return plan.upQueries.map(({ query }) => query);
}

describe('the migrated database', () => {
  let database: TestDatabase;
  let source: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    source = await openOwner(database.ownerUrl, entities);
  });

  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  it('is what the entities say', async () => {
    expect(entities.length).toBeGreaterThan(5);
    expect(await differences(source)).toEqual([]);
  });

  it('has no table that neither an entity nor the platform knows', async () => {
    const platform = [
      'audit_events',
      'idempotency_keys',
      'lifecycle_steps',
      'mails',
      'migrations',
      'number_series',
      'outbox',
      'web_sessions',
      'installation',
    ];
    const tables = await source.query(`select tablename from pg_tables where schemaname = 'public' order by 1`);
    const known = new Set([...platform, ...source.entityMetadatas.map((each) => each.tableName)]);
    expect(
      tables.map((row: { tablename: string }) => row.tablename).filter((name: string) => !known.has(name)),
    ).toEqual([]);
  });

  it('holds each lifecycle to its states by a CHECK on the column', async () => {
    const checks: { definition: string }[] = await source.query(
      `select pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'c'`,
    );
    const lacking = FEATURES_IN_ORDER.flatMap((feature) => feature.lifecycles).filter(({ states }) => {
      const said = (definition: string): string =>
        [...definition.matchAll(/'([a-z_]+)'::text/g)]
          .map(([, word]) => word)
          .sort()
          .join();
      return !checks.some(
        ({ definition }) => definition.includes('state') && said(definition) === [...states].sort().join(),
      );
    });
    expect(lacking.map(({ name }) => name)).toEqual([]);
  });

  it('deletes nothing because something else was deleted', async () => {
    const cascading = await source.query(
      `select conname from pg_constraint where contype = 'f' and confdeltype <> 'a'`,
    );
    expect(cascading).toEqual([]);
  });

  it('has an index for every reference, so that looking from the other side needs no scan', async () => {
    const bare = await source.query(`
      select c.conrelid::regclass || ' (' || a.attname || ')' as reference
      from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'f' and array_length(c.conkey, 1) = 1 and not exists (
        select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])
      order by 1`);
    expect(bare.map((row: { reference: string }) => row.reference)).toEqual([]);
  });

  it('is seen to differ as soon as somebody changes it by hand', async () => {
    const [check] = await source.query(
      `select conrelid::regclass::text as name, conname from pg_constraint where contype = 'c' and conrelid <> 0 and conrelid::regclass::text <> 'installation' order by 1 limit 1`,
    );
    await source.query(`alter table ${check.name} drop constraint "${check.conname}"`);
    expect((await differences(source)).join()).toContain(check.conname);
  });
});

describe('the migrations', () => {
  it('can be taken back one by one and run again', async () => {
    const database = await createTestDatabase({ empty: true });
    try {
      const ran = await migrate(database.ownerUrl);
      const source = await openOwner(database.ownerUrl);
      try {
        for (const _ of ran) await source.undoLastMigration({ transaction: 'each' });
        const left = await source.query(
          `select tablename from pg_tables where schemaname = 'public' and tablename <> 'migrations'`,
        );
        expect(left).toEqual([]);
      } finally {
        await source.destroy();
      }
      expect(await migrate(database.ownerUrl)).toEqual(ran);
      expect(await migrate(database.ownerUrl)).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});
