/** Steps about invitations that other use cases of identity compose. */
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';

/** Ends every link still open for this person: a newer one, a changed passphrase or a closed account takes its place. */
export async function endOpenInvitations(work: Work, personId: string): Promise<void> {
  await work.query(sql`
    update invitations set replaced_at = ${work.now}, version = version + 1
    where person_id = ${personId} and used_at is null and replaced_at is null`);
}
