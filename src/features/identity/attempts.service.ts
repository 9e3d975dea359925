/** Attempts: slows down guessing. Ten failures from one place at one account in a quarter of an hour, then a pause. */
import { Injectable } from '@nestjs/common';
import { PUBLIC_ACTOR } from '../../kernel/actor.js';
import { invalid } from '../../kernel/errors.js';
import { currentRequest, runInRequest } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { FAILURE_MINUTES, MOST_FAILURES } from './identity.rules.js';

export interface Attempt {
  /** See `subjectHash`. */
  readonly subject: string;
  /** The network address it comes from. */
  readonly address: string;
}

const WINDOW_MILLISECONDS = FAILURE_MINUTES * 60_000;

@Injectable()
export class Attempts {
  constructor(private readonly db: Database) {}

  /**
   * Counts the attempt as failed before it is looked at, so that a hundred at once are still ten; `succeeded` takes
   * the count away. Throws `session.wait` when there were too many.
   */
  async begin({ subject, address }: Attempt): Promise<void> {
    const [row] = await this.db.work(PUBLIC_ACTOR, (work) => {
      const oldest = new Date(work.now.getTime() - WINDOW_MILLISECONDS);
      return work.query<{ failures: number; since: Date }>(sql`
        insert into sign_in_failures as f (subject_hash, address, failures, since)
        values (${subject}, ${address}, 1, ${work.now})
        on conflict (subject_hash, address) do update set
          failures = case when f.since <= ${oldest} then 1 else least(f.failures, ${MOST_FAILURES}) + 1 end,
          since = case when f.since <= ${oldest} then ${work.now}::timestamptz else f.since end
        returning failures, since`);
    });
    if (row === undefined || row.failures <= MOST_FAILURES) return;
    const waitMilliseconds = row.since.getTime() + WINDOW_MILLISECONDS - this.db.now.getTime();
    const minutes = Math.max(1, Math.ceil(waitMilliseconds / 60_000));
    throw invalid('session.wait', { params: { minutes }, retryAfterSeconds: minutes * 60, status: 429 });
  }

  async succeeded(work: Work, { subject, address }: Attempt): Promise<void> {
    await work.query(sql`delete from sign_in_failures where subject_hash = ${subject} and address = ${address}`);
    const oldest = new Date(work.now.getTime() - WINDOW_MILLISECONDS);
    // What has run out is of no use to anybody; a few at a time keep the table small.
    await work.query(sql`
      delete from sign_in_failures where (subject_hash, address) in
        (select subject_hash, address from sign_in_failures where since <= ${oldest} limit 50 for update skip locked)`);
  }
}

/**
 * Runs a use case that handles a passphrase without the idempotency key of its request: nothing made from a
 * passphrase by a quick hash may be stored, and no twin may be given somebody's answer.
 */
export function withoutKey<T>(run: () => Promise<T>): Promise<T> {
  const context = currentRequest();
  if (context === undefined) return run();
  return runInRequest({ requestId: context.requestId, receivedAt: context.receivedAt }, run);
}
