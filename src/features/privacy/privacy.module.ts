/** Wires privacy. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { EffectHandlers } from '../../platform/database/effects.js';
import { Anonymizer } from './anonymizer.js';
import { DisposalRunner, RetentionKeeper } from './disposal.jobs.js';
import type { DisposalRunEffect } from './disposal.lifecycle.js';
import { DisposalPageViews } from './disposal.page-view.js';
import { DisposalReads } from './disposals.reads.js';
import { Disposals } from './disposals.service.js';
import { LegalHoldPageViews } from './legal-hold.page-view.js';
import { LegalHolds } from './legal-holds.service.js';
import { PersonalDataPageViews } from './personal-data.page-view.js';
import { PersonalDataBook } from './personal-data.service.js';
import { DisposalsApi, LegalHoldsApi, PersonalDataApi, RetentionApi } from './privacy.api.js';
import { MyDataPages, PersonDataPages } from './privacy.pages.js';
import { PrivacyTasks } from './privacy.tasks.js';
import { PrivacyViews } from './privacy.view.js';
import { DisposalsPages, LegalHoldsPages, RetentionPages } from './records.pages.js';
import { RetentionPageViews } from './retention.page-view.js';
import { Retention } from './retention.service.js';

@Module({
  controllers: [
    ...[PersonalDataApi, RetentionApi, LegalHoldsApi, DisposalsApi],
    ...[MyDataPages, PersonDataPages, RetentionPages, LegalHoldsPages, DisposalsPages],
  ],
  providers: [
    ...[Retention, Anonymizer, Disposals, DisposalReads, LegalHolds, PersonalDataBook],
    ...[DisposalRunner, RetentionKeeper, PrivacyTasks],
    ...[PrivacyViews, RetentionPageViews, LegalHoldPageViews, DisposalPageViews, PersonalDataPageViews],
  ],
  exports: [Retention, Disposals, LegalHolds, PersonalDataBook],
})
export class PrivacyModule implements OnModuleInit {
  constructor(private readonly effects: EffectHandlers) {}

  onModuleInit(): void {
    this.effects.register<DisposalRunEffect>('disposal.run', async (work, effects) => {
      for (const { disposalId } of effects) work.queue('disposal.run', { disposalId });
    });
  }
}
