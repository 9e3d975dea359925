/** ApplicationMails: what applicants are written about their applications. */
import { Injectable } from '@nestjs/common';
import { currentRequest } from '../../platform/database/context.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import type { ApplicationSummary } from './application-reads.js';

interface Reader {
  readonly name: string;
  readonly address: string;
}

@Injectable()
export class ApplicationMails {
  constructor(private readonly mailer: Mailer) {}

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

  /** To those who write a draft in this round: its deadline was moved. */
  async extension(work: Work, roundId: string): Promise<void> {
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
          view: { name, title, round, due, id },
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
