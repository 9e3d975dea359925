/** ApplicationMails: what applicants are written about their applications. */
import { Injectable } from '@nestjs/common';
import { currentRequest } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Mailer, type MailRequest } from '../../platform/mail/mail.js';
import type { ApplicationSummary } from './application-reads.js';
import { mailAbout, mailsAbout } from './mail-about.reads.js';
import { readersOf } from './reminder.readers.js';
import { partsOf, partTitle, type ReturnOrder } from './return.reads.js';

@Injectable()
export class ApplicationMails {
  constructor(
    private readonly db: Database,
    private readonly mailer: Mailer,
  ) {}

  /** To those who write and own the application: what came, when, and under which number. */
  async receipt(work: Work, content: ApplicationSummary, receiptNumber: string): Promise<void> {
    const { id, title } = content;
    const about = await mailAbout(work, id);
    const received = work.calendar.formatDeadline(currentRequest()?.receivedAt ?? work.now);
    const readers = await readersOf(work, content, ['owner', 'editor', 'signatory']);
    await this.mailer.sendAll(
      work,
      readers.map(({ address, name }) => ({
        to: address,
        about: { type: 'application', id },
        subjectKey: 'mail.application_received.subject',
        params: { title },
        template: 'mail/application-received',
        view: { ...about, name, title, round: content.roundName, receiptNumber, received },
      })),
    );
  }

  /** To its people: it was withdrawn, by whom and why, and nothing of it goes on. */
  async withdrawn(work: Work, id: string, note: string | undefined): Promise<void> {
    const about = await mailAbout(work, id);
    if (about === undefined) return;
    const by = work.actor.kind === 'person' ? work.actor.name : about.organization;
    const at = work.calendar.formatDeadline(work.now);
    const readers = await readersOf(work, about, ['owner', 'editor', 'signatory']);
    await this.mailer.sendAll(
      work,
      readers.map(({ address, name }) => ({
        ...{ to: address, subjectKey: 'mail.application_withdrawn.subject', params: { title: about.title } },
        about: { type: 'application', id },
        template: 'mail/application-withdrawn',
        view: { ...about, name, by, at, note: note ?? null },
      })),
    );
  }

  /** To those who write it: it came back, what to mend, and until when. */
  async returned(work: Work, id: string, order: ReturnOrder): Promise<void> {
    await this.mailer.sendAll(work, await this.returnedMails(work, id, order));
  }

  /** The mails as they would be written, for whoever looks at one before it is sent. */
  async returnedMails(from: Queryable, id: string, { note, fixBy, parts }: ReturnOrder): Promise<MailRequest[]> {
    const about = await mailAbout(from, id);
    if (about === undefined) return [];
    const known = await partsOf(from, id);
    const named = (parts ?? []).map((each) => ({ title: partTitle(known, each.part), note: each.note }));
    const readers = await readersOf(from, about, ['owner', 'editor', 'signatory']);
    const day = this.db.currentCalendar.formatDate(fixBy, 'full');
    return readers.map(({ address, name }) => ({
      ...{ to: address, subjectKey: 'mail.application_returned.subject', params: { title: about.title } },
      about: { type: 'application', id: id },
      template: 'mail/application-returned',
      view: { ...about, name, note, parts: named, day },
    }));
  }

  /** To those who write a draft in this round: its deadline was moved. */
  async extension(work: Work, roundId: string, reason?: string): Promise<void> {
    const drafts = await mailsAbout(work, sql`a.round_id = ${roundId} and a.state = 'draft'`);
    for (const about of drafts) {
      const { id, round, dueAt } = about;
      const due = work.calendar.formatDeadline(dueAt);
      const readers = await readersOf(work, about, ['owner', 'editor']);
      await this.mailer.sendAll(
        work,
        readers.map(({ address, name }) => ({
          to: address,
          about: { type: 'application', id },
          subjectKey: 'mail.round_extended.subject',
          params: { round },
          template: 'mail/round-extended',
          view: { ...about, name, due, reason },
        })),
      );
    }
  }
}
