/** ReminderMails: what applicants are written about their time - reminders, more of it, and what came back. */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { readersOf } from './reminder.readers.js';

interface About {
  readonly id: string;
  readonly organizationId: string;
  readonly title: string;
  readonly round: string;
}

export interface Reminder extends About {
  readonly due: string;
  readonly days: number;
  /** What is still missing, as sentences; nothing for one that could be sent now. */
  readonly missing: readonly string[];
}

const TEMPLATES = {
  draft_due: 'mail/draft-due',
  application_extended: 'mail/application-extended',
  extension_denied: 'mail/extension-denied',
} as const;

@Injectable()
export class ReminderMails {
  constructor(private readonly mailer: Mailer) {}

  async remind(work: Work, reminder: Reminder): Promise<number> {
    const { due, days, missing, title, round } = reminder;
    return this.tell(
      work,
      reminder,
      'draft_due',
      { due, days, missing, isReady: missing.length === 0 },
      {
        ...{ title, round, days },
      },
    );
  }

  async extended(work: Work, id: string, dueAt: Date, reason: string): Promise<void> {
    const about = await this.about(work, id);
    const due = work.calendar.formatInstant(dueAt, 'full');
    await this.tell(work, about, 'application_extended', { due, reason }, { title: about.title });
  }

  async denied(work: Work, id: string, reason: string): Promise<void> {
    const about = await this.about(work, id);
    await this.tell(work, about, 'extension_denied', { reason }, { title: about.title });
  }

  private async tell(
    work: Work,
    about: About,
    mail: keyof typeof TEMPLATES,
    view: Record<string, unknown>,
    params: Record<string, unknown>,
  ): Promise<number> {
    const { id, title, round } = about;
    const readers = await readersOf(work, about, ['owner', 'editor', 'signatory']);
    await this.mailer.sendAll(
      work,
      readers.map(({ name, address }) => ({
        ...{ to: address, subjectKey: `mail.${mail}.subject`, params },
        template: TEMPLATES[mail],
        view: { name, id, title, round, ...view },
      })),
    );
    return readers.length;
  }

  private async about(work: Work, id: string): Promise<About> {
    const [row] = await work.query<About>(sql`
      select a.id, a.organization_id as "organizationId", a.title, r.name as round
      from applications a join rounds r on r.id = a.round_id where a.id = ${id}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row;
  }
}
