/** Questions about a round, and the answers that everybody reads. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row, StatefulRow } from '../../platform/database/row.js';
import { questionLifecycle } from './question.lifecycle.js';
import { Round } from './round.entity.js';

@Entity('round_questions')
@Index(['roundId', 'state'])
@Index(['personId'])
@Check('round_questions_state_check', questionLifecycle.check)
@Check('round_questions_body_check', 'char_length("body") BETWEEN 1 AND 4000')
export class RoundQuestion extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  /** Who asked; nobody for what was asked at an info session. Never published. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  personId: string | null;

  /** As it was asked. What is published stands with the answer. */
  @Column({ type: 'text' })
  body: string;
}

/** An answer as everybody reads it. A later number takes its place; this one stays readable. Never changed. */
@Entity('round_question_answers')
@Unique(['questionId', 'number'])
@Index(['answeredBy'])
@Check('round_question_answers_number_check', '"number" > 0')
export class RoundQuestionAnswer extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => RoundQuestion)
  questionId: string;

  @Column({ type: 'integer' })
  number: number;

  /** The question in words that name nobody. */
  @Column({ type: 'text' })
  question: string;

  @Column({ type: 'text' })
  answer: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  answeredBy: string;
}
