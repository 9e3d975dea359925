/** Review: one reviewer's scores of one application. Once the panel closes nothing of it changes. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import type { Money } from '../../kernel/money.js';
import { MoneyColumn, Row, StatefulRow } from '../../platform/database/row.js';
import { reviewLifecycle } from './review.lifecycle.js';

@Entity('reviews')
@Index('reviews_live_key', ['applicationId', 'reviewerId'], {
  unique: true,
  where: `"state" NOT IN ('recused', 'withdrawn')`,
})
@Index(['applicationId'])
@Index(['reviewerId'])
@Index(['roundId'])
@Index(['fundId'])
@Index(['assignedBy'])
@Check('reviews_state_check', reviewLifecycle.check)
@Check('reviews_recommended_check', '"recommended_cents" >= 0')
@Check('reviews_assigned_by_check', '"assigned_by" <> "reviewer_id"')
export class Review extends StatefulRow {
  @Column({ type: 'uuid' })
  @ForeignKey('applications')
  applicationId: string;

  /** Of the application, copied: roles are held for a round or a fund. */
  @Column({ type: 'uuid' })
  @ForeignKey('rounds')
  roundId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('funds')
  fundId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('persons')
  reviewerId: string;

  /** Absent when the system assigned it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  assignedBy: string | null;

  @Column({ type: 'date', nullable: true })
  dueOn: string | null;

  @MoneyColumn({ name: 'recommended_cents', nullable: true })
  recommended: Money | null;

  /** What the reviewer says of the whole. */
  @Column({ type: 'text', nullable: true })
  comment: string | null;

  /** When the draft was last saved. */
  @Column({ type: 'timestamptz', nullable: true })
  savedAt: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  submittedAt: Date | null;
}

/** What a reviewer wrote for one criterion; either part may still be missing in a draft. */
@Entity('review_scores')
@Unique(['reviewId', 'criterionId'])
@Index(['reviewId'])
@Index(['criterionId'])
@Check('review_scores_score_check', '"score" BETWEEN 1 AND 10')
export class ReviewScore extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Review)
  reviewId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('rubric_criteria')
  criterionId: string;

  @Column({ type: 'integer', nullable: true })
  score: number | null;

  @Column({ type: 'text', nullable: true })
  reason: string | null;
}

/** That the panel of a round was closed. Inserted and never changed. */
@Entity('review_panels')
@Unique(['roundId'])
@Index(['closedBy'])
export class ReviewPanel extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey('rounds')
  roundId: string;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  closedBy: string | null;
}
