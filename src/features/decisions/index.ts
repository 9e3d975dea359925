/** Decisions: meetings, dockets, motions and votes by roll call. */
import type { Feature } from '../../platform/feature.js';
import { DecisionsModule } from './decisions.module.js';
import { decisionsPermissions } from './decisions.policy.js';
import { DecisionsPanels } from './decisions.panels.js';
import { DecisionsTasks } from './decisions.tasks.js';
import { DocketItem, Meeting, MeetingAttendance } from './meeting.entity.js';
import { meetingLifecycle } from './meeting.lifecycle.js';
import { Motion, MotionItem, Recusal, Vote } from './motion.entity.js';
import { motionLifecycle } from './motion.lifecycle.js';
import { decisionsPersonalData, decisionsRetention } from './decisions.personal-data.js';

export { DecisionsModule };
export { Meetings } from './meetings.service.js';
export { Motions } from './motions.service.js';
export { Votes } from './votes.service.js';
export { AWARD_DRAFT, type AwardDraft, type AwardDraftEffect, awardDraftEffect } from './award-draft.effect.js';
export { MotionEffects } from './motion-effects.js';
export { motionById } from './motion-reader.js';

export const decisionsFeature: Feature = {
  name: 'decisions',
  module: DecisionsModule,
  entities: [Meeting, MeetingAttendance, DocketItem, Motion, MotionItem, Vote, Recusal],
  permissions: [decisionsPermissions],
  lifecycles: [meetingLifecycle, motionLifecycle],
  menu: [{ labelKey: 'menu.meetings', href: '/meetings', rank: 16, permission: 'meeting.read' }],
  tasks: [DecisionsTasks],
  panels: [DecisionsPanels],
  jobs: [],
  things: [
    { type: 'meeting', table: 'meetings', title: 't.name', path: '/meetings' },
    { type: 'motion', table: 'motions', title: "concat_ws(' ', t.number, t.text)", path: '/motions' },
  ],
  personalData: decisionsPersonalData,
  retention: [decisionsRetention],
};
