/** Submission: what was sent, when, and who signed for it. Beside it, attempts that came too late. Both only inserted. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Application } from './application.entity.js';

@Entity('application_submissions')
@Unique(['applicationId', 'number'])
@Check('application_submissions_number_check', '"number" > 0')
@Check('application_submissions_fingerprint_check', `"fingerprint" ~ '^[0-9a-f]{64}$'`)
@Index(['certifiedBy'])
@Index(['ruleSetId'])
export class ApplicationSubmission extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  /** 1 for the first; another one after it was returned and sent again. */
  @Column({ type: 'integer' })
  number: number;

  /** When its request arrived: that is what the deadline looks at. */
  @Column({ type: 'timestamptz' })
  arrivedAt: Date;

  @Column({ type: 'text' })
  receiptNumber: string;

  /** Of the content; SHA-256 in hexadecimal. */
  @Column({ type: 'text' })
  fingerprint: string;

  /** All that was sent, as it was: what changes after a return does not change this. */
  @Column({ type: 'jsonb' })
  content: Record<string, unknown>;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  certifiedBy: string | null;

  /** As the certifier wrote it: their signature. */
  @Column({ type: 'text' })
  certifierName: string;

  @Column({ type: 'text', nullable: true })
  certifierTitle: string | null;

  /** The words they signed. */
  @Column({ type: 'text' })
  certification: string;

  @ForeignKey('rule_sets')
  @Column({ type: 'uuid', nullable: true })
  ruleSetId: string | null;
}

/** Somebody pressed the button after the deadline: the draft is kept, and whoever gives more time can see it. */
@Entity('application_late_attempts')
@Check('application_late_attempts_late_check', '"arrived_at" > "closed_at"')
@Index(['applicationId'])
@Index(['personId'])
export class ApplicationLateAttempt extends Row {
  @ForeignKey(() => Application)
  @Column({ type: 'uuid' })
  applicationId: string;

  @ForeignKey('persons')
  @Column({ type: 'uuid', nullable: true })
  personId: string | null;

  @Column({ type: 'timestamptz' })
  arrivedAt: Date;

  @Column({ type: 'timestamptz' })
  closedAt: Date;
}
