/**
 * Jobs: work that waits until its cause has committed. Delivered at least once and in no order: a handler reloads,
 * compares state, and does nothing when it is done already.
 */
export interface Job {
  readonly id: string;
  /** 1 at the first try. */
  readonly attempt: number;
}

export interface JobHandler {
  /** Such as `account-invitation.send`. */
  readonly topic: string;
  handle(payload: Readonly<Record<string, unknown>>, job: Job): Promise<void>;
}

/** Which handler takes which topic. Start-up fails when a topic has two; a job without one is never lost, it waits. */
export class JobHandlers {
  private readonly handlers = new Map<string, JobHandler>();

  constructor(handlers: readonly JobHandler[]) {
    for (const handler of handlers) {
      if (this.handlers.has(handler.topic)) throw new Error(`Job ${handler.topic} has two handlers`);
      this.handlers.set(handler.topic, handler);
    }
  }

  topics(): readonly string[] {
    return [...this.handlers.keys()].sort();
  }

  get(topic: string): JobHandler {
    const handler = this.handlers.get(topic);
    if (handler === undefined) throw new Error(`Job ${topic} has no handler`);
    return handler;
  }
}
