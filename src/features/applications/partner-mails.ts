/** PartnerMails: what partners are asked, and what the lead hears of their answers. */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import type { LinkRequest } from '../sign-in/index.js';
import type { Application, ApplicationPartner } from './application.entity.js';
import { readersOf } from './reminder.readers.js';

interface Head {
  readonly organizationId: string;
  readonly lead: string;
  readonly round: string;
  readonly title: string;
}

@Injectable()
export class PartnerMails {
  constructor(private readonly mailer: Mailer) {}

  /** The mail that carries the link. It says what anybody named in it may know, and nothing else of the application. */
  async partnerAsked(
    work: Work,
    { id }: Application,
    { name, role, share }: ApplicationPartner,
  ): Promise<LinkRequest['mail']> {
    const { lead, round, title } = await this.head(work, id);
    return {
      subjectKey: 'mail.partner_asked.subject',
      params: { lead },
      template: 'mail/partner-asked',
      view: { lead, round, title, partner: name, role, share: share.isPositive ? share.format() : null },
    };
  }

  /** To those who write the application. */
  async partnerAnswered(
    work: Work,
    { applicationId: id, name: partner }: ApplicationPartner,
    answer: 'confirmed' | 'declined',
    reason?: string,
  ): Promise<void> {
    const { organizationId, title } = await this.head(work, id);
    const readers = await readersOf(work, { id, organizationId }, ['owner', 'editor']);
    await this.mailer.sendAll(
      work,
      readers.map(({ address, name }) => ({
        to: address,
        subjectKey: `mail.partner_${answer}.subject`,
        params: { partner },
        template: 'mail/partner-answered',
        view: { name, partner, title, id, reason: reason ?? null, isConfirmed: answer === 'confirmed' },
      })),
    );
  }

  private async head(work: Work, id: string): Promise<Head> {
    const [row] = await work.query<Head>(sql`
      select a.organization_id as "organizationId", o.name as lead, r.name as round, a.title
      from applications a join organizations o on o.id = a.organization_id join rounds r on r.id = a.round_id
      where a.id = ${id}`);
    return row as Head;
  }
}
