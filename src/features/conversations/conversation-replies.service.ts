/**
 * ConversationReplies: answering by the link in a mail, without signing in. The link shows the one message it came with -
 * no more than the mail itself - and takes one answer, as the person it was sent to, while they act for the organization.
 */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { systemActor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import { MailedLinks, type OpenLink, withoutKey } from '../sign-in/index.js';
import { REPLY_LINK } from './conversation-news.js';
import { ConversationSubjects, type SeenSubject } from './conversation-subjects.js';
import type { ReplyInput } from './conversation.input.js';
import { Conversations, WRITERS } from './conversations.service.js';

export interface ReplyAtDoor {
  readonly subject: SeenSubject;
  readonly person: { readonly personId: string; readonly name: string };
  readonly author: string;
  readonly title: string | null;
  readonly body: string;
  readonly createdAt: Date;
}

interface MessageRow extends Omit<ReplyAtDoor, 'subject' | 'person'> {
  readonly subjectType: string;
  readonly subjectId: string;
  readonly personName: string;
}

@Injectable()
export class ConversationReplies {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly subjects: ConversationSubjects,
    private readonly conversations: Conversations,
    private readonly links: MailedLinks,
  ) {}

  /** What the page shows. Looking uses nothing up. */
  async look(token: string): Promise<ReplyAtDoor> {
    return this.read(this.db, await this.links.read(this.db, token, REPLY_LINK));
  }

  /** Of two at once with one link, one is written. */
  async answer(token: string, input: ReplyInput): Promise<{ title: string }> {
    const { person } = await this.look(token);
    const actor: PersonActor = { kind: 'person', ...person, grants: [] };
    return withoutKey(() =>
      this.db.work(actor, async (work) => {
        const link = await this.links.use(work, token, REPLY_LINK);
        const { subject } = await this.read(work, link);
        const side = 'organization' as const;
        await this.conversations.post(work, {
          ...{ subject: { ...subject, side }, side, author: person, via: 'link' as const },
          ...{ body: input.body, expectsAnswer: true },
        });
        return { title: subject.title };
      }),
    );
  }

  private async read(from: Queryable, link: OpenLink): Promise<ReplyAtDoor> {
    const { personId, payload } = link;
    const [row] = await from.query<MessageRow>(sql`
      select c.subject_type as "subjectType", c.subject_id as "subjectId", m.title, m.body, a.name as author,
        m.created_at as "createdAt", p.name as "personName"
      from conversation_messages m join conversations c on c.id = m.conversation_id
        join persons a on a.id = m.author_id join persons p on p.id = ${personId}
      where m.id = ${String(payload['messageId'])} and m.side = 'agency' and exists (
        select from organization_members o where o.organization_id = c.organization_id and o.person_id = p.id
          and o.ended_at is null and o.role = any(${[...WRITERS]}::text[]))`);
    if (row === undefined || personId === null) throw notFound('link.not_open');
    const { subjectType: type, subjectId: id, personName, ...message } = row;
    const what = { type, id, permission: 'conversation.read' };
    const subject = await this.subjects.find(from, this.policy, systemActor('link'), what);
    if (subject === undefined) throw notFound('link.not_open');
    return { ...message, subject, person: { personId, name: personName } };
  }
}
