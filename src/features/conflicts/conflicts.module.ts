/**
 * The conflicts module. When it starts it closes the trail of an application to whom it is closed, and keeps them from
 * entering things for the applicant.
 */
import { Module, type OnModuleInit } from '@nestjs/common';
import { AuditScopes } from '../audit/index.js';
import { Assistances } from '../identity/index.js';
import { ConflictPageViews } from './conflict.page-view.js';
import { ConflictViews } from './conflict.view.js';
import { ConflictsApi } from './conflicts.api.js';
import { ConflictsPages } from './conflicts.pages.js';
import { conflictWith } from './conflicts.reads.js';
import { notConflicted } from './conflicts.scope.js';
import { Conflicts } from './conflicts.service.js';
import { ConflictsTasks } from './conflicts.tasks.js';

@Module({
  controllers: [ConflictsApi, ConflictsPages],
  providers: [Conflicts, ConflictViews, ConflictPageViews, ConflictsTasks],
  exports: [Conflicts],
})
export class ConflictsModule implements OnModuleInit {
  constructor(
    private readonly trail: AuditScopes,
    private readonly assistances: Assistances,
  ) {}

  onModuleInit(): void {
    this.trail.register('application', notConflicted);
    this.assistances.registerBar(conflictWith);
  }
}
