/** LetterOfIntent: an organization says that it means to apply, so that the agency can plan reviewers and help. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Money } from '../../kernel/money.js';
import { MoneyColumn, StatefulRow } from '../../platform/database/row.js';
import { letterOfIntentLifecycle } from './letter-of-intent.lifecycle.js';

@Entity('letters_of_intent')
@Check('letters_of_intent_state_check', letterOfIntentLifecycle.check)
@Check('letters_of_intent_expected_check', '"expected_cents" > 0')
@Index(['roundId'])
@Index(['fundId'])
@Index(['organizationId'])
@Index(['sentBy'])
@Index('letters_of_intent_one_key', ['roundId', 'organizationId'], { unique: true, where: `"state" <> 'withdrawn'` })
export class LetterOfIntent extends StatefulRow {
  @ForeignKey('rounds')
  @Column({ type: 'uuid' })
  roundId: string;

  /** Of the round, copied: roles are held for a fund. */
  @ForeignKey('funds')
  @Column({ type: 'uuid' })
  fundId: string;

  @ForeignKey('organizations')
  @Column({ type: 'uuid' })
  organizationId: string;

  @Column({ type: 'text' })
  title: string;

  @Column({ type: 'text' })
  summary: string;

  /** With whom, as written. */
  @Column({ type: 'text', nullable: true })
  partners: string | null;

  /** About how much they mean to ask for. */
  @MoneyColumn({ name: 'expected_cents', nullable: true })
  expected: Money | null;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  sentBy: string | null;

  @Column({ type: 'timestamptz' })
  sentAt: Date;
}
