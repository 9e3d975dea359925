/**
 * Jobs: work that waits until its cause has committed. Delivered at least once and in no order: a handler reloads,
 * compares state, and does nothing when it is done already.
 */
/** Every job there is. Each has exactly one handler, or nothing starts. */
const JOB_TOPICS = [
  'mail.deliver',
  'link.send',
  'text.deliver',
  'interview.invite',
  'document.render',
  'attachment.scan',
  'list.export',
  'disposal.run',
  'broadcast.send',
] as const;
export type JobTopic = (typeof JOB_TOPICS)[number];

export interface Job {
  readonly id: string;
  /** 1 at the first try. */
  readonly attempt: number;
}

export interface JobHandler {
  readonly topic: JobTopic;
  handle(payload: Readonly<Record<string, unknown>>, job: Job): Promise<void>;
}

/** Which handler takes which topic; two for one are refused. */
export class JobHandlers {
  private readonly handlers = new Map<string, JobHandler>();

  constructor(handlers: readonly JobHandler[]) {
    for (const handler of handlers) {
      if (this.handlers.has(handler.topic)) throw new Error(`Job ${handler.topic} has two handlers`);
      this.handlers.set(handler.topic, handler);
    }
  }

  /** The handlers of a whole application. Fails when a topic has none, and start-up with it. */
  static complete(handlers: readonly JobHandler[]): JobHandlers {
    const made = new JobHandlers(handlers);
    const missing = JOB_TOPICS.filter((topic) => !made.handlers.has(topic));
    if (missing.length > 0) throw new Error(`Jobs without a handler: ${missing.join(', ')}`);
    return made;
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
