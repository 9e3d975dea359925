/**
 * Conversations: one for each thing, between the agency and the organization it belongs to. What is written is never
 * changed, is mailed to the other side, and stands in the trail of the thing.
 */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { type ListPage, readList } from '../../platform/lists/list.js';
import { requireMemberRole } from '../organizations/index.js';
import { type Limit, Limits } from '../sign-in/index.js';
import type { AttachmentView } from '../documents/index.js';
import { ConversationFiles, MESSAGE_FILES } from './conversation-files.js';
import { ConversationNews } from './conversation-news.js';
import { ConversationSubjects, type SeenSubject } from './conversation-subjects.js';
import { Conversation, ConversationMessage, type MessageWay, type Side } from './conversation.entity.js';
import type { ConversationListQuery, MessageFileInput, MessageInput } from './conversation.input.js';

/** Who writes for an organization. Viewers read; who helps it is of the agency and writes as such. */
export const WRITERS = ['owner', 'editor', 'signatory', 'finance'] as const;
/** So much may one person write; every message is a mail to several. */
const OFTEN: Limit = { most: 60, minutes: 24 * 60 };
const MOST_READ = 500;

export interface MessageView {
  readonly id: string;
  readonly side: Side;
  readonly author: string;
  readonly via: MessageWay;
  readonly title: string | null;
  readonly body: string;
  readonly expectsAnswer: boolean;
  readonly createdAt: Date;
  /** Of the other side's only those that were found clean. */
  readonly files: readonly AttachmentView[];
}

export interface ConversationView {
  readonly subject: SeenSubject;
  /** The oldest first. */
  readonly messages: readonly MessageView[];
  readonly waitsFor: Side | null;
}

export interface ConversationRow {
  readonly id: string;
  readonly type: string;
  readonly subjectId: string;
  readonly path: string;
  readonly side: Side;
  readonly title: string;
  readonly organizationName: string;
  readonly waitsFor: Side | null;
  readonly lastAt: Date;
  readonly lastBody: string;
}

/** One message, whoever writes it. */
export interface NewMessage {
  readonly subject: SeenSubject;
  readonly side: Side;
  readonly author: { readonly personId: string; readonly name: string };
  readonly via: MessageWay;
  readonly body: string;
  readonly title?: string;
  readonly expectsAnswer: boolean;
  /** Files that the actor of the work handed in. */
  readonly files?: readonly MessageFileInput[];
}

@Injectable()
export class Conversations {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly subjects: ConversationSubjects,
    private readonly news: ConversationNews,
    private readonly limits: Limits,
    private readonly files: ConversationFiles,
  ) {}

  async get(actor: Actor, type: string, id: string): Promise<ConversationView> {
    const view = await this.find(actor, type, id);
    if (view === undefined) throw notFound('thing.not_found');
    return view;
  }

  /** The same; undefined for who may not read it. */
  async find(actor: Actor, type: string, id: string): Promise<ConversationView | undefined> {
    const what = { type, id, permission: 'conversation.read' };
    const subject = await this.subjects.find(this.db, this.policy, actor, what);
    if (subject === undefined) return undefined;
    const conversation = await this.db.find<{ id: string; waitsFor: Side | null }>(sql`
      select id, waits_for as "waitsFor" from conversations where subject_type = ${type} and subject_id = ${id}`);
    const messages = conversation === undefined ? [] : await this.messages(conversation.id, subject.side);
    return { subject, messages, waitsFor: conversation?.waitsFor ?? null };
  }

  /** Writes to the other side, from the side the actor is on. */
  async write(actor: Actor, type: string, id: string, input: MessageInput): Promise<{ id: string }> {
    if (actor.kind !== 'person') throw forbidden('conversation.people_only');
    if (!(await this.limits.fits(`message:${actor.personId}`, OFTEN))) throw forbidden('conversation.often');
    return this.db.work(actor, async (work) => {
      await this.seen(work, actor, { type, id, permission: 'conversation.read' });
      const subject = await this.subjects.find(work, this.policy, actor, {
        type,
        id,
        permission: 'conversation.write',
      });
      if (subject === undefined)
        throw forbidden('permission.missing', { params: { permission: 'conversation.write' } });
      const { side } = subject;
      if (side === 'organization') await requireMemberRole(work, actor, subject.organizationId, WRITERS);
      const expectsAnswer = side === 'organization' || (input.expectsAnswer ?? false);
      const author = { personId: actor.personId, name: actor.name };
      const { body, files } = input;
      return this.post(work, { subject, side, author, via: 'page', body, expectsAnswer, files });
    });
  }

  /** Nothing more is to be answered: said by the side that would have to. */
  async settle(actor: Actor, type: string, id: string): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      await this.seen(work, actor, { type, id, permission: 'conversation.read' });
      const subject = await this.seen(work, actor, { type, id, permission: 'conversation.write' });
      const { side } = subject;
      if (side === 'organization') await requireMemberRole(work, actor, subject.organizationId, WRITERS);
      const [row] = await work.query<{ id: string }>(sql`
        select id from conversations where subject_type = ${type} and subject_id = ${id}`);
      if (row === undefined) throw notFound('thing.not_found');
      const conversation = await work.lockOne(Conversation, row.id);
      if (conversation.waitsFor !== side) return { id };
      await work.update(Conversation, conversation, { waitsFor: null, waitsSince: null });
      work.audit({ action: 'conversation.settled', subjectType: type, subjectId: id, after: { side } });
      return { id };
    });
  }

  /** Writes one message and mails it, as a step; the caller has asked who may. Gives the message's id. */
  async post(work: Work, message: NewMessage): Promise<{ id: string; told: number }> {
    const { subject, side, author, via, body, title = null, expectsAnswer } = message;
    const conversation = await this.open(work, subject);
    const row = await work.insertOne(ConversationMessage, {
      ...{ conversationId: conversation.id, side, authorId: author.personId, via, title, body, expectsAnswer },
    });
    const files = await this.files.keep(work, MESSAGE_FILES, row.id, message.files);
    // Whoever writes has answered; what waits then, waits for the other side.
    const waitsFor = !expectsAnswer ? null : side === 'agency' ? 'organization' : 'agency';
    const waitsSince = waitsFor === null ? null : work.now;
    await work.update(Conversation, conversation, { waitsFor, waitsSince, lastAt: work.now });
    work.audit({
      action: 'conversation.written',
      subjectType: subject.type,
      subjectId: subject.id,
      after: { side, via, messageId: row.id, ...(files > 0 && { files }) },
    });
    const told = {
      ...{ type: subject.type, id: subject.id, title: subject.title, body, expectsAnswer, subject: title },
      ...{ organizationId: subject.organizationId, organizationName: subject.organizationName },
      ...{ conversationId: conversation.id, messageId: row.id, author: author.name, files },
    };
    const count =
      side === 'agency' ? await this.news.tellOrganization(work, told) : await this.news.tellAgency(work, told);
    return { id: row.id, told: count };
  }

  /** What this actor may read, newest first; with `waiting` only what waits for their side. */
  async list(actor: Actor, query: ConversationListQuery): Promise<ListPage<ConversationRow>> {
    const where = [];
    if (query.which === 'waiting') where.push(sql`c.waits_for = s.side`);
    if (query.q !== undefined) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      where.push(sql`(s.title ilike ${pattern} or o.name ilike ${pattern})`);
    }
    return readList<ConversationRow>(
      this.db,
      {
        columns: sql`c.id, s.type, s.id as "subjectId", s.path, s.side, s.title, o.name as "organizationName",
          c.waits_for as "waitsFor", c.last_at as "lastAt", (select left(m.body, 160) from conversation_messages m
            where m.conversation_id = c.id order by m.created_at desc, m.id desc limit 1) as "lastBody"`,
        from: sql`conversations c
          join lateral (select * from (${this.subjects.all(this.policy, actor, 'conversation.read')}) every
            where every.type = c.subject_type and every.id = c.subject_id order by every.side limit 1) s on true
          join organizations o on o.id = s.organization_id`,
        where,
        sorts: { lastAt: { expression: 'c.last_at', type: 'timestamptz' } },
        defaultSort: '-lastAt',
        id: 'c.id',
      },
      query,
    );
  }

  /** Whether this actor would be let write: for a page that offers it. */
  async mayWrite(actor: Actor, { type, id, side, organizationId }: SeenSubject): Promise<boolean> {
    const subject = await this.subjects.find(this.db, this.policy, actor, {
      type,
      id,
      permission: 'conversation.write',
    });
    if (subject === undefined || actor.kind !== 'person') return false;
    if (side === 'agency') return true;
    const held = await this.db.query(sql`
      select 1 from organization_members where organization_id = ${organizationId} and ended_at is null
        and person_id = ${actor.personId} and role = any(${[...WRITERS]}::text[]) limit 1`);
    return held.length > 0;
  }

  /** The thing as this actor sees it; 404 when they do not. */
  async seen(
    from: Queryable,
    actor: Actor,
    what: { readonly type: string; readonly id: string; readonly permission: string },
  ): Promise<SeenSubject> {
    const subject = await this.subjects.find(from, this.policy, actor, what);
    if (subject === undefined) throw notFound('thing.not_found');
    return subject;
  }

  /** The newest messages, the oldest of them first. */
  private async messages(conversationId: string, side: Side): Promise<MessageView[]> {
    const rows = await this.db.query<Omit<MessageView, 'files'>>(sql`
      select m.id, m.side, p.name as author, m.via, m.title, m.body, m.expects_answer as "expectsAnswer",
        m.created_at as "createdAt"
      from conversation_messages m join persons p on p.id = m.author_id
      where m.conversation_id = ${conversationId} order by m.created_at desc, m.id desc limit ${MOST_READ}`);
    const files = await this.files.of(
      this.db,
      MESSAGE_FILES,
      rows.map(({ id }) => id),
    );
    return rows.reverse().map((row) => ({
      ...row,
      files: (files.get(row.id) ?? []).filter(({ state }) => row.side === side || state === 'clean'),
    }));
  }

  /** The conversation for update; of two who write first, one makes it. */
  private async open(work: Work, { type, id, organizationId }: SeenSubject): Promise<Conversation> {
    const find = (): Promise<{ id: string }[]> =>
      work.query<{ id: string }>(sql`
        select id from conversations where subject_type = ${type} and subject_id = ${id}`);
    let [row] = await find();
    if (row === undefined) {
      await work.query(sql`select pg_advisory_xact_lock(hashtextextended(${`conversation:${type}:${id}`}, 0))`);
      [row] = await find();
    }
    row ??= await work.insertOne(Conversation, {
      ...{ subjectType: type, subjectId: id, organizationId, waitsFor: null, waitsSince: null, lastAt: work.now },
    });
    return work.lockOne(Conversation, row.id);
  }
}
