/** The one binding of the lifecycle of reviews to their table. */
import { Stateful } from '../../platform/database/stateful.js';
import { Review } from './review.entity.js';
import { readReviewFacts } from './review.facts.js';
import { type ReviewFacts, reviewLifecycle } from './review.lifecycle.js';

export const reviewMachine = new Stateful<Review, ReviewFacts>({
  entity: Review,
  lifecycle: reviewLifecycle as never,
  readPermission: 'review.read',
  subjectOf: (row) => ({ scopes: { fund: row.fundId, round: row.roundId }, personId: row.reviewerId }),
  facts: readReviewFacts,
});
