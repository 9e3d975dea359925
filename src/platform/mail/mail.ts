/**
 * Mail: a mail is a row written in the same work as its cause, delivered by a job, kept and shown where no mail server
 * is set. It carries a Message-ID of its own that stays the same when it is sent again.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import { systemActor } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import { oneLine } from '../../kernel/writing.js';
import type { CalendarFile } from '../calendars/calendar-file.js';
import type { Config } from '../config/config.js';
import { isThisMachine } from '../config/sign-in-settings.js';
import { CONFIG } from '../config/tokens.js';
import { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { Work } from '../database/work.js';
import type { Job, JobHandler } from '../jobs/job.js';
import { Templates } from '../templates/templates.js';
import { Texts } from '../texts/texts.js';

/** What a mail is about. Whoever may not read of it does not read the mail among those that were sent. */
export interface MailSubject {
  /** A thing that a feature closes to some, such as `application`. */
  readonly type: string;
  readonly id: string;
}

export interface MailRequest {
  readonly to: string;
  /** Key of the subject in the text catalogue, and what it is filled with. */
  readonly subjectKey: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Such as `mail/invitation`; plain text. */
  readonly template: string;
  readonly view: Readonly<Record<string, unknown>>;
  /** Said for each kind of mail: null only when it is about nothing that is closed to anybody who reads the mails. */
  readonly about: MailSubject | null;
  /** A link in it lets somebody in: the administrators' outbox masks it outside a demo. */
  readonly carriesSecret?: boolean;
  /** An appointment that goes with it, made by `calendarFile`. */
  readonly calendar?: CalendarFile;
}

@Injectable()
export class Mailer {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly templates: Templates,
    private readonly texts: Texts,
  ) {}

  /** Writes the mail in this work and queues its delivery; it exists exactly when the work commits. */
  async send(work: Work, request: MailRequest): Promise<string> {
    const [id] = await this.sendAll(work, [request]);
    return id as string;
  }

  /** The same for many, in one statement; ids in the order of the requests. */
  async sendAll(work: Work, requests: readonly MailRequest[]): Promise<string[]> {
    const host = new URL(this.config.publicUrl).hostname;
    const rows = requests.map((request) => {
      const id = newId();
      return {
        id,
        message_id: `<${id}@${host}>`,
        recipient: request.to,
        ...this.words(request),
        carries_secret: request.carriesSecret ?? false,
        about_type: request.about?.type ?? null,
        about_id: request.about?.id ?? null,
        calendar: request.calendar?.content ?? null,
      };
    });
    if (rows.length === 0) return [];
    await work.query(sql`
      insert into mails (id, message_id, recipient, subject, body, carries_secret, calendar, about_type, about_id, created_at)
      select id, message_id, recipient, subject, body, carries_secret, calendar, about_type, about_id, ${work.now}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as mail(id uuid, message_id text, recipient text,
        subject text, body text, carries_secret boolean, calendar text, about_type text, about_id uuid)`);
    for (const { id } of rows) work.queue('mail.deliver', { mailId: id });
    return rows.map(({ id }) => id);
  }

  /** How a mail reads: also for whoever looks at it before it is sent. */
  words({ subjectKey, params, template, view }: Omit<MailRequest, 'to' | 'about'>): {
    readonly subject: string;
    readonly body: string;
  } {
    return {
      subject: oneLine(this.texts.t(subjectKey, params).replace(/[\r\n\u2028\u2029]+/g, ' ')),
      body: this.templates.renderText(template, { ...view, publicUrl: this.config.publicUrl }),
    };
  }
}

interface StoredMail {
  readonly message_id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly calendar: string | null;
}

/** A server that does not answer is given up before the lease of the job ends. */
const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

@Injectable()
export class MailDelivery implements JobHandler {
  readonly topic = 'mail.deliver';
  private transport: Transporter | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
  ) {}

  /**
   * The row stays locked while the mail is handed over, so that of two jobs for one mail the second finds it sent. Only
   * when we die between the server's yes and the commit is it sent again, then with the same Message-ID.
   */
  async handle(payload: Readonly<Record<string, unknown>>, _job: Job): Promise<void> {
    const url = this.config.smtpUrl;
    if (url === undefined) return;
    const id = String(payload['mailId']);
    await this.db.work(systemActor('mail'), async (work) => {
      const [mail] = await work.query<StoredMail>(sql`
        select message_id, recipient, subject, body, calendar from mails where id = ${id} and sent_at is null for update`);
      if (mail === undefined) return;
      await this.hand(mail, url);
      // A link or code that lets somebody in is of no use here once it is on its way; it would only lie in backups.
      await work.query(sql`
        update mails set sent_at = ${work.now}, body = case when carries_secret
          then regexp_replace(regexp_replace(body, 'https?://[^[:space:]]+', '(link removed after sending)', 'g'),
            '\\m[0-9]{4} [0-9]{4}\\M', '(code removed after sending)', 'g') else body end
        where id = ${id}`);
    });
  }

  private async hand(mail: StoredMail, url: string): Promise<void> {
    // Only where mail is sent is what sends it loaded.
    const { createTransport } = await import('nodemailer');
    this.transport ??= createTransport({ url, requireTLS: mustEncrypt(url), ...PATIENCE });
    try {
      await this.transport.sendMail({
        messageId: mail.message_id,
        from: this.config.mailFrom,
        // As one address: what is in it must not be read as a list of them.
        to: { name: '', address: mail.recipient },
        subject: mail.subject,
        text: mail.body,
        ...(mail.calendar !== null && { icalEvent: { method: methodOf(mail.calendar), content: mail.calendar } }),
      });
    } catch (error) {
      throw new Error(`The mail server did not take the mail: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Over a network mail goes encrypted or not at all, save where the setting says that this relay cannot. */
function mustEncrypt(url: string): boolean {
  return !isThisMachine(url) && !new URL(url).searchParams.has('ignoreTLS');
}

/** What the calendar asks of its reader; programs want it said outside the file too. */
function methodOf(calendar: string): 'REQUEST' | 'CANCEL' {
  return /^METHOD:CANCEL\r?$/m.test(calendar) ? 'CANCEL' : 'REQUEST';
}
