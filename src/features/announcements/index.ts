/** Announcements: what the agency tells everybody: on the public pages, or on the home pages of some roles. */
import type { Feature } from '../../platform/feature.js';
import { Announcement } from './announcement.entity.js';
import { announcementLifecycle } from './announcement.lifecycle.js';
import { AnnouncementsModule } from './announcements.module.js';
import { announcementsPermissions } from './announcements.policy.js';
import { AnnouncementsPanels } from './announcements.panels.js';

export { AnnouncementInput } from './announcement.input.js';
export { Announcements } from './announcements.service.js';
export { AnnouncementsModule } from './announcements.module.js';

export const announcementsFeature: Feature = {
  name: 'announcements',
  module: AnnouncementsModule,
  entities: [Announcement],
  permissions: [announcementsPermissions],
  lifecycles: [announcementLifecycle],
  menu: [
    {
      labelKey: 'menu.announcements',
      href: '/announcements',
      rank: 68,
      group: 'messages',
      permission: 'announcement.manage',
    },
  ],
  panels: [AnnouncementsPanels],
  jobs: [],
  things: [{ type: 'announcement', table: 'announcements', title: 't.title', path: '/announcements' }],
};
