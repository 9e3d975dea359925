/**
 * ConversationNews: tells the other side by mail what was written. People of an organization get a link of their own with
 * which they answer without signing in; the agency's people sign in.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { contactsOf } from '../identity/index.js';
import { LinkPurposes, MailedLinks } from '../sign-in/index.js';
import { ConversationSubjects } from './conversation-subjects.js';

export const REPLY_LINK = 'conversation_reply';
/** Long enough for somebody who reads mail once a week. */
const LINK_MINUTES = 14 * 24 * 60;

/** What was written, and about what. */
export interface Told {
  readonly type: string;
  readonly id: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly title: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly author: string;
  /** Of a message to many. */
  readonly subject: string | null;
  readonly body: string;
  readonly expectsAnswer: boolean;
  /** How many files go with it; they are opened after signing in. */
  readonly files: number;
}

@Injectable()
export class ConversationNews implements OnModuleInit {
  constructor(
    private readonly subjects: ConversationSubjects,
    private readonly mailer: Mailer,
    private readonly links: MailedLinks,
    private readonly purposes: LinkPurposes,
  ) {}

  onModuleInit(): void {
    this.purposes.register({ purpose: REPLY_LINK, path: (token) => `/replies/${token}` });
  }

  /** To those who act for the organization, each with a link of their own; gives how many. */
  async tellOrganization(work: Work, told: Told): Promise<number> {
    const roles = [...this.subjects.get(told.type).organizationRoles];
    const people = await work.query<{ personId: string; name: string; address: string }>(sql`
      select distinct on (m.person_id) m.person_id as "personId", p.name, i.value as address
      from organization_members m join persons p on p.id = m.person_id
        join identifiers i on i.person_id = m.person_id and i.kind = 'address'
      where m.organization_id = ${told.organizationId} and m.ended_at is null and m.role = any(${roles}::text[])
      order by m.person_id, i.created_at, i.id`);
    for (const { personId, name, address } of people) {
      await this.links.send(work, {
        ...{ purpose: REPLY_LINK, address, personId, minutes: LINK_MINUTES },
        payload: { conversationId: told.conversationId, messageId: told.messageId },
        mail: {
          about: { type: told.type, id: told.id },
          subjectKey: told.subject === null ? 'mail.conversation.subject' : 'mail.conversation.subject_own',
          params: { title: told.title, subject: told.subject },
          template: 'mail/conversation',
          view: { name, ...this.said(told) },
        },
      });
    }
    return people.length;
  }

  /** To the agency's people for this thing; those who wrote before, when somebody did. */
  async tellAgency(work: Work, told: Told): Promise<number> {
    const all = this.subjects.get(told.type).agencyPeople(told.id);
    const took = sql`select m.author_id from conversation_messages m
      where m.conversation_id = ${told.conversationId} and m.side = 'agency' and m.author_id in (${all})`;
    const before = await contactsOf(work, took);
    const people = before.length > 0 ? before : await contactsOf(work, all);
    await this.mailer.sendAll(
      work,
      people.map(({ name, address }) => ({
        to: address,
        about: { type: told.type, id: told.id },
        subjectKey: 'mail.conversation_agency.subject',
        params: { organization: told.organizationName, title: told.title },
        template: 'mail/conversation-agency',
        view: { name, ...this.said(told) },
      })),
    );
    return people.length;
  }

  private said(told: Told): Record<string, unknown> {
    const { title, author, body, subject, expectsAnswer, files, organizationName: organization } = told;
    const path = `${this.subjects.pathOf(told.type, told.id)}/messages`;
    const withFiles = files === 0 ? undefined : files;
    return { title, author, body, subject: subject ?? undefined, expectsAnswer, organization, path, withFiles };
  }
}
