/** Operations: what Granary does in the background, for administrators: the mail it wrote and the jobs that wait. */
import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { conflict, forbidden, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { Database } from '../../platform/database/database.js';
import { conditionSql, rawSql, type Sql, sql } from '../../platform/database/sql.js';
import { type ListPage, type ListQuery, readList } from '../../platform/lists/list.js';
import { Texts } from '../../platform/texts/texts.js';
import { MailScopes } from './mail-scopes.js';

/** kept: not handed to a mail server, because none is set or because it could not be reached yet. */
export type MailState = 'kept' | 'sent';

export interface MailLine {
  readonly id: string;
  readonly createdAt: Date;
  readonly recipient: string;
  readonly subject: string;
  readonly state: MailState;
  readonly sentAt: Date | null;
}

export interface MailView extends MailLine {
  readonly body: string;
  /** Its links let somebody in, so they are not in `body`. */
  readonly masked: boolean;
}

export type JobState = 'failed' | 'running' | 'again' | 'waiting';

/** A job without its payload, which may hold what its readers may not see. */
export interface JobLine {
  readonly id: string;
  readonly topic: string;
  readonly state: JobState;
  readonly attempts: number;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly availableAt: Date;
}

const MAIL_COLUMNS = `m.id, m.created_at as "createdAt", m.recipient, m.subject,
  case when m.sent_at is null then 'kept' else 'sent' end as state, m.sent_at as "sentAt"`;
const JOB_COLUMNS = `j.id, j.topic, j.attempts, j.last_error as error, j.created_at as "createdAt",
  j.available_at as "availableAt", case when j.failed_at is not null then 'failed'
    when j.locked_until > clock_timestamp() then 'running' when j.attempts > 0 then 'again' else 'waiting' end as state`;

/** A link, or anything as long and as random as a token. */
const SECRETS = /https?:\/\/\S+|[A-Za-z0-9_-]{40,}|\b\d{4} \d{4}\b/gu;

@Injectable()
export class Operations {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly scopes: MailScopes,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The mail of the installation, newest first. */
  async mails(actor: Actor, query: ListQuery): Promise<ListPage<MailLine>> {
    const where = [this.readable(actor, 'mail.read'), this.scopes.condition(actor)];
    if (query.q !== undefined)
      where.push(sql`(m.recipient ilike ${like(query.q)} or m.subject ilike ${like(query.q)})`);
    const list = await readList<MailLine>(
      this.db,
      {
        columns: rawSql(MAIL_COLUMNS),
        from: rawSql('mails m'),
        where,
        sorts: { createdAt: { expression: 'm.created_at', type: 'timestamptz' } },
        defaultSort: '-createdAt',
        id: 'm.id',
      },
      query,
    );
    return { ...list, items: list.items.map(mailLine) };
  }

  async mail(actor: Actor, id: string): Promise<MailView> {
    const row = await this.db.find<MailLine & { body: string; carriesSecret: boolean }>(sql`
      select ${rawSql(MAIL_COLUMNS)}, m.body, m.carries_secret as "carriesSecret" from mails m
      where m.id = ${id} and ${this.readable(actor, 'mail.read')} and ${this.scopes.condition(actor)}`);
    if (row === undefined) throw notFound('thing.not_found');
    // Whoever could follow a link to choose a passphrase would be let in as somebody else.
    const masked = row.carriesSecret && !this.config.demo;
    const body = masked ? row.body.replace(SECRETS, () => this.texts.t('mail.link_hidden')) : row.body;
    return { ...mailLine(row), body, masked };
  }

  /** The jobs that are not done: first those that were given up, then the others; newest first. */
  async jobs(actor: Actor, query: ListQuery): Promise<ListPage<JobLine>> {
    const where = [sql`j.done_at is null`, this.readable(actor, 'job.read')];
    if (query.q !== undefined) where.push(sql`j.topic ilike ${like(query.q)}`);
    const list = await readList<JobLine>(
      this.db,
      {
        columns: rawSql(JOB_COLUMNS),
        from: rawSql('outbox j'),
        where,
        // Ids grow with time, so the newest stand first among equals.
        sorts: { failed: { expression: 'case when j.failed_at is null then 0 else 1 end', type: 'bigint' } },
        defaultSort: '-failed',
        id: 'j.id',
      },
      query,
    );
    return { ...list, items: list.items.map(jobLine) };
  }

  async job(actor: Actor, id: string): Promise<JobLine> {
    const row = await this.db.find<JobLine>(sql`
      select ${rawSql(JOB_COLUMNS)} from outbox j where j.id = ${id} and ${this.readable(actor, 'job.read')}`);
    if (row === undefined) throw notFound('thing.not_found');
    return jobLine(row);
  }

  /** Gives a job that was given up all its attempts again, starting now. */
  async retry(actor: Actor, id: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      const permission = 'job.retry';
      if (!work.policy.can(actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
      const [job] = await work.query<{ topic: string; failedAt: Date | null; attempts: number; error: string | null }>(
        sql`select topic, failed_at as "failedAt", attempts, last_error as error from outbox
            where id = ${id} for update`,
      );
      if (job === undefined) throw notFound('thing.not_found');
      if (job.failedAt === null) throw conflict('job.not_failed');
      await work.query(sql`
        update outbox set failed_at = null, relayed_at = null, attempts = 0, available_at = ${work.now}, locked_until = null
        where id = ${id}`);
      await work.query(sql`notify outbox`);
      work.audit({
        action: 'job.retried',
        subjectType: 'job',
        subjectId: id,
        before: { topic: job.topic, attempts: job.attempts, error: job.error },
      });
      return { id };
    });
  }

  private readable(actor: Actor, permission: 'mail.read' | 'job.read'): Sql {
    return conditionSql(this.policy.filter(actor, permission, {}));
  }
}

const like = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

function mailLine({ id, createdAt, recipient, subject, state, sentAt }: MailLine): MailLine {
  return { id, createdAt, recipient, subject, state, sentAt };
}

function jobLine({ id, topic, state, attempts, error, createdAt, availableAt }: JobLine): JobLine {
  return { id, topic, state, attempts, error, createdAt, availableAt };
}
