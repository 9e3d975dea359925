/** The decisions module: what answers, and what later features join when a motion carries. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { Texts } from '../../platform/texts/texts.js';
import { ApplicationsModule } from '../applications/index.js';
import { DocumentKinds, DocumentReaders, DocumentsModule } from '../documents/index.js';
import { FundsModule } from '../funds/index.js';
import { DecisionForms } from './decisions.forms.js';
import { DecisionsPanels } from './decisions.panels.js';
import { DecisionsTasks } from './decisions.tasks.js';
import { MeetingPageViews } from './meeting.page-view.js';
import { MeetingViews } from './meeting.view.js';
import { MeetingsApi } from './meetings.api.js';
import { MeetingsPages } from './meetings.pages.js';
import { Meetings } from './meetings.service.js';
import { minutesDocument } from './minutes-document.js';
import { MinutesDocuments } from './minutes-documents.js';
import { MinutesViews } from './minutes.view.js';
import { MotionEffects } from './motion-effects.js';
import { MotionOutcome } from './motion-outcome.service.js';
import { MotionPageViews } from './motion.page-view.js';
import { MotionViews } from './motion.view.js';
import { MotionsApi } from './motions.api.js';
import { MotionsPages } from './motions.pages.js';
import { Motions } from './motions.service.js';
import { SlatePageViews } from './slate.page-view.js';
import { Slates } from './slate.view.js';
import { Votes } from './votes.service.js';

@Module({
  imports: [ApplicationsModule, DocumentsModule, FundsModule],
  controllers: [MeetingsApi, MotionsApi, MeetingsPages, MotionsPages],
  providers: [
    Meetings,
    Motions,
    MotionEffects,
    MotionOutcome,
    Votes,
    MeetingViews,
    MotionViews,
    MinutesViews,
    MinutesDocuments,
    Slates,
    MeetingPageViews,
    MotionPageViews,
    SlatePageViews,
    DecisionForms,
    DecisionsPanels,
    DecisionsTasks,
  ],
  exports: [Meetings, Motions, MotionEffects, Votes, MeetingViews, MotionViews],
})
export class DecisionsModule implements OnModuleInit {
  constructor(
    private readonly texts: Texts,
    private readonly kinds: DocumentKinds,
    private readonly readers: DocumentReaders,
    private readonly minutes: MinutesDocuments,
  ) {}

  onModuleInit(): void {
    this.kinds.register(minutesDocument(this.texts));
    this.readers.register('meeting', async (actor, meetingId) => this.minutes.mayRead(actor, meetingId));
  }
}
