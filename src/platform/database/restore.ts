/** restoreBackup: takes a backup into an empty database of the same migrations, and reads it back to compare. */
import { createReadStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import {
  type BackedUpTable,
  BackupError,
  type BackupManifest,
  type BackupSummary,
  FORMAT,
  FrameReader,
  Tally,
} from './backup-format.js';
import {
  type SequenceState,
  type TableShape,
  columnList,
  connect,
  fullName,
  migrationNames,
  quoted,
  rowsOf,
  tablesOf,
} from './backup-tables.js';

export interface RestoreOrder {
  readonly ownerUrl: string;
  readonly file: string;
  /** Brings an empty database to this release's shape; run before anything is compared. */
  readonly migrate: (ownerUrl: string) => Promise<unknown>;
}

/** All or nothing: whatever is wrong with the file or its rows, the database stays empty. */
export async function restoreBackup(order: RestoreOrder): Promise<BackupSummary> {
  if (!existsSync(order.file)) throw new BackupError(`There is no file ${order.file}.`);
  let summary: BackupSummary | undefined;
  try {
    await pipeline(createReadStream(order.file), createGunzip(), async (source: AsyncIterable<Buffer>) => {
      summary = await restoreFrom(new FrameReader(source), order);
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code.startsWith('Z_')) throw new BackupError(`${order.file} is damaged or no backup of Granary.`);
    throw error;
  }
  if (summary === undefined) throw new BackupError(`${order.file} is empty.`);
  return summary;
}

async function restoreFrom(reader: FrameReader, order: RestoreOrder): Promise<BackupSummary> {
  await reader.expectFormat(FORMAT);
  const manifest = await reader.json<BackupManifest>('M');
  await order.migrate(order.ownerUrl);
  const client = await connect(order.ownerUrl);
  try {
    await client.query('begin');
    refuseOtherMigrations(manifest, await migrationNames(client));
    const shapes = new Map((await tablesOf(client)).map((table) => [fullName(table), table]));
    await refuseRows(client, [...shapes.values()]);

    const standing = await standAside(client, [...shapes.values()]);
    const tables = await takeTables(client, reader, shapes);
    await standing.comeBack();
    await compare(client, tables, shapes);
    for (const { schema, name, value } of await reader.json<SequenceState[]>('S')) {
      await client.query('select setval($1::regclass, $2, true)', [quoted(schema, name), value]);
    }
    await reader.json('Z');
    await client.query('commit');
    // The planner would otherwise think for a while that everything is still empty.
    await client.query('analyze');
    return { ...manifest, tables };
  } finally {
    await client.end();
  }
}

function refuseOtherMigrations(manifest: BackupManifest, here: readonly string[]): void {
  const missing = manifest.migrations.filter((name) => !here.includes(name));
  const added = here.filter((name) => !manifest.migrations.includes(name));
  if (missing.length === 0 && added.length === 0) return;
  const differences = [
    ...(missing.length > 0 ? [`this release lacks ${missing.join(', ')}`] : []),
    ...(added.length > 0 ? [`the backup lacks ${added.join(', ')}`] : []),
  ];
  throw new BackupError(
    `The backup was made by Granary ${manifest.appVersion} with other migrations (${differences.join('; ')}). ` +
      'Restore it with that release; the next start of a newer one then migrates it.',
  );
}

async function refuseRows(client: Client, tables: readonly TableShape[]): Promise<void> {
  const filled: string[] = [];
  for (const table of tables) {
    const { rowCount } = await client.query(`select from ${fullName(table)} limit 1`);
    if (rowCount !== 0) filled.push(table.name);
  }
  if (filled.length === 0) return;
  const named = filled.slice(0, 3).join(', ') + (filled.length > 3 ? ` and ${filled.length - 3} more` : '');
  throw new BackupError(
    `The database is not empty: there are rows in ${named}. A backup is restored only into an empty database; ` +
      'set DATA_DIR to a new folder, or DATABASE_URL to a new database.',
  );
}

async function takeTables(
  client: Client,
  reader: FrameReader,
  shapes: ReadonlyMap<string, TableShape>,
): Promise<BackedUpTable[]> {
  const tables: BackedUpTable[] = [];
  for (let next = await reader.peek(); next === 'T'; next = await reader.peek()) {
    const shape = await reader.json<Omit<TableShape, 'order'>>('T');
    refuseOtherShape(shape, shapes.get(fullName(shape)));
    const tally = new Tally();
    const data = async function* (): AsyncGenerator<Buffer> {
      while ((await reader.peek()) === 'D') {
        const piece = await reader.take('D');
        tally.take(piece);
        yield piece;
      }
    };
    await pipeline(data, client.query(copyFrom(`copy ${fullName(shape)} (${columnList(shape)}) from stdin`)));
    const told = await reader.json<BackedUpTable>('E');
    const found = tally.result();
    if (told.rows !== found.rows || told.sha256 !== found.sha256) {
      throw new BackupError(`The backup is damaged: the rows of ${shape.name} are not those that were written.`);
    }
    tables.push(told);
  }
  if (tables.length !== shapes.size) throw new BackupError('The backup is damaged: it lacks tables.');
  return tables;
}

/** Names out of a file become part of statements, so only those that the database itself knows are taken. */
function refuseOtherShape(told: Omit<TableShape, 'order'>, known: TableShape | undefined): void {
  const same =
    known !== undefined &&
    told.columns.length === known.columns.length &&
    told.columns.every((column) => known.columns.includes(column));
  if (!same) throw new BackupError(`The backup's table ${told.name} is not shaped as it is here.`);
}

/** Reads every table back: what the database holds now must be, byte for byte, what the other one held. */
async function compare(
  client: Client,
  tables: readonly BackedUpTable[],
  shapes: ReadonlyMap<string, TableShape>,
): Promise<void> {
  for (const table of tables) {
    const shape = shapes.get(fullName(table));
    const tally = new Tally();
    if (shape !== undefined) for await (const data of rowsOf(client, shape)) tally.take(data);
    const found = tally.result();
    if (found.rows !== table.rows || found.sha256 !== table.sha256) {
      throw new BackupError(`The restored rows of ${table.name} differ from those in the backup.`);
    }
  }
}

/**
 * Foreign keys are taken off and put back, which checks every row again, because tables may point at each other in a
 * circle; triggers that refuse changes to what is frozen stand aside for the same time.
 */
async function standAside(client: Client, tables: readonly TableShape[]): Promise<{ comeBack(): Promise<void> }> {
  const names = tables.map(fullName);
  const keys = await client.query<{ table: string; name: string; definition: string }>(
    `select c.conrelid::regclass::text as table, quote_ident(c.conname) as name, pg_get_constraintdef(c.oid) as definition
       from pg_constraint c
      where c.contype = 'f' and c.conparentid = 0 and c.conrelid = any($1::text[]::regclass[])
      order by 1, 2`,
    [names],
  );
  const triggers = await client.query<{ table: string; name: string; enabled: string }>(
    `select t.tgrelid::regclass::text as table, quote_ident(t.tgname) as name, t.tgenabled::text as enabled
       from pg_trigger t
      where not t.tgisinternal and t.tgenabled <> 'D' and t.tgrelid = any($1::text[]::regclass[])`,
    [names],
  );
  for (const { table, name } of triggers.rows) await client.query(`alter table ${table} disable trigger ${name}`);
  for (const { table, name } of keys.rows) await client.query(`alter table ${table} drop constraint ${name}`);
  return {
    comeBack: async () => {
      await client.query('set constraints all immediate');
      for (const { table, name, definition } of keys.rows) {
        await client.query(`alter table ${table} add constraint ${name} ${definition}`);
      }
      for (const { table, name, enabled } of triggers.rows) {
        const how = enabled === 'A' ? 'enable always' : enabled === 'R' ? 'enable replica' : 'enable';
        await client.query(`alter table ${table} ${how} trigger ${name}`);
      }
    },
  };
}
