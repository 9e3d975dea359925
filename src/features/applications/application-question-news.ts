/** ApplicationQuestionNews: tells those who write a draft in a round of an answer that was given for everybody. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { type RoundEvent, RoundNews } from '../rounds/index.js';

@Injectable()
export class ApplicationQuestionNews implements OnModuleInit {
  constructor(
    private readonly news: RoundNews,
    private readonly mailer: Mailer,
  ) {}

  onModuleInit(): void {
    this.news.listen(async (work, event) => {
      if (event.kind === 'question_answered') await this.tell(work, event);
    });
  }

  /** One mail to each person, however many drafts they write. */
  private async tell(work: Work, { roundId, question, answer }: RoundEvent): Promise<void> {
    const readers = await work.query<{ name: string; address: string; round: string }>(sql`
      select distinct on (m.person_id) p.name, i.value as address, r.name as round
      from applications a join rounds r on r.id = a.round_id
        join organization_members m on m.organization_id = a.organization_id and m.ended_at is null
          and m.role in ('owner', 'editor')
        join persons p on p.id = m.person_id
        join identifiers i on i.person_id = m.person_id and i.kind = 'address'
      where a.round_id = ${roundId} and a.state in ('draft', 'returned')
      order by m.person_id, i.created_at, i.id`);
    await this.mailer.sendAll(
      work,
      readers.map(({ name, address, round }) => ({
        ...{ to: address, subjectKey: 'mail.question_drafts.subject', params: { round } },
        about: null,
        template: 'mail/question-drafts',
        view: { name, round, roundId, question, answer },
      })),
    );
  }
}
