/** What is in files goes when their years are over; that they were there, their names and hashes stay. */
import { type Sql, sql } from '../../platform/database/sql.js';
import type { RetentionClass } from '../../platform/personal-data.js';

const among = (ids: readonly string[]): Sql => sql`any(${[...ids]}::uuid[])`;

/** What a class of files does with those that are due; its `due` gives ids of attachments where `fileIsKept` holds. */
export const fileRemovals: NonNullable<RetentionClass['removals']> = [
  {
    what: 'files',
    remove: (ids) => sql`
      update attachments set disposed_at = now(), version = version + 1 where id = ${among(ids)} and disposed_at is null`,
  },
  // After it was said: the pieces of a file that is kept cannot be taken away.
  { what: 'file_contents', remove: (ids) => sql`delete from attachment_chunks where attachment_id = ${among(ids)}` },
];

/** True for a row of `attachments f` whose content is there and belongs to who may see it. */
export const fileIsKept: Sql = sql`(f.state = 'clean' and f.disposed_at is null)`;
