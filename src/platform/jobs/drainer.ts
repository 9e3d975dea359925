/** Drainer: takes due jobs from the outbox, a few at a time, and runs their handlers; retries with backoff. */
import pg from 'pg';
import type { Logger } from 'pino';
import type { JobHandlers } from './job.js';

export interface DrainerOptions {
  readonly url: string;
  readonly sessionOptions: string;
  /** How long to wait for a notification before looking anyway. */
  readonly pollMilliseconds?: number;
  readonly concurrency?: number;
  /** How often the lease of a running job is renewed. */
  readonly renewMilliseconds?: number;
}

interface Claimed {
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

export class Drainer {
  private readonly pool: pg.Pool;
  private listener: pg.Client | undefined;
  private wake: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private stopping = false;
  private notified = false;

  constructor(
    private readonly options: DrainerOptions,
    private readonly handlers: JobHandlers,
    private readonly logger: Logger,
  ) {
    this.pool = new pg.Pool({ connectionString: options.url, max: 2, options: options.sessionOptions });
    // A lost idle connection is replaced at the next query, which tells of a server that is gone.
    this.pool.on('error', (error) => this.logger.warn({ err: error }, 'outbox connection lost'));
  }

  start(): void {
    this.running = this.loop();
  }

  /** Stops after the jobs in hand. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.running;
    await this.listener?.end().catch((error: unknown) => this.logger.warn({ err: error }, 'listener did not end'));
    await this.pool.end();
  }

  /** Runs everything that is due now; for tests and for the demo, which wait for nothing. Gives how many ran. */
  async drain(): Promise<number> {
    let count = 0;
    await this.giveUpDeadly();
    while (!this.stopping) {
      const jobs = await this.claim();
      if (jobs.length === 0) break;
      await Promise.all(jobs.map((job) => this.run(job)));
      count += jobs.length;
    }
    return count;
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      this.notified = false;
      try {
        await this.listen();
        await this.drain();
      } catch (error) {
        this.logger.error({ err: error }, 'the outbox could not be drained; trying again');
      }
      // What was queued after the last look is not waited for.
      if (!this.stopping && !this.notified) await this.nap(this.options.pollMilliseconds ?? 5000);
    }
  }

  private async listen(): Promise<void> {
    if (this.listener !== undefined) return;
    const client = new pg.Client({ connectionString: this.options.url, options: this.options.sessionOptions });
    client.on('notification', () => {
      this.notified = true;
      this.wake?.();
    });
    client.on('error', () => {
      this.listener = undefined;
    });
    await client.connect();
    await client.query('listen outbox');
    this.listener = client;
  }

  private nap(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A job whose worker died at every attempt never came to say that it failed; it must not take down one more. */
  private async giveUpDeadly(): Promise<void> {
    await this.pool.query(
      `update outbox set failed_at = $2, locked_until = null, last_error = coalesce(last_error, $3)
       where done_at is null and failed_at is null and attempts >= $1 and locked_until < clock_timestamp()`,
      [MOST_ATTEMPTS, this.now(), 'The worker stopped during each attempt.'],
    );
  }

  /** A topic that has no handler here is left for a worker that has one. */
  private async claim(): Promise<Claimed[]> {
    const { rows } = await this.pool.query<Claimed>(
      `update outbox set locked_until = clock_timestamp() + make_interval(secs => $1), attempts = attempts + 1
       where id in (select id from outbox where done_at is null and failed_at is null and available_at <= $2
                      and (locked_until is null or locked_until < clock_timestamp()) and topic = any($4)
                    order by available_at, id for update skip locked limit $3)
       returning id, topic, payload, attempts`,
      [LEASE_SECONDS, this.now(), this.options.concurrency ?? 4, this.handlers.topics()],
    );
    return rows;
  }

  /** Jobs are due by the same shifted clock that queued them. */
  now: () => Date = () => new Date();

  private async run(job: Claimed): Promise<void> {
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
      `update outbox set locked_until = null, last_error = $4, failed_at = case when $5 then $1::timestamptz end,
         available_at = $1::timestamptz + make_interval(secs => $6) where ${STILL_OURS}`,
      [this.now(), job.id, job.attempts, error.message.slice(0, 2000), isLast, waitSeconds],
    );
  }
}
