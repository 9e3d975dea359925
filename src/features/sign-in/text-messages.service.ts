/** TextMessages: a text to a telephone is a row written with its cause and handed to the gateway by a job, like a mail. */
import { Inject, Injectable } from '@nestjs/common';
import { systemActor } from '../../kernel/actor.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { Job, JobHandler } from '../../platform/jobs/job.js';
import { Texts } from '../../platform/texts/texts.js';
import { TextMessage } from './text-message.entity.js';

const TEXT_TOPIC = 'text.deliver';

/** A gateway that does not answer is given up before the lease of the job ends. */
const PATIENCE_MILLISECONDS = 20_000;

@Injectable()
export class TextMessages {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly texts: Texts,
  ) {}

  /** Whether there is a gateway at all. */
  get isOffered(): boolean {
    return this.config.sms !== undefined;
  }

  /** Writes the text in this work and queues its delivery. */
  async send(
    work: Work,
    { to, textKey, params }: { to: string; textKey: string; params: Readonly<Record<string, unknown>> },
  ): Promise<string> {
    const body = this.texts.t(textKey, params);
    const row = await work.insertOne(TextMessage, { recipient: to, body, carriesSecret: true, sentAt: null });
    work.queue(TEXT_TOPIC, { textId: row.id });
    return row.id;
  }
}

@Injectable()
export class TextDelivery implements JobHandler {
  readonly topic = TEXT_TOPIC;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
  ) {}

  async handle(payload: Readonly<Record<string, unknown>>, _job: Job): Promise<void> {
    const { sms } = this.config;
    if (sms === undefined) return;
    const id = String(payload['textId']);
    await this.db.work(systemActor('texts'), async (work) => {
      const [text] = await work.query<{ recipient: string; body: string }>(
        sql`select recipient, body from text_messages where id = ${id} and sent_at is null for update`,
      );
      if (text === undefined) return null;
      await hand(sms, { id, to: text.recipient, text: text.body });
      // The link is of no use here once it is on its way; it would only lie in backups.
      await work.query(sql`
        update text_messages set sent_at = ${work.now}, version = version + 1,
          body = regexp_replace(body, 'https?://[^[:space:]]+', '(link removed after sending)', 'g') where id = ${id}`);
      return null;
    });
  }
}

/** The gateway's errors are told by their status alone: what it says may repeat the text with its link. */
async function hand(
  { url, token }: { readonly url: string; readonly token: string | undefined },
  { id, to, text }: { id: string; to: string; text: string },
): Promise<void> {
  let status: number;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        // The same when it is sent again, for a gateway that minds.
        'idempotency-key': id,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ to, text }),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
    ({ status } = answer);
    await answer.body?.cancel();
  } catch (error) {
    throw new Error(`The text gateway could not be reached: ${(error as Error).name}`, { cause: error });
  }
  if (status < 200 || status >= 300) throw new Error(`The text gateway answered ${status}`);
}
