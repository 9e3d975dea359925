/** attachmentPieces: the bytes of a file that was handed in, read from the database a piece at a time. */
import { notFound } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';

/** Its size and no more; fails when a piece is gone, so that nobody takes half a file for a whole one. */
export async function* attachmentPieces(
  from: Queryable,
  { id, sizeBytes }: { readonly id: string; readonly sizeBytes: number },
): AsyncGenerator<Buffer> {
  for (let position = 0, given = 0; given < sizeBytes; position += 1) {
    const [row] = await from.query<{ content: Buffer }>(sql`
      select content from attachment_chunks where attachment_id = ${id} and position = ${position}`);
    if (row === undefined) throw notFound('thing.not_found');
    yield row.content;
    given += row.content.length;
  }
}
