/** The reviews module: what answers, and what interviews and decisions may ask. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import { AuditScopes } from '../audit/index.js';
import { ConflictsModule, notConflicted } from '../conflicts/index.js';
import { ReviewPageViews } from './review.page-view.js';
import { ReviewPanels } from './review-panels.service.js';
import { ReviewRoundViews } from './review-round.page-view.js';
import { ReviewViews } from './review.view.js';
import { ReviewsApi } from './reviews.api.js';
import { ReviewsPages } from './reviews.pages.js';
import { Reviews } from './reviews.service.js';
import { ReviewsPanels } from './reviews.panels.js';
import { ReviewsTasks } from './reviews.tasks.js';

@Module({
  imports: [ConflictsModule],
  controllers: [ReviewsApi, ReviewsPages],
  providers: [Reviews, ReviewPanels, ReviewViews, ReviewPageViews, ReviewRoundViews, ReviewsPanels, ReviewsTasks],
  exports: [Reviews, ReviewPanels],
})
export class ReviewsModule implements OnModuleInit {
  constructor(private readonly trail: AuditScopes) {}

  onModuleInit(): void {
    this.trail.register('review', (actor, id) =>
      notConflicted(actor, sql`(select r.application_id from reviews r where r.id = ${id})`),
    );
  }
}
