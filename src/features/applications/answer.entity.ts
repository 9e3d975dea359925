/**
 * Answer: what an application says to one question of its form, as it stands now. AnswerVersion: everything that was
 * ever sent for it, also what was refused because somebody else had changed the answer meanwhile. AnswerSettlement: what
 * somebody decided about a refused one.
 */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import type { AnswerValue } from '../forms/index.js';
import { Application } from './application.entity.js';

/** The version of the row is the version of the answer: it rises by one with every change. */
@Entity('answers')
@Unique(['applicationId', 'questionKey'])
@Check('answers_question_key_check', `"question_key" ~ '^[a-z][a-z0-9_]{0,39}$'`)
@Check('answers_value_check', 'octet_length("value"::text) <= 400000')
@Check('answers_confirmed_check', '("confirmed_at" IS NULL) = ("confirmed_by" IS NULL)')
@Check('answers_assisted_check', '"confirmed_at" IS NULL OR "assistance_id" IS NOT NULL')
@Index(['enteredBy'])
@Index(['assistanceId'])
@Index(['confirmedBy'])
export class Answer extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'text' })
  questionKey: string;

  /** Nothing when the answer was taken away again. */
  @Column({ type: 'jsonb', nullable: true })
  value: AnswerValue | null;

  /** Nothing for what the system entered. */
  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  enteredBy: string | null;

  @Column({ type: 'timestamptz' })
  enteredAt: Date;

  /** Set when staff entered it for the organization, with its agreement. */
  @ForeignKey('assistances')
  @Column({ type: 'uuid', nullable: true })
  assistanceId: string | null;

  /** When the organization said that what was entered for it is right. */
  @Column({ type: 'timestamptz', nullable: true })
  confirmedAt: Date | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  confirmedBy: string | null;
}

export type VersionKind = 'saved' | 'refused';

/** Only ever inserted. */
@Entity('answer_versions')
@Check('answer_versions_kind_check', `"kind" IN ('saved', 'refused')`)
@Check('answer_versions_value_check', 'octet_length("value"::text) <= 400000')
@Index('answer_versions_saved_key', ['applicationId', 'questionKey', 'answerVersion'], {
  unique: true,
  where: `"kind" = 'saved'`,
})
@Index('answer_versions_refused_idx', ['applicationId', 'questionKey'], { where: `"kind" = 'refused'` })
@Index(['enteredBy'])
@Index(['assistanceId'])
export class AnswerVersion extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @Column({ type: 'text' })
  questionKey: string;

  /** Of a saved one the version it became; of a refused one the version it was written over. */
  @Column({ type: 'integer' })
  answerVersion: number;

  @Column({ type: 'text' })
  kind: VersionKind;

  @Column({ type: 'jsonb', nullable: true })
  value: AnswerValue | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  enteredBy: string | null;

  @ForeignKey('assistances')
  @Column({ type: 'uuid', nullable: true })
  assistanceId: string | null;
}

export type SettlementChoice = 'taken' | 'dropped' | 'replaced';

/** Only ever inserted: a refused version was taken after all, dropped, or replaced by a later one of the same person. */
@Entity('answer_settlements')
@Unique(['refusedId'])
@Check('answer_settlements_choice_check', `"choice" IN ('taken', 'dropped', 'replaced')`)
@Index(['settledBy'])
export class AnswerSettlement extends Row {
  @ForeignKey(() => AnswerVersion)
  @Column({ type: 'uuid' })
  refusedId: string;

  @Column({ type: 'text' })
  choice: SettlementChoice;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  settledBy: string | null;
}
