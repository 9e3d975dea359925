/** The life of an announcement: written, published, and taken down when it is no longer so. */
import { defineLifecycle } from '../../kernel/lifecycle.js';

export type AnnouncementState = 'draft' | 'published' | 'withdrawn';

export const announcementLifecycle = defineLifecycle<AnnouncementState, unknown>({
  name: 'announcement',
  initial: 'draft',
  states: {
    draft: { label: 'Draft', tone: 'idle' },
    published: { label: 'Published', tone: 'done' },
    withdrawn: { label: 'Taken down', tone: 'idle', final: true },
  },
  actions: {
    publish: { from: ['draft'], to: 'published', label: 'Publish', permission: 'announcement.publish' },
    withdraw: {
      from: ['draft', 'published'],
      to: 'withdrawn',
      label: 'Take it down',
      permission: 'announcement.withdraw',
    },
  },
});
