/** ApplicationMails: what applicants are written about their applications. */
import { Injectable } from '@nestjs/common';
import { currentRequest } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Mailer, type MailRequest } from '../../platform/mail/mail.js';
import type { ApplicationSummary } from './application-reads.js';
import { readersOf } from './reminder.readers.js';
import { partsOf, partTitle, type ReturnOrder } from './return.reads.js';

interface Reader {
  readonly name: string;
  readonly address: string;
}

@Injectable()
export class ApplicationMails {
  constructor(
    private readonly db: Database,
    private readonly mailer: Mailer,
  ) {}

  /** To those who own the application: what came, when, and under which number. */
  async receipt(work: Work, content: ApplicationSummary, receiptNumber: string): Promise<void> {
    const received = work.calendar.formatInstant(currentRequest()?.receivedAt ?? work.now, 'full');
    for (const { address, name } of await this.readers(work, content.organizationId, ['owner', 'signatory'])) {
      await this.mailer.send(work, {
        to: address,
        subjectKey: 'mail.application_received.subject',
        params: { title: content.title },
        template: 'mail/application-received',
        view: { name, title: content.title, round: content.roundName, receiptNumber, received, id: content.id },
      });
    }
  }

  /** To those who write it: it came back, what to mend, and until when. */
  async returned(work: Work, id: string, order: ReturnOrder): Promise<void> {
    await this.mailer.sendAll(work, await this.returnedMails(work, id, order));
  }

  /** The mails as they would be written, for whoever looks at one before it is sent. */
  async returnedMails(from: Queryable, id: string, { note, fixBy, parts }: ReturnOrder): Promise<MailRequest[]> {
    const [row] = await from.query<{ organizationId: string; title: string; round: string }>(sql`
      select a.organization_id as "organizationId", a.title, r.name as round
      from applications a join rounds r on r.id = a.round_id where a.id = ${id}`);
    if (row === undefined) return [];
    const { organizationId, title, round } = row;
    const known = await partsOf(from, id);
    const named = (parts ?? []).map((each) => ({ title: partTitle(known, each.part), note: each.note }));
    const readers = await readersOf(from, { id, organizationId }, ['owner', 'editor', 'signatory']);
    const day = this.db.currentCalendar.formatDate(fixBy, 'full');
    return readers.map(({ address, name }) => ({
      ...{ to: address, subjectKey: 'mail.application_returned.subject', params: { title } },
      template: 'mail/application-returned',
      view: { name, title, round, note, id, parts: named, day },
    }));
  }

  /** To those who write a draft in this round: its deadline was moved. */
  async extension(work: Work, roundId: string, reason?: string): Promise<void> {
    const drafts = await work.query<{
      id: string;
      title: string;
      organizationId: string;
      round: string;
      dueAt: Date;
    }>(sql`
      select a.id, a.title, a.organization_id as "organizationId", r.name as round, r.due_at as "dueAt"
      from applications a join rounds r on r.id = a.round_id
      where a.round_id = ${roundId} and a.state = 'draft' order by a.id`);
    for (const { id, title, organizationId, round, dueAt } of drafts) {
      const due = work.calendar.formatInstant(dueAt, 'full');
      for (const { address, name } of await this.readers(work, organizationId, ['owner', 'editor'])) {
        await this.mailer.send(work, {
          to: address,
          subjectKey: 'mail.round_extended.subject',
          params: { round },
          template: 'mail/round-extended',
          view: { name, title, round, due, id, reason },
        });
      }
    }
  }

  private async readers(work: Work, organizationId: string, roles: readonly string[]): Promise<Reader[]> {
    return work.query<Reader>(sql`
      select distinct on (m.person_id) i.value as address, p.name
      from organization_members m join persons p on p.id = m.person_id
        join identifiers i on i.person_id = m.person_id and i.kind = 'address'
      where m.organization_id = ${organizationId} and m.ended_at is null and m.role = any(${[...roles]}::text[])
      order by m.person_id, i.created_at`);
  }
}
