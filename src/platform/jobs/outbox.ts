/** Outbox: claims due jobs under a lease, runs their handlers and writes how they ended; retries with backoff. */
import pg from 'pg';
import type { Logger } from 'pino';
import type { JobHandlers } from './job.js';

export interface OutboxOptions {
  readonly url: string;
  readonly sessionOptions: string;
  /** How often the lease of a running job is renewed. */
  readonly renewMilliseconds?: number;
}

export interface Claimed {
  readonly id: string;
  readonly topic: string;
  readonly payload: Record<string, unknown>;
  readonly attempts: number;
}

/** A job that failed this often is left for an administrator to look at. */
export const MOST_ATTEMPTS = 8;
const LEASE_SECONDS = 120;
/** Of the attempt in hand: whoever lost the lease to another must not write over what that one found. */
const STILL_OURS = 'id = $2 and attempts = $3 and done_at is null and failed_at is null and locked_until is not null';
const DUE = `done_at is null and failed_at is null and available_at <= $1
             and (locked_until is null or locked_until < clock_timestamp()) and topic = any($2)`;

export class Outbox {
  private readonly pool: pg.Pool;

  constructor(
    private readonly options: OutboxOptions,
    private readonly handlers: JobHandlers,
    private readonly logger: Logger,
  ) {
    this.pool = new pg.Pool({ connectionString: options.url, max: 2, options: options.sessionOptions });
    // A lost idle connection is replaced at the next query, which tells of a server that is gone.
    this.pool.on('error', (error) => this.logger.warn({ err: error }, 'outbox connection lost'));
  }

  /** Jobs are due by the same shifted clock that queued them. */
  now: () => Date = () => new Date();

  async end(): Promise<void> {
    await this.pool.end();
  }

  /** A job whose worker died at every attempt never came to say that it failed; it must not take down one more. */
  async giveUpDeadly(): Promise<void> {
    await this.pool.query(
      `update outbox set failed_at = $2, locked_until = null, last_error = coalesce(last_error, $3)
       where done_at is null and failed_at is null and attempts >= $1 and locked_until < clock_timestamp()`,
      [MOST_ATTEMPTS, this.now(), 'The worker stopped during each attempt.'],
    );
  }

  /** A topic that has no handler here is left for a worker that has one. */
  async claim(most: number): Promise<Claimed[]> {
    const due = `select id from outbox where ${DUE} order by available_at, id for update skip locked limit $4`;
    return this.lease(due, [this.now(), this.handlers.topics(), LEASE_SECONDS, most]);
  }

  /** The one with this id, unless it is done, not due, or in other hands. */
  async claimOne(id: string): Promise<Claimed | undefined> {
    const due = `select id from outbox where ${DUE} and id = $4 for update skip locked`;
    const [job] = await this.lease(due, [this.now(), this.handlers.topics(), LEASE_SECONDS, id]);
    return job;
  }

  private async lease(due: string, values: unknown[]): Promise<Claimed[]> {
    const { rows } = await this.pool.query<Claimed>(
      `update outbox set locked_until = clock_timestamp() + make_interval(secs => $3), attempts = attempts + 1
       where id in (${due}) returning id, topic, payload, attempts`,
      values,
    );
    return rows;
  }

  /** Due jobs that were not handed on yet, or so long ago that they must be lost; marked as handed on now. */
  async markRelayed(most: number): Promise<{ id: string; topic: string }[]> {
    const { rows } = await this.pool.query<{ id: string; topic: string }>(
      `update outbox set relayed_at = clock_timestamp()
       where id in (select id from outbox where ${DUE} and (relayed_at is null
                      or relayed_at < clock_timestamp() - make_interval(secs => $3))
                    order by available_at, id for update skip locked limit $4) returning id, topic`,
      [this.now(), this.handlers.topics(), LEASE_SECONDS, most],
    );
    return rows;
  }

  /** Where they were handed to did not take them. */
  async unmarkRelayed(ids: readonly string[]): Promise<void> {
    await this.pool.query('update outbox set relayed_at = null where id = any($1::uuid[])', [ids]);
  }

  async run(job: Claimed): Promise<void> {
    const renewal = setInterval(() => void this.renew(job), this.options.renewMilliseconds ?? LEASE_SECONDS * 250);
    try {
      const error = await this.attempt(job);
      if (error === undefined) await this.settleDone(job);
      else await this.settleFailed(job, error);
    } catch (error) {
      // The lease runs out by itself, and the job is then run again.
      this.logger.warn({ err: error, job: job.id, topic: job.topic }, 'the end of a job could not be written');
    } finally {
      clearInterval(renewal);
    }
  }

  private async attempt(job: Claimed): Promise<Error | undefined> {
    try {
      await this.handlers.get(job.topic).handle(job.payload, { id: job.id, attempt: job.attempts });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** A job that takes long stays ours for as long as we live. */
  private async renew(job: Claimed): Promise<void> {
    try {
      await this.pool.query(
        `update outbox set locked_until = clock_timestamp() + make_interval(secs => $1) where ${STILL_OURS}`,
        [LEASE_SECONDS, job.id, job.attempts],
      );
    } catch (error) {
      this.logger.warn({ err: error, job: job.id, topic: job.topic }, 'the lease of a job could not be renewed');
    }
  }

  private async settleDone(job: Claimed): Promise<void> {
    await this.pool.query(
      `update outbox set done_at = $1, locked_until = null, last_error = null where ${STILL_OURS}`,
      [this.now(), job.id, job.attempts],
    );
  }

  private async settleFailed(job: Claimed, error: Error): Promise<void> {
    const isLast = job.attempts >= MOST_ATTEMPTS;
    this.logger[isLast ? 'error' : 'warn'](
      { err: error, job: job.id, topic: job.topic, attempt: job.attempts },
      'job failed',
    );
    const waitSeconds = Math.min(3600, 2 ** job.attempts);
    await this.pool.query(
      `update outbox set locked_until = null, relayed_at = null, last_error = $4, failed_at = case when $5 then $1::timestamptz end,
         available_at = $1::timestamptz + make_interval(secs => $6) where ${STILL_OURS}`,
      [this.now(), job.id, job.attempts, error.message.slice(0, 2000), isLast, waitSeconds],
    );
  }
}
