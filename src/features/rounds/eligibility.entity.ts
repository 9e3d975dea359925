/** EligibilityCheck: how an organization answered a round's questions before the form. Inserted and never changed. */
import { Check, Column, Entity, ForeignKey, Index } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Round } from './round.entity.js';
import type { EligibilityAnswers } from './eligibility.rules.js';

@Entity('eligibility_checks')
@Index('eligibility_checks_latest_idx', ['roundId', 'organizationId', 'createdAt'])
@Index(['organizationId'])
@Index(['personId'])
@Check('eligibility_checks_answers_check', `jsonb_typeof("answers") = 'object'`)
export class EligibilityCheck extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('organizations')
  organizationId: string | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  personId: string | null;

  /** By the rule's key. */
  @Column({ type: 'jsonb' })
  answers: EligibilityAnswers;

  @Column({ type: 'boolean' })
  passed: boolean;

  @Column({ type: 'timestamptz' })
  at: Date;
}
