/** RoundDateMails: those who write a draft are told that other dates of the round changed, and why. */
import { Injectable } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { Texts } from '../../platform/texts/texts.js';
import { dateChangeLine, type RoundEvent } from '../rounds/index.js';
import { readersOf } from './reminder.readers.js';

@Injectable()
export class RoundDateMails {
  constructor(
    private readonly mailer: Mailer,
    private readonly texts: Texts,
  ) {}

  async changed(work: Work, { roundId, changes = [], reason }: RoundEvent): Promise<void> {
    const drafts = await work.query<{ id: string; title: string; organizationId: string; round: string }>(sql`
      select a.id, a.title, a.organization_id as "organizationId", r.name as round
      from applications a join rounds r on r.id = a.round_id
      where a.round_id = ${roundId} and a.state = 'draft' order by a.id`);
    const lines = changes.map((change) => dateChangeLine(this.texts, work.calendar, change));
    for (const { id, title, organizationId, round } of drafts) {
      const readers = await readersOf(work, { id, organizationId }, ['owner', 'editor']);
      await this.mailer.sendAll(
        work,
        readers.map(({ address, name }) => ({
          ...{ to: address, subjectKey: 'mail.round_dates_changed.subject', params: { round } },
          ...{ template: 'mail/round-dates-changed', view: { name, title, round, changes: lines, reason, id } },
        })),
      );
    }
  }
}
