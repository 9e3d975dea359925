/** The interviews module. When it starts it tells reviews how interview points are read. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { sql } from '../../platform/database/sql.js';
import { AgencyModule } from '../agency/index.js';
import { AuditScopes } from '../audit/index.js';
import { notConflicted } from '../conflicts/index.js';
import { provideInterviewPoints, ReviewsModule } from '../reviews/index.js';
import { InterviewInvitations, InterviewMail } from './interview-mail.js';
import { InterviewPanels } from './interview-panels.service.js';
import { InterviewRounds } from './interview-rounds.service.js';
import { InterviewFormViews } from './interview-form.page-view.js';
import { InterviewPageViews } from './interview.page-view.js';
import { readInterviewPoints } from './interview.reads.js';
import { InterviewViews } from './interview.view.js';
import { InterviewsApi } from './interviews.api.js';
import { InterviewsPages } from './interviews.pages.js';
import { Interviews } from './interviews.service.js';
import { InterviewsTasks } from './interviews.tasks.js';

@Module({
  imports: [AgencyModule, ReviewsModule],
  controllers: [InterviewsApi, InterviewsPages],
  providers: [
    Interviews,
    InterviewPanels,
    InterviewRounds,
    InterviewMail,
    InterviewInvitations,
    InterviewViews,
    InterviewPageViews,
    InterviewFormViews,
    InterviewsTasks,
  ],
  exports: [Interviews, InterviewPanels],
})
export class InterviewsModule implements OnModuleInit {
  constructor(private readonly trail: AuditScopes) {}

  onModuleInit(): void {
    provideInterviewPoints(readInterviewPoints);
    this.trail.register('interview', (actor, id) =>
      notConflicted(actor, sql`(select i.application_id from interviews i where i.id = ${id})`),
    );
  }
}
