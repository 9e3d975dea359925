/** OutboxLoop: looks at the outbox whenever something was queued. Drainer: the loop that runs the jobs itself. */
import pg from 'pg';
import type { Logger } from 'pino';
import type { JobHandlers } from './job.js';
import { Outbox, type OutboxOptions } from './outbox.js';

export interface DrainerOptions extends OutboxOptions {
  /** How long to wait for a notification before looking anyway. */
  readonly pollMilliseconds?: number;
  readonly concurrency?: number;
}

/** Wakes when a job was queued and passes over the outbox until nothing is due. */
export abstract class OutboxLoop {
  protected readonly outbox: Outbox;
  protected stopping = false;
  private listener: pg.Client | undefined;
  private wake: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private notified = false;

  constructor(
    protected readonly options: DrainerOptions,
    handlers: JobHandlers,
    protected readonly logger: Logger,
  ) {
    this.outbox = new Outbox(options, handlers, logger);
  }

  set now(now: () => Date) {
    this.outbox.now = now;
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
    await this.outbox.end();
  }

  /** Takes some of what is due and gives how many there were. */
  protected abstract pass(): Promise<number>;

  /** Passes until nothing is due; for tests and for the demo, which wait for nothing. Gives how many there were. */
  async drain(): Promise<number> {
    let count = 0;
    await this.outbox.giveUpDeadly();
    while (!this.stopping) {
      const taken = await this.pass();
      if (taken === 0) break;
      count += taken;
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
}

/** Takes due jobs, a few at a time, and runs their handlers. */
export class Drainer extends OutboxLoop {
  protected async pass(): Promise<number> {
    const jobs = await this.outbox.claim(this.options.concurrency ?? 4);
    await Promise.all(jobs.map((job) => this.outbox.run(job)));
    return jobs.length;
  }
}
