/** Wires messages to many; part of screening. */
import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/index.js';
import { BroadcastPageViews } from './broadcast.page-view.js';
import { BroadcastSender } from './broadcast.sender.js';
import { BroadcastsApi } from './broadcasts.api.js';
import { BroadcastsPages } from './broadcasts.pages.js';
import { OrganizationsModule } from '../organizations/index.js';
import { BroadcastTests } from './broadcast-tests.service.js';
import { Broadcasts } from './broadcasts.service.js';

@Module({
  imports: [ConversationsModule, OrganizationsModule],
  controllers: [BroadcastsPages, BroadcastsApi],
  providers: [Broadcasts, BroadcastPageViews, BroadcastSender, BroadcastTests],
  exports: [Broadcasts],
})
export class BroadcastsModule {}
