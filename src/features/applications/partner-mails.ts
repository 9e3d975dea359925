/** PartnerMails: what partners are asked, and what the lead hears of their answers. */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import type { LinkRequest } from '../sign-in/index.js';
import type { Application, ApplicationPartner } from './application.entity.js';
import { type MailAbout, mailAbout } from './mail-about.reads.js';
import { partnersOf } from './partner.reads.js';
import { readersOf } from './reminder.readers.js';

@Injectable()
export class PartnerMails {
  constructor(private readonly mailer: Mailer) {}

  /** The mail that carries the link. It says what anybody named in it may know, and nothing else of the application. */
  async partnerAsked(
    work: Work,
    { id }: Application,
    { name, role, share }: ApplicationPartner,
  ): Promise<LinkRequest['mail']> {
    const { organization: lead, round, title, dueAt } = await this.about(work, id);
    const due = work.calendar.formatDeadline(dueAt);
    return {
      about: { type: 'application', id: id },
      subjectKey: 'mail.partner_asked.subject',
      params: { lead, title },
      template: 'mail/partner-asked',
      view: { lead, round, title, partner: name, role, share: share.isPositive ? share.format() : null, due },
    };
  }

  /** To those who write the application. */
  async partnerAnswered(
    work: Work,
    { applicationId: id, name: partner }: ApplicationPartner,
    answer: 'confirmed' | 'declined',
    reason?: string,
  ): Promise<void> {
    const about = await this.about(work, id);
    const { dueAt, fixBy } = about;
    const due = fixBy === null ? work.calendar.formatDeadline(dueAt) : work.calendar.formatDate(fixBy, 'full');
    const waiting = (await partnersOf(work, [id]))
      .filter(({ state }) => state !== 'confirmed')
      .map((each) => each.name);
    const more = { reason: reason ?? null, isConfirmed: answer === 'confirmed', isBack: fixBy !== null, due, waiting };
    const readers = await readersOf(work, about, ['owner', 'editor']);
    await this.mailer.sendAll(
      work,
      readers.map(({ address, name }) => ({
        to: address,
        about: { type: 'application', id: id },
        subjectKey: `mail.partner_${answer}.subject`,
        params: { partner },
        template: 'mail/partner-answered',
        view: { ...about, name, partner, ...more },
      })),
    );
  }

  private async about(work: Work, id: string): Promise<MailAbout> {
    const about = await mailAbout(work, id);
    if (about === undefined) throw notFound('thing.not_found');
    return about;
  }
}
