/**
 * What is done with all sealed columns at once: whether the keys are the right ones, sealing what still lies open from
 * an earlier release, and sealing everything anew with the current key.
 */
import { rawSql, type Sql, sql } from '../database/sql.js';
import type { Queryable } from '../database/work.js';
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns.js';
import { lastFour, normalizeNumber, SealError, type Secrets } from './secrets.js';

const BATCH = 500;

/** Refuses keys that are not those this database was written with, and remembers the ones that are new. */
export async function checkKeys(work: Queryable & { readonly now: Date }, secrets: Secrets): Promise<void> {
  const known = await work.query<{ version: number; check_value: Buffer }>(
    sql`select version, check_value from secret_keys order by version`,
  );
  const ours = secrets.checkValues();
  for (const { version, check_value: value } of known) {
    const own = ours.get(version);
    if (own !== undefined && !own.equals(value)) throw new SealError(wrongKey(version));
  }
  const fresh = [...ours].map(([version, value]) => ({ version, value: value.toString('hex') }));
  await work.query(sql`
    insert into secret_keys (version, check_value, first_used_at)
    select version, decode(value, 'hex'), ${work.now}
    from jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb) as fresh(version integer, value text)
    on conflict (version) do nothing`);
  const lost = known.filter(({ version }) => !ours.has(version)).map(({ version }) => version);
  if (lost.length === 0) return;
  const needed = (await versionsInUse(work)).filter((version) => lost.includes(version));
  if (needed.length > 0) throw new SealError(lostKeys(needed));
}

const wrongKey = (version: number): string =>
  version === 0
    ? 'FINGERPRINT_KEY (or DATA_DIR/fingerprint-key) is not the one this database was written with: put back the one that was'
    : `Key ${version} of SECRET_KEYS (or DATA_DIR/secret-keys) is not the one this database was written with: put back the one that was`;

const lostKeys = (versions: readonly number[]): string =>
  `Values in this database are sealed with keys that are missing: ${versions.join(', ')}. Put them back into SECRET_KEYS or DATA_DIR/secret-keys`;

/** The numbers of the keys that values are sealed with now. */
export async function versionsInUse(from: Queryable): Promise<number[]> {
  const found = new Set<number>();
  for (const column of SEALED_COLUMNS) {
    const rows = await from.query<{ version: number }>(sql`
      select distinct ${keyNumber(column)} as version from ${rawSql(column.table)} t
      where t.${rawSql(column.column)} is not null`);
    for (const { version } of rows) found.add(version);
  }
  return [...found].sort((a, b) => a - b);
}

/** The four bytes after the first are the number of the key. */
const keyNumber = ({ column }: SealedColumn): Sql =>
  rawSql(`(get_byte(t.${column}, 1) << 24 | get_byte(t.${column}, 2) << 16 | get_byte(t.${column}, 3) << 8
    | get_byte(t.${column}, 4))`);

interface Found {
  readonly id: string;
  readonly value: Buffer;
}

/** Seals everything that another key than the current one sealed; gives how many values. Safe to repeat at any time. */
export async function sealAnew(from: Queryable, secrets: Secrets): Promise<number> {
  let count = 0;
  for (const column of SEALED_COLUMNS) {
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const rows = await from.query<Found>(sql`
        select t.${id(column)}::text as id, t.${rawSql(column.column)} as value from ${rawSql(column.table)} t
        where t.${rawSql(column.column)} is not null and t.${id(column)} > ${after}::uuid
          and ${keyNumber(column)} <> ${secrets.currentVersion}
        order by t.${id(column)} limit ${BATCH}`);
      if (rows.length === 0) break;
      count += await replace(from, secrets, column, rows);
      after = rows.at(-1)?.id ?? after;
    }
  }
  return count;
}

/** Writes only over what was read: a value that somebody replaced meanwhile was sealed with a newer key anyway. */
async function replace(
  from: Queryable,
  secrets: Secrets,
  column: SealedColumn,
  rows: readonly Found[],
): Promise<number> {
  const values = rows.map(({ id: rowId, value }) => {
    const place = { table: column.table, column: column.column, id: rowId };
    const plain = secrets.open(place, value);
    return { id: rowId, old: value.toString('hex'), ...columnsOf(secrets, column, rowId, plain) };
  });
  const written = await from.query(sql`
    update ${rawSql(column.table)} t set ${assignments(column)}
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb)
      as fresh(id uuid, old text, sealed text, key_version integer, fingerprint text, last_four text)
    where t.${id(column)} = fresh.id and t.${rawSql(column.column)} = decode(fresh.old, 'hex') returning 1`);
  return written.length;
}

/** Seals what an earlier release kept in clear, and takes the clear away; gives how many values. */
export async function sealWhatLiesOpen(work: Queryable, secrets: Secrets): Promise<number> {
  let count = 0;
  for (const column of SEALED_COLUMNS) {
    if (column.plainColumn === undefined) continue;
    const plain = rawSql(column.plainColumn);
    for (;;) {
      const rows = await work.query<{ id: string; value: string }>(sql`
        select t.${id(column)}::text as id, t.${plain}::text as value from ${rawSql(column.table)} t
        where t.${plain} is not null order by t.${id(column)} limit ${BATCH} for update`);
      if (rows.length === 0) break;
      const values = rows.map((row) => ({ id: row.id, ...columnsOf(secrets, column, row.id, row.value) }));
      await work.query(sql`
        update ${rawSql(column.table)} t set ${plain} = null, ${assignments(column)}
        from jsonb_to_recordset(${JSON.stringify(values)}::jsonb)
          as fresh(id uuid, sealed text, key_version integer, fingerprint text, last_four text)
        where t.${id(column)} = fresh.id`);
      count += rows.length;
    }
  }
  return count;
}

const id = (column: SealedColumn): Sql => rawSql(column.idColumn ?? 'id');

/** A number is kept as its digits where duplicates are looked for; anything else stays as it is. */
function columnsOf(secrets: Secrets, column: SealedColumn, rowId: string, plain: string): Record<string, unknown> {
  const kept = column.fingerprint === undefined ? plain : normalizeNumber(plain);
  const { sealed, keyVersion } = secrets.seal({ table: column.table, column: column.column, id: rowId }, kept);
  return {
    sealed: sealed.toString('hex'),
    key_version: keyVersion,
    fingerprint:
      column.fingerprint === undefined ? null : secrets.fingerprint(column.fingerprint.kind, kept).toString('hex'),
    last_four: column.lastFourColumn === undefined ? null : lastFour(kept),
  };
}

function assignments(column: SealedColumn): Sql {
  const parts = [`${column.column} = decode(fresh.sealed, 'hex')`];
  if (column.keyVersionColumn !== undefined) parts.push(`${column.keyVersionColumn} = fresh.key_version`);
  if (column.fingerprint !== undefined) {
    parts.push(`${column.fingerprint.column} = decode(fresh.fingerprint, 'hex')`);
  }
  if (column.lastFourColumn !== undefined) parts.push(`${column.lastFourColumn} = fresh.last_four`);
  return rawSql(parts.join(', '));
}
