/** Reviews: who reads which application, their scores, and the ranking these make. */
import type { Feature } from '../../platform/feature.js';
import { Review, ReviewPanel, ReviewScore } from './review.entity.js';
import { reviewLifecycle } from './review.lifecycle.js';
import { ReviewsModule } from './reviews.module.js';
import { reviewsPermissions } from './reviews.policy.js';
import { ReviewsPanels } from './reviews.panels.js';
import { ReviewsTasks } from './reviews.tasks.js';
import { reviewsPersonalData } from './reviews.personal-data.js';

export { provideInterviewPoints, readRanking } from './ranking.js';
export { isPanelClosed } from './review.facts.js';
export { formatPoints, pointsInTenths, type WeighedScore } from './review.rules.js';
export { type NamedPerson, ReviewPanels } from './review-panels.service.js';
export { Reviews } from './reviews.service.js';
export { ReviewsModule } from './reviews.module.js';

export const reviewsFeature: Feature = {
  name: 'reviews',
  module: ReviewsModule,
  entities: [Review, ReviewScore, ReviewPanel],
  permissions: [reviewsPermissions],
  lifecycles: [reviewLifecycle],
  menu: [{ labelKey: 'menu.reviews', href: '/reviews', rank: 14, permission: 'review.update' }],
  tasks: [ReviewsTasks],
  panels: [ReviewsPanels],
  jobs: [],
  things: [
    {
      type: 'review',
      table: 'reviews',
      title: "(select concat_ws(' ', a.number, a.title) from applications a where a.id = t.application_id)",
      path: '/reviews',
    },
  ],
  personalData: reviewsPersonalData,
};
