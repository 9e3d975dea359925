/**
 * writeBackup and restoreBackup: the whole database in one file, and back.
 *
 * The embedded PostgreSQL comes without its own tools, so the archive is ours: the rows of every table as COPY writes
 * them, read in one snapshot, framed and compressed, with a count and a hash for each table. A restore takes it into an
 * empty database of the same migrations, in one transaction, and reads every table back to compare the hashes.
 */
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Client } from 'pg';
import {
  type BackedUpTable,
  BackupError,
  type BackupManifest,
  type BackupSummary,
  FORMAT,
  Tally,
  frame,
  jsonFrame,
} from './backup-format.js';
import { connect, migrationNames, rowsOf, sequencesOf, serverVersion, tablesOf } from './backup-tables.js';

export { type BackedUpTable, BackupError, type BackupManifest, type BackupSummary } from './backup-format.js';
export { type RestoreOrder, restoreBackup } from './restore.js';

export interface BackupOrder {
  /** The login that owns the tables. */
  readonly ownerUrl: string;
  readonly file: string;
  readonly appVersion: string;
  readonly now: Date;
}

export const KEYS_ARE_NOT_IN_IT =
  'The keys are not in it: keep the settings (.env) and session-secret, secret-keys and fingerprint-key of DATA_DIR apart from it, in a safe place.';
export const KEYS_WERE_NOT_IN_IT =
  'The keys are not in it: put back the settings (.env) and session-secret, secret-keys and fingerprint-key of DATA_DIR that belong to this data.';

/** Writes under another name first: a file under the final name is whole. Refuses to write over one. */
export async function writeBackup(order: BackupOrder): Promise<BackupSummary> {
  if (existsSync(order.file))
    throw new BackupError(`${order.file} is there already, and a backup is never overwritten.`);
  mkdirSync(dirname(order.file), { recursive: true, mode: 0o700 });
  const draft = `${order.file}.partial`;
  rmSync(draft, { force: true });
  const client = await connect(order.ownerUrl);
  try {
    await client.query('begin isolation level repeatable read read only');
    const manifest: BackupManifest = {
      appVersion: order.appVersion,
      postgresVersion: await serverVersion(client),
      takenAt: order.now.toISOString(),
      migrations: await migrationNames(client),
    };
    if (manifest.migrations.length === 0) {
      throw new BackupError('There is nothing to back up: this database was never migrated.');
    }
    const tables: BackedUpTable[] = [];
    await pipeline(
      Readable.from(archive(client, manifest, tables)),
      createGzip(),
      // Everything about everybody is in it.
      createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }),
    );
    renameSync(draft, order.file);
    return { ...manifest, tables };
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function* archive(client: Client, manifest: BackupManifest, done: BackedUpTable[]): AsyncGenerator<Buffer> {
  yield Buffer.from(FORMAT);
  yield jsonFrame('M', manifest);
  for (const table of await tablesOf(client)) {
    yield jsonFrame('T', { schema: table.schema, name: table.name, columns: table.columns });
    const tally = new Tally();
    for await (const data of rowsOf(client, table)) {
      tally.take(data);
      yield frame('D', data);
    }
    const result = { schema: table.schema, name: table.name, ...tally.result() };
    done.push(result);
    yield jsonFrame('E', result);
  }
  // After the rows: a sequence knows no snapshot, and one that is ahead of its rows does no harm.
  yield jsonFrame('S', await sequencesOf(client));
  yield jsonFrame('Z', done);
}
