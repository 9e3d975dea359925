/**
 * Relay: with Redis, hands due jobs from the outbox to a BullMQ queue that any number of workers share. The outbox
 * stays the truth: Redis carries ids alone, a worker claims the row as a drainer does, and what Redis lost is handed on
 * again when its time is over.
 */
import { setTimeout } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type DrainerOptions, OutboxLoop } from './drainer.js';
import type { JobHandlers } from './job.js';
import { Outbox } from './outbox.js';

const QUEUE = 'granary';
const CLOSE_MILLISECONDS = 10_000;
const MOST_AT_ONCE = 100;
/** After this a connection that says nothing is tried anew. */
const CONNECT_MILLISECONDS = 2000;

export interface RelayOptions extends DrainerOptions {
  readonly redisUrl: string;
}

export class Relay extends OutboxLoop {
  private readonly jobs: Outbox;
  private readonly connection: Redis;
  private readonly workerConnection: Redis;
  private queue: Queue | undefined;
  private worker: Worker | undefined;
  private working: Promise<void> | undefined;

  constructor(
    protected override readonly options: RelayOptions,
    handlers: JobHandlers,
    logger: Logger,
  ) {
    super(options, handlers, logger);
    this.jobs = new Outbox(options, handlers, logger);
    const connect = { connectTimeout: CONNECT_MILLISECONDS };
    this.connection = new Redis(options.redisUrl, { ...connect, maxRetriesPerRequest: 1 });
    this.workerConnection = new Redis(options.redisUrl, { ...connect, maxRetriesPerRequest: null });
    this.connection.on('error', this.lost);
    this.workerConnection.on('error', this.lost);
  }

  override set now(now: () => Date) {
    this.outbox.now = now;
    this.jobs.now = now;
  }

  override start(): void {
    super.start();
    this.working = this.work();
  }

  override async stop(): Promise<void> {
    this.stopping = true;
    // Without Redis nothing can be said goodbye to; what is in hand then ends with its lease.
    await Promise.race([this.worker?.close(), pause(CLOSE_MILLISECONDS)]);
    await super.stop();
    this.connection.disconnect();
    this.workerConnection.disconnect();
    await this.working;
    await this.jobs.end();
  }

  /** A queue that did not find Redis when it was made never will, so the next pass makes another. */
  protected async pass(): Promise<number> {
    const due = await this.outbox.markRelayed(MOST_AT_ONCE);
    if (due.length === 0) return 0;
    const opts = { removeOnComplete: true, removeOnFail: true };
    try {
      this.queue ??= this.newQueue();
      await this.queue.addBulk(due.map(({ id, topic }) => ({ name: topic, data: { outboxId: id }, opts })));
    } catch (error) {
      this.queue = undefined;
      await this.outbox.unmarkRelayed(due.map(({ id }) => id));
      throw error;
    }
    return due.length;
  }

  private newQueue(): Queue {
    const queue = new Queue(QUEUE, { connection: this.connection, skipWaitingForReady: true });
    queue.on('error', this.lost);
    return queue;
  }

  /** The same for what takes jobs: it ends where Redis is not there at first, and is made again. */
  private async work(): Promise<void> {
    while (!this.stopping) {
      try {
        this.worker = this.newWorker();
        await this.worker.run();
      } catch (error) {
        if (!this.stopping) this.logger.warn({ err: error }, 'the queue worker ended; starting another');
        await pause(CONNECT_MILLISECONDS);
      }
    }
  }

  private newWorker(): Worker {
    const take = (job: { data: unknown }): Promise<void> => this.take((job.data as { outboxId: string }).outboxId);
    const concurrency = this.options.concurrency ?? 4;
    const worker = new Worker(QUEUE, take, { connection: this.workerConnection, concurrency, autorun: false });
    worker.on('error', this.lost);
    return worker;
  }

  /** A row that is done, or in other hands, is left: being delivered twice is no harm. */
  private async take(outboxId: string): Promise<void> {
    const job = await this.jobs.claimOne(outboxId);
    if (job !== undefined) await this.jobs.run(job);
  }

  private readonly lost = (error: Error): void => this.logger.warn({ err: error }, 'redis connection lost');
}

const pause = (milliseconds: number): Promise<void> => setTimeout(milliseconds, undefined, { ref: false });
