/** Criteria with the community: versions of a rubric as people read them, who is asked, what they said, what came of it. */
import { Check, Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';
import { Round } from './round.entity.js';

/** One criterion as a version of the rubric holds it. */
export interface CriterionText {
  readonly name: string;
  readonly question: string;
  readonly weight: number;
  readonly scaleMax: number;
  readonly anchorLow: string;
  readonly anchorHigh: string;
}

export type RubricVersionKind = 'comment' | 'published';

export const COMMENT_OUTCOMES = ['changed', 'kept', 'later', 'not_shown'] as const;
export type CommentOutcome = (typeof COMMENT_OUTCOMES)[number];

/** The rubric as it was shown: for comment, or published. Inserted and never changed. */
@Entity('rubric_versions')
@Unique(['roundId', 'number'])
@Index('rubric_versions_published_key', ['roundId'], { unique: true, where: `kind = 'published'` })
@Check('rubric_versions_kind_check', `"kind" IN ('comment', 'published')`)
@Check('rubric_versions_number_check', '"number" > 0')
@Check('rubric_versions_criteria_check', `jsonb_typeof("criteria") = 'array'`)
export class RubricVersion extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  /** 1 for the first draft that was shown. */
  @Column({ type: 'integer' })
  number: number;

  @Column({ type: 'text' })
  kind: RubricVersionKind;

  @Column({ type: 'jsonb' })
  criteria: CriterionText[];

  /** What changed since the version before, in words. */
  @Column({ type: 'text', nullable: true })
  reason: string | null;
}

/** A named group that is asked, such as a workgroup; whoever holds its link can read and comment. */
@Entity('comment_groups')
@Unique(['roundId', 'name'])
export class CommentGroup extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  @Column({ type: 'text' })
  name: string;

  /** Raised to make the links that are out there worthless. */
  @Column({ type: 'integer', default: 1 })
  linkNumber: number;

  @Column({ type: 'timestamptz', nullable: true })
  endedAt: Date | null;
}

/** What somebody said about the criteria, and what was answered. What they said does not change. */
@Entity('rubric_comments')
@Index(['roundId'])
@Index(['rubricVersionId'])
@Index(['groupId'])
@Index(['personId'])
@Index(['enteredBy'])
@Index(['answeredBy'])
@Index(['changedInId'])
@Check('rubric_comments_outcome_check', `"outcome" IN ('changed', 'kept', 'later', 'not_shown')`)
@Check(
  'rubric_comments_answered_check',
  '("answered_at" IS NULL) = ("outcome" IS NULL) AND ("outcome" IS NULL) = ("answer" IS NULL)',
)
export class RubricComment extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  /** The version it was said about; none when it came before there was one. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => RubricVersion)
  rubricVersionId: string | null;

  /** The criterion's name; none when it is about all of them, or the round. */
  @Column({ type: 'text', nullable: true })
  criterion: string | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => CommentGroup)
  groupId: string | null;

  /** Who said it, when they were signed in. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  personId: string | null;

  /** What they call themselves. */
  @Column({ type: 'text', nullable: true })
  name: string | null;

  @Column({ type: 'text', nullable: true })
  organization: string | null;

  @Column({ type: 'text' })
  body: string;

  @Column({ type: 'date' })
  heardOn: string;

  /** The member of staff who wrote down what was said at a meeting or on the telephone. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  enteredBy: string | null;

  @Column({ type: 'text', nullable: true })
  answer: string | null;

  @Column({ type: 'text', nullable: true })
  outcome: CommentOutcome | null;

  @Column({ type: 'timestamptz', nullable: true })
  answeredAt: Date | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('persons')
  answeredBy: string | null;

  /** The version in which it was followed. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => RubricVersion)
  changedInId: string | null;
}

/** Why one thing differs from the round this one was copied from, and which comment asked for it. */
@Entity('round_change_reasons')
@Unique(['roundId', 'changeKey'])
@Index(['commentId'])
export class RoundChangeReason extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => Round)
  roundId: string;

  /** Which difference: `term.ceiling`, `criterion.Need`. */
  @Column({ type: 'text' })
  changeKey: string;

  @Column({ type: 'text' })
  reason: string;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => RubricComment)
  commentId: string | null;
}
