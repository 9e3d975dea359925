/** What a backup asks of a database: its tables in one order, their rows as COPY writes them, sequences, migrations. */
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

const MIGRATIONS_TABLE = 'migrations';
/** Not data of the agency: which migrations ran is a fact about a database, and a session would let its finder in. */
const NOT_KEPT = new Set([MIGRATIONS_TABLE, 'web_sessions']);
const DATA_PIECE = 1 << 18;

export interface TableShape {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
  /** What the rows are read in order of; the same on every server, whatever its language. */
  readonly order: string;
}

export interface SequenceState {
  readonly schema: string;
  readonly name: string;
  readonly value: string;
}

/** A connection on which values are written the same way whatever the server's settings are. */
export async function connect(ownerUrl: string): Promise<Client> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'granary-backup' });
  // A connection that breaks fails the statement in hand, which says it better.
  client.on('error', () => undefined);
  await client.connect();
  for (const setting of [
    "datestyle = 'ISO, YMD'",
    "intervalstyle = 'postgres'",
    "timezone = 'UTC'",
    "bytea_output = 'hex'",
    "client_encoding = 'UTF8'",
    'extra_float_digits = 3',
    'statement_timeout = 0',
    "lock_timeout = '30s'",
    // A table with row security then fails loudly rather than giving some of its rows.
    'row_security = off',
  ]) {
    await client.query(`set ${setting}`);
  }
  return client;
}

export async function serverVersion(client: Client): Promise<string> {
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  return rows[0]?.server_version ?? '';
}

export async function migrationNames(client: Client): Promise<string[]> {
  const { rows: found } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    MIGRATIONS_TABLE,
  ]);
  if (found[0]?.there !== true) return [];
  const { rows } = await client.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE} order by id`);
  return rows.map((row) => row.name);
}

/** Every table of ours, by name; those of extensions belong to the extensions. */
export async function tablesOf(client: Client): Promise<TableShape[]> {
  const { rows } = await client.query<{ schema: string; name: string; columns: string[]; key: string[] | null }>(
    `select n.nspname as schema, c.relname as name,
            array(select quote_ident(a.attname) from pg_attribute a
                   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                   order by a.attnum) as columns,
            (select array_agg('t.' || quote_ident(a.attname) ||
                              case when a.attcollation <> 0 then ' collate "C"' else '' end order by k.place)
               from pg_index i
               cross join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
               join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
              where i.indrelid = c.oid and i.indisprimary) as key
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and c.relpersistence <> 't'
        and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and not exists (select from pg_depend d
                         where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      order by n.nspname collate "C", c.relname collate "C"`,
  );
  return rows
    .filter((row) => row.schema !== 'public' || !NOT_KEPT.has(row.name))
    .map(({ schema, name, columns, key }) => ({
      schema,
      name,
      columns,
      order: key?.join(', ') ?? 't::text collate "C"',
    }));
}

export async function sequencesOf(client: Client): Promise<SequenceState[]> {
  const { rows } = await client.query<SequenceState>(
    `select schemaname as schema, sequencename as name, last_value::text as value
       from pg_sequences
      where last_value is not null and sequencename <> $1
      order by 1, 2`,
    [`${MIGRATIONS_TABLE}_id_seq`],
  );
  return rows;
}

export function quoted(schema: string, name: string): string {
  return [schema, name].map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

export function fullName(table: { readonly schema: string; readonly name: string }): string {
  return quoted(table.schema, table.name);
}

/** Names arrive quoted from the database, or were quoted by it when the backup was written. */
export function columnList(table: { readonly columns: readonly string[] }): string {
  return table.columns.join(', ');
}

/** The table's rows as COPY text, in pieces of a decent size. */
export async function* rowsOf(client: Client, table: TableShape): AsyncGenerator<Buffer> {
  const source = client.query(
    copyTo(`copy (select ${columnList(table)} from ${fullName(table)} t order by ${table.order}) to stdout`),
  );
  let pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of source as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size >= DATA_PIECE) {
      yield Buffer.concat(pieces);
      pieces = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(pieces);
}
