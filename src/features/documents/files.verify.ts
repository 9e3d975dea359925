/** verifyFiles: holds what is kept of documents and attachments against the hashes they were kept under. */
import pg from 'pg';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';

export interface ChangedFile {
  readonly kind: 'document' | 'attachment';
  readonly id: string;
  /** SHA-256 in hexadecimal, as it was kept. */
  readonly expected: string;
  readonly found: string;
}

/** The database reads the bytes, so no file has to travel; an attachment is put together from its pieces. One that was destroyed, or whose years are over, has none. */
const CHANGED = sql`
  with file as (
    select 'document' as kind, id::text, content_hash as expected, encode(sha256(content), 'hex') as found
    from documents
    union all
    select 'attachment', a.id::text, a.content_hash, encode(sha256(coalesce(
             (select string_agg(c.content, ''::bytea order by c.position) from attachment_chunks c
              where c.attachment_id = a.id), ''::bytea)), 'hex')
    from attachments a where a.state <> 'destroyed' and a.disposed_at is null
  )
  select kind, id, expected, found from file where found <> expected order by kind, id`;

/** `from` is a database, or the address of one; gives the files that are not what they were. */
export async function verifyFiles(from: Queryable | string): Promise<ChangedFile[]> {
  if (typeof from !== 'string') return from.query<ChangedFile>(CHANGED);
  const client = new pg.Client({ connectionString: from });
  await client.connect();
  try {
    const { text, values } = CHANGED.compile();
    return (await client.query<ChangedFile>(text, values)).rows;
  } finally {
    await client.end();
  }
}
