/** QuestionNews: tells who asked about a round by mail what became of it. */
import { Injectable } from '@nestjs/common';
import type { Work } from '../../platform/database/work.js';
import { Mailer } from '../../platform/mail/mail.js';
import { contactOf } from '../identity/index.js';
import type { RoundQuestion } from './question.entity.js';
import type { Round } from './round.entity.js';

@Injectable()
export class QuestionNews {
  constructor(private readonly mailer: Mailer) {}

  async answered(
    work: Work,
    told: {
      readonly row: RoundQuestion;
      readonly round: Round;
      readonly question: string;
      readonly answer: string;
      readonly isNew: boolean;
    },
  ): Promise<void> {
    const { question, answer, isNew } = told;
    const subjectKey = isNew ? 'mail.question.answered' : 'mail.question.changed';
    await this.tell(work, told, subjectKey, { question, answer });
  }

  async setAside(
    work: Work,
    told: { readonly row: RoundQuestion; readonly round: Round; readonly reason: string },
  ): Promise<void> {
    await this.tell(work, told, 'mail.question.set_aside', { question: told.row.body, reason: told.reason });
  }

  private async tell(
    work: Work,
    { row, round }: { readonly row: RoundQuestion; readonly round: Round },
    subjectKey: string,
    view: Record<string, unknown>,
  ): Promise<void> {
    const contact = row.personId === null ? undefined : await contactOf(work, row.personId);
    if (contact === undefined) return;
    await this.mailer.send(work, {
      ...{ to: contact.address, subjectKey, params: { round: round.name } },
      about: null,
      template: 'mail/question',
      view: { name: contact.name, round: round.name, roundId: round.id, ...view },
    });
  }
}
