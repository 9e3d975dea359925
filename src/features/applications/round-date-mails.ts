/** RoundDateMails: those who write a draft are told that other dates of the round changed, and why. */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';
import { dateChangeLine, type RoundEvent } from '../rounds/index.js';
import { mailsAbout } from './mail-about.reads.js';
import { readersOf } from './reminder.readers.js';

@Injectable()
export class RoundDateMails {
  constructor(
    private readonly mailer: Mailer,
    private readonly texts: Texts,
  ) {}

  async changed(work: Work, { roundId, changes = [], reason }: RoundEvent): Promise<void> {
    const drafts = await mailsAbout(work, sql`a.round_id = ${roundId} and a.state = 'draft'`);
    const lines = changes.map((change) => dateChangeLine(this.texts, work.calendar, change));
    for (const about of drafts) {
      const { id, round, dueAt } = about;
      const due = work.calendar.formatDeadline(dueAt);
      const readers = await readersOf(work, about, ['owner', 'editor']);
      await this.mailer.sendAll(
        work,
        readers.map(({ address, name }) => ({
          ...{ to: address, subjectKey: 'mail.round_dates_changed.subject', params: { round } },
          about: { type: 'application', id: id },
          ...{ template: 'mail/round-dates-changed', view: { ...about, name, changes: lines, reason, due } },
        })),
      );
    }
  }
}
