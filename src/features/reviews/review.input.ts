/** What is sent about reviews. */
import { Money } from '../../kernel/money.js';
import { Choice, DateField, Integer, List, MoneyField, Ref, Text } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import { CONFLICT_TYPES } from '../conflicts/index.js';
import { reviewLifecycle } from './review.lifecycle.js';

export class ReviewListQuery extends ListQuery {
  @Choice(reviewLifecycle.states, { label: 'review.field.state', optional: true })
  state?: string;

  @Ref({ label: 'review.field.round', optional: true })
  round?: string;
}

export class AssignReviewInput {
  @Ref({ label: 'review.field.application' })
  applicationId: string;

  @Ref({ label: 'review.field.reviewer' })
  reviewerId: string;

  @DateField({ label: 'review.field.due_on', optional: true })
  dueOn?: string;
}

export class ReviewScoreInput {
  @Ref({ label: 'review.field.criterion' })
  criterionId: string;

  @Integer({ label: 'review.field.score', optional: true, min: 1, max: 10 })
  score?: number;

  @Text({ label: 'review.field.reason', optional: true, long: true, max: 4000 })
  reason?: string;
}

/** A draft as it stands: what is left out of the list keeps what was saved before. */
export class ReviewDraftInput {
  @List(() => ReviewScoreInput, { label: 'review.field.scores', optional: true, max: 50 })
  scores?: ReviewScoreInput[];

  @MoneyField({ label: 'review.field.recommended', optional: true, allowZero: true })
  recommended?: Money;

  @Text({ label: 'review.field.comment', optional: true, long: true, max: 4000 })
  comment?: string;

  /** The criterion to unfold next. */
  @Integer({ label: 'review.field.go_to', optional: true, min: 1, max: 100 })
  goTo?: number;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class DeclareReviewConflictInput {
  @Choice(CONFLICT_TYPES, { label: 'review.field.conflict_type' })
  type: string;

  @Text({ label: 'review.field.conflict_note', long: true, max: 1000 })
  note: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}
