/** ReminderMails: what applicants are written about their time - reminders, more of it, and what came back. */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { type MailAbout, mailAbout } from './mail-about.reads.js';
import { type Reader, readersOf } from './reminder.readers.js';

export interface Reminder {
  readonly id: string;
  readonly dueAt: Date;
  readonly days: number;
  /** What is still missing, as sentences; nothing for one that could be sent now. */
  readonly missing: readonly string[];
}

const MINUTE = 60_000;

const TEMPLATES = {
  draft_due: 'mail/draft-due',
  application_extended: 'mail/application-extended',
  extension_denied: 'mail/extension-denied',
  application_late: 'mail/application-late',
  application_to_sign: 'mail/application-to-sign',
} as const;

interface Sending {
  readonly mail: keyof typeof TEMPLATES;
  readonly readers: readonly Reader[];
  readonly view: Record<string, unknown>;
  readonly params: Record<string, unknown>;
}

@Injectable()
export class ReminderMails {
  constructor(private readonly mailer: Mailer) {}

  async remind(work: Work, { id, dueAt, days, missing }: Reminder): Promise<number> {
    const about = await this.about(work, id);
    const due = work.calendar.formatDeadline(dueAt);
    const view = { due, days, missing, isReady: missing.length === 0, isBack: about.fixBy !== null };
    return this.tell(work, about, 'draft_due', view, { title: about.title, days });
  }

  /** Whoever may sign hears from whom it comes, reads all of it by one link, and signs by the other. */
  async askToSign(work: Work, id: string, readers: readonly Reader[]): Promise<void> {
    const about = await this.about(work, id);
    const { fixBy, dueAt, title } = about;
    const dueOn = fixBy === null ? dueAt : work.calendar.deadline(fixBy, '23:59');
    const asker = work.actor.kind === 'person' ? work.actor.name : about.organization;
    const view = { asker, due: work.calendar.formatDeadline(dueOn) };
    await this.send(work, about, { mail: 'application_to_sign', readers, params: { title, asker }, view });
  }

  async extended(work: Work, id: string, dueAt: Date, reason: string): Promise<void> {
    const about = await this.about(work, id);
    const due = work.calendar.formatDeadline(dueAt);
    await this.tell(work, about, 'application_extended', { due, reason }, { title: about.title });
  }

  async denied(work: Work, id: string, reason: string): Promise<void> {
    const about = await this.about(work, id);
    const view = { due: work.calendar.formatDeadline(about.dueAt), isOver: about.dueAt < work.now, reason };
    await this.tell(work, about, 'extension_denied', view, { title: about.title });
  }

  /** It was sent too late: kindly, with what is kept and the way on. */
  async late(work: Work, id: string, { arrivedAt, closedAt }: { arrivedAt: Date; closedAt: Date }): Promise<void> {
    const about = await this.about(work, id);
    const { calendar } = work;
    // To the minute both would read the same.
    const isClose = arrivedAt.getTime() - closedAt.getTime() < MINUTE;
    const arrived = isClose ? undefined : calendar.formatDeadline(arrivedAt);
    const view = { arrived, closed: calendar.formatDeadline(closedAt) };
    await this.tell(work, about, 'application_late', view, { title: about.title });
  }

  private async tell(
    work: Work,
    about: MailAbout,
    mail: keyof typeof TEMPLATES,
    view: Record<string, unknown>,
    params: Record<string, unknown>,
  ): Promise<number> {
    const readers = await readersOf(work, about, ['owner', 'editor', 'signatory']);
    await this.send(work, about, { mail, readers, view, params });
    return readers.length;
  }

  private async send(work: Work, about: MailAbout, { mail, readers, view, params }: Sending): Promise<void> {
    await this.mailer.sendAll(
      work,
      readers.map(({ name, address }) => ({
        ...{ to: address, subjectKey: `mail.${mail}.subject`, params },
        about: { type: 'application', id: about.id },
        template: TEMPLATES[mail],
        view: { ...about, name, ...view },
      })),
    );
  }

  private async about(work: Work, id: string): Promise<MailAbout> {
    const about = await mailAbout(work, id);
    if (about === undefined) throw notFound('thing.not_found');
    return about;
  }
}
