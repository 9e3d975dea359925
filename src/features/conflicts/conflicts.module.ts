/** The conflicts module. */
import { Module } from '@nestjs/common';
import { ConflictPageViews } from './conflict.page-view.js';
import { ConflictViews } from './conflict.view.js';
import { ConflictsApi } from './conflicts.api.js';
import { ConflictsPages } from './conflicts.pages.js';
import { Conflicts } from './conflicts.service.js';
import { ConflictsTasks } from './conflicts.tasks.js';

@Module({
  controllers: [ConflictsApi, ConflictsPages],
  providers: [Conflicts, ConflictViews, ConflictPageViews, ConflictsTasks],
  exports: [Conflicts],
})
export class ConflictsModule {}
