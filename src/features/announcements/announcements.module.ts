/** AnnouncementsModule: wires the feature. */
import { Module } from '@nestjs/common';
import { AnnouncementPageViews } from './announcement.page-view.js';
import { AnnouncementsApi } from './announcements.api.js';
import { AnnouncementsPages } from './announcements.pages.js';
import { AnnouncementsPanels } from './announcements.panels.js';
import { Announcements } from './announcements.service.js';

@Module({
  controllers: [AnnouncementsPages, AnnouncementsApi],
  providers: [Announcements, AnnouncementPageViews, AnnouncementsPanels],
  exports: [Announcements],
})
export class AnnouncementsModule {}
