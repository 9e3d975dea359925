/** Who may tell everybody something. */
import { agencyWide, anywhere, definePermissions } from '../../kernel/policy.js';

const writers = { administrator: anywhere, program_officer: agencyWide } as const;

export const announcementsPermissions = definePermissions({
  'announcement.read': { meaning: 'Read the announcements that are for them', roles: {}, everyone: true },
  'announcement.manage': {
    meaning: 'See all announcements: drafts, and those taken down',
    roles: { ...writers, auditor: anywhere },
  },
  'announcement.create': { meaning: 'Write an announcement', roles: writers },
  'announcement.update': { meaning: 'Change an announcement', roles: writers },
  'announcement.publish': { meaning: 'Publish an announcement', roles: writers },
  'announcement.withdraw': { meaning: 'Take an announcement down', roles: writers },
});
